import { useRef, type ReactElement } from "react";

import type { Hall } from "../api/types.ts";
import { boxOf, centre, pathOf } from "../plan/geometry.ts";
import type { Drawn, Fate } from "./compare.ts";
import { useDeskSpeech } from "./texts/index.ts";

interface Props {
  readonly hall: Hall;
  readonly drawn: readonly Drawn[];
}

const FATES: readonly Fate[] = ["read", "unchanged", "withdrawn", "created", "changed", "refused", "faulty"];
/** One sign a fate, for where colour and pattern are too small or not seen. */
const SIGNS: Readonly<Record<Fate, string>> = { read: "", created: "+", changed: "~", unchanged: "", withdrawn: "−", refused: "!", faulty: "?" };
const MARGIN_M = 2;

/** The new plan over the old one: each booth by what becomes of it, where it stood as a dashed line. */
export function PlanComparison({ hall, drawn }: Props): ReactElement {
  const { d } = useDeskSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const [wide, deep] = [hall.width_m + 2 * MARGIN_M, hall.depth_m + 2 * MARGIN_M];
  // What is told of most stands on top.
  const ordered = drawn.toSorted((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate));
  const present = FATES.filter((fate) => drawn.some((one) => one.fate === fate));
  const texts = wide / 60;
  return (
    <figure className="comparison">
      <figcaption>{d.planOver}</figcaption>
      <ul className="legend">
        {present.map((fate) => (
          <li key={fate}>
            <svg width="26" height="18" aria-hidden="true">
              <FatePatterns id={`key-${fate}`} size={1} />
              <rect x="1" y="1" width="24" height="16" className={`fate ${fate}`} fill={fillOf(fate, `key-${fate}`)} />
            </svg>
            <span aria-hidden="true">{SIGNS[fate]}</span> {d.fateOf[fate]} <span className="count">{drawn.filter((one) => one.fate === fate).length}</span>
          </li>
        ))}
        {drawn.some(({ before }) => before.length > 0) && (
          <li>
            <svg width="26" height="18" aria-hidden="true">
              <rect x="2" y="2" width="22" height="14" className="stood" />
            </svg>
            {d.oldPlace}
          </li>
        )}
      </ul>
      <div className="plan-frame" ref={frame} tabIndex={0} role="region" aria-label={d.planOver}>
        <svg viewBox={`${-MARGIN_M} ${-MARGIN_M} ${wide} ${deep}`} role="img" aria-label={spoken(drawn, present, d.fateOf)}>
          <FatePatterns id="over" size={wide / 900} />
          <rect className="hall-floor" x={0} y={0} width={hall.width_m} height={hall.depth_m} />
          {ordered.map(({ name, fate, rings, before }, n) => {
            const box = boxOf(rings[0] ?? []);
            const [x, y] = centre(box);
            const size = Math.min(texts, box.height * 0.4, (box.width * 1.4) / Math.max(name.length, 3));
            return (
              <g key={n} data-fate={fate} data-name={name}>
                <title>{`${name}: ${d.fateOf[fate]}`}</title>
                <path d={rings.map(pathOf).join("")} className={`fate ${fate}`} fill={fillOf(fate, "over")} />
                {before.length > 0 && <path d={before.map(pathOf).join("")} className="stood" />}
                {fate !== "unchanged" && fate !== "read" && size > 0 && (
                  <text x={x} y={y} fontSize={size} className="label" aria-hidden="true">
                    {`${SIGNS[fate]} ${name}`}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
    </figure>
  );
}

function spoken(drawn: readonly Drawn[], present: readonly Fate[], words: Readonly<Record<Fate, string>>): string {
  return present.map((fate) => `${words[fate]}: ${drawn.filter((one) => one.fate === fate).length}`).join("; ");
}

function fillOf(fate: Fate, id: string): string {
  return fate === "unchanged" || fate === "read" ? "var(--sheet)" : `url(#${id}-${fate})`;
}

/** Grounds that differ by pattern as well as by colour; `size` is how many units a pixel of the pattern takes. */
function FatePatterns({ id, size }: { readonly id: string; readonly size: number }): ReactElement {
  const shared = { patternUnits: "userSpaceOnUse", width: 8, height: 8, patternTransform: `scale(${size})` } as const;
  return (
    <defs>
      <pattern id={`${id}-created`} {...shared}>
        <rect width="8" height="8" className="fate-ground created" />
        <path d="M4 1V7M1 4H7" className="fate-mark created" />
      </pattern>
      <pattern id={`${id}-changed`} {...shared}>
        <rect width="8" height="8" className="fate-ground changed" />
        <circle cx="4" cy="4" r="1.4" className="fate-dot" />
      </pattern>
      <pattern id={`${id}-withdrawn`} {...shared}>
        <rect width="8" height="8" className="fate-ground withdrawn" />
        <path d="M0 4H8" className="fate-mark withdrawn" />
      </pattern>
      <pattern id={`${id}-refused`} {...shared}>
        <rect width="8" height="8" className="fate-ground refused" />
        <path d="M-2 2 2-2M0 8 8 0M6 10 10 6" className="fate-mark refused" />
      </pattern>
      <pattern id={`${id}-faulty`} {...shared}>
        <rect width="8" height="8" className="fate-ground refused" />
        <path d="M1 1 7 7M7 1 1 7" className="fate-mark refused" />
      </pattern>
    </defs>
  );
}
