import type { ReactElement } from "react";

import type { BoothNow, BoothStateName, Hall, PlanFeature } from "../api/types.ts";
import { labelFor, linesFor, shapesOf, type Label, type Shape } from "../plan/geometry.ts";
import { nameFor } from "../plan/names.ts";
import { useSpeech } from "../texts/index.ts";

/** What a drawing on paper of A4 across has room for, in CSS pixels. */
const ROOM_PX = { width: 1030, height: 520 };
/** Letters on paper are read at a size at which a screen would blot them. */
const FINER = 1.7;
const LEGEND: readonly BoothStateName[] = ["free", "held", "reserved", "sold", "blocked", "overlapped"];

interface Props {
  readonly hall: Hall;
  readonly features: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly mine: ReadonlySet<string>;
  /** Who has which booth, by name, for those who may know. */
  readonly who?: ReadonlyMap<string, string> | undefined;
}

/** The whole hall in black on white: states differ by their patterns alone, which are those of the screen, the reader's booths by a thick outline. */
export function PrintedPlan({ hall, features, booths, mine, who }: Props): ReactElement {
  const { t } = useSpeech();
  const scale = Math.min(ROOM_PX.width / hall.width_m, ROOM_PX.height / hall.depth_m);
  const px = 1 / scale;
  const shapes = shapesOf(features);
  return (
    <figure className="print-plan">
      <svg viewBox={`0 0 ${hall.width_m} ${hall.depth_m}`} role="img" aria-label={t.floorPlan}>
        <InkPatterns scale={scale} prefix="ink" />
        <rect width={hall.width_m} height={hall.depth_m} fill="#fff" stroke="#000" strokeWidth={px} />
        {shapes.map((shape) => (
          <path
            key={shape.booth}
            d={shape.path}
            fill={shape.parts.length > 0 ? "none" : ink(booths.get(shape.booth)?.state, "ink")}
            stroke="#000"
            strokeWidth={(mine.has(shape.booth) ? 3.5 : shape.parts.length > 0 ? 2 : 0.7) * px}
            strokeDasharray={shape.parts.length > 0 && !mine.has(shape.booth) ? `${4 * px} ${2 * px}` : undefined}
            data-booth={shape.booth}
          />
        ))}
        {shapes.map((shape) => {
          if (shape.parts.length > 0) return null;
          const [label, at] = labelOn(shape, scale, who?.get(shape.booth));
          if (label === null) return null;
          const size = label.sizePx / at;
          const x = shape.inside.x + shape.inside.width / 2;
          const top = shape.inside.y + shape.inside.height / 2 - ((label.lines.length - 1) / 2) * size * 1.15;
          return label.lines.map((line, n) => (
            <text
              key={`${shape.booth} ${n}`}
              x={x}
              y={top + n * size * 1.15}
              fontSize={size}
              strokeWidth={size / 3}
              className={mine.has(shape.booth) ? "mine" : undefined}
            >
              {line}
            </text>
          ));
        })}
      </svg>
      <figcaption>
        <svg className="unseen" aria-hidden="true">
          <InkPatterns scale={1} prefix="ink-legend" />
        </svg>
        <ul aria-label={t.legend}>
          {LEGEND.map((state) => (
            <li key={state}>
              <Key fill={ink(state, "ink-legend")} width={1} /> {t.state[state]}
            </li>
          ))}
          {mine.size > 0 && (
            <li>
              <Key fill="#fff" width={3.5} /> {t.yours}
            </li>
          )}
        </ul>
      </figcaption>
    </figure>
  );
}

/** The number, and below it who is there, as they fit, and at how many pixels a metre: as on a screen, else finer. */
function labelOn(shape: Shape, scale: number, who: string | undefined): readonly [Label | null, number] {
  const large = lettered(shape, scale, who);
  return large === null ? [lettered(shape, FINER * scale, who), FINER * scale] : [large, scale];
}

function lettered({ number, inside }: Shape, scale: number, who: string | undefined): Label | null {
  const name = who === undefined ? null : nameFor(who, inside, scale);
  return name === null ? labelFor(number, inside, scale) : linesFor(number, [], name, inside, scale);
}

function Key({ fill, width }: { readonly fill: string; readonly width: number }): ReactElement {
  return (
    <svg width="28" height="18" aria-hidden="true">
      <rect x="2" y="2" width="24" height="14" fill={fill} stroke="#000" strokeWidth={width} />
    </svg>
  );
}

function ink(state: BoothStateName | undefined, prefix: string): string {
  if (state === undefined || state === "free") return "#fff";
  return `url(#${prefix}-${state === "withdrawn" ? "blocked" : state})`;
}

/** Fills that a printer without colours keeps apart; sizes are pixels, scaled back as a drawing is scaled. */
function InkPatterns({ scale, prefix }: { readonly scale: number; readonly prefix: string }): ReactElement {
  const shared = { patternUnits: "userSpaceOnUse", patternTransform: `scale(${1 / scale})` } as const;
  const line = { stroke: "#000", strokeWidth: 0.8 } as const;
  return (
    <defs>
      <pattern id={`${prefix}-held`} width="7" height="7" {...shared}>
        <rect width="7" height="7" fill="#fff" />
        <path d="M-2 2 2-2M0 7 7 0M5 9 9 5" {...line} />
      </pattern>
      <pattern id={`${prefix}-reserved`} width="5" height="5" {...shared}>
        <rect width="5" height="5" fill="#fff" />
        <circle cx="2.5" cy="2.5" r="1" fill="#000" />
      </pattern>
      <pattern id={`${prefix}-sold`} width="6" height="6" {...shared}>
        <rect width="6" height="6" fill="#999" />
      </pattern>
      <pattern id={`${prefix}-blocked`} width="8" height="8" {...shared}>
        <rect width="8" height="8" fill="#fff" />
        <path d="M0 0 8 8M8 0 0 8" {...line} />
      </pattern>
      <pattern id={`${prefix}-overlapped`} width="5" height="5" {...shared}>
        <rect width="5" height="5" fill="#fff" />
        <path d="M2.5 0V5" {...line} />
      </pattern>
    </defs>
  );
}
