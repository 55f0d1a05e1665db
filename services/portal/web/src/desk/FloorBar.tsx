import type { ReactElement } from "react";

import { Patterns } from "../plan/Patterns.tsx";
import { fillOf, SIGN } from "../plan/states.ts";
import { areaIn } from "../texts/index.ts";
import { useDeskSpeech, shareIn } from "./texts/index.ts";
import { FLOOR_STATES, type Standing } from "./types.ts";

export const boothsOf = (standing: Standing): number => FLOOR_STATES.reduce((sum, state) => sum + standing[state].booths, 0);
export const floorOf = (standing: Standing): number => FLOOR_STATES.reduce((sum, state) => sum + standing[state].area_m2, 0);

/** Several parts of the floor together. */
export function together(parts: readonly Standing[]): Standing {
  const sum = (state: (typeof FLOOR_STATES)[number]): Standing["free"] =>
    parts.reduce(
      (all, one) => ({
        booths: all.booths + one[state].booths,
        area_m2: all.area_m2 + one[state].area_m2,
        amount_minor: all.amount_minor + one[state].amount_minor,
      }),
      { booths: 0, area_m2: 0, amount_minor: 0 },
    );
  return { sold: sum("sold"), reserved: sum("reserved"), held: sum("held"), blocked: sum("blocked"), free: sum("free") };
}

const WIDE = 1000;
const HIGH = 28;

/** A part of the floor as a bar: each state as wide as its share, in the plan's own patterns. The words stand in the table. */
export function FloorBar({ standing, id }: { readonly standing: Standing; readonly id: string }): ReactElement {
  const all = floorOf(standing);
  let at = 0;
  return (
    <svg className="floor-bar" viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
      <Patterns scale={1} prefix={id} />
      {FLOOR_STATES.map((state) => {
        const width = all === 0 ? 0 : (standing[state].area_m2 / all) * WIDE;
        const x = at;
        at += width;
        return width > 0 && <rect key={state} x={x} y={0} width={width} height={HIGH} className={`booth ${state}`} fill={fillOf(state, id)} />;
      })}
    </svg>
  );
}

/** What the bars' looks mean. */
export function FloorKey({ id }: { readonly id: string }): ReactElement {
  const { t, d } = useDeskSpeech();
  return (
    <ul className="legend" aria-label={t.legend}>
      {FLOOR_STATES.map((state) => (
        <li key={state}>
          <svg width="26" height="18" aria-hidden="true">
            <Patterns scale={1} prefix={`${id}-${state}`} />
            <rect x="1" y="1" width="24" height="16" className={`booth ${state}`} fill={fillOf(state, `${id}-${state}`)} />
          </svg>
          <span aria-hidden="true">{SIGN[state]}</span> {d.floorStates[state]}
        </li>
      ))}
    </ul>
  );
}

interface TableProps {
  readonly caption: string;
  readonly head: string;
  readonly rows: readonly { readonly name: string; readonly standing: Standing }[];
}

/** The same in figures: square metres with their share, booths under them. */
export function FloorTable({ caption, head, rows }: TableProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={caption}>
      <table className="figures">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {FLOOR_STATES.map((state) => (
              <th key={state} scope="col">
                <span aria-hidden="true">{SIGN[state]}</span> {d.floorStates[state]}
              </th>
            ))}
            <th scope="col">{d.total}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, standing }) => {
            const all = floorOf(standing);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {FLOOR_STATES.map((state) => standing[state].booths === 0 ? <td key={state} className="quiet">0</td> : (
                  <td key={state}>
                    {t.area(areaIn(standing[state].area_m2, language))}
                    <small>{d.boothsAndShare(standing[state].booths, shareIn(standing[state].area_m2, all, language))}</small>
                  </td>
                ))}
                <td>
                  {t.area(areaIn(all, language))}
                  <small>{t.boothCount(boothsOf(standing))}</small>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
