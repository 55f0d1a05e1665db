import type { ReactElement } from "react";

import { useSpeech } from "../texts/index.ts";
import { Patterns } from "./Patterns.tsx";
import { LEGEND_STATES, SIGN, fillOf } from "./states.ts";

/** What the drawing's looks mean; `choosing` is for readers who choose booths and have some. */
export function Legend({ choosing }: { readonly choosing: boolean }): ReactElement {
  const { t } = useSpeech();
  return (
    <>
      <svg className="unseen" aria-hidden="true">
        <Patterns scale={1} prefix="legend" />
      </svg>
      <ul className="legend" aria-label={t.legend}>
        {LEGEND_STATES.map((state) => (
          <li key={state}>
            <svg width="26" height="18" aria-hidden="true">
              <rect x="1" y="1" width="24" height="16" className={`booth ${state}`} fill={fillOf(state, "legend")} />
            </svg>
            <span aria-hidden="true">{SIGN[state]}</span> {t.state[state]}
          </li>
        ))}
        {choosing && (
          <>
            <li>
              <svg width="26" height="18" aria-hidden="true">
                <rect x="2" y="2" width="22" height="14" className="booth chosen" fill="var(--free-ground)" />
                <path d="M8 9l3.5 3.5L18 6" className="tick" />
              </svg>
              {t.chosen}
            </li>
            <li>
              <svg width="26" height="18" aria-hidden="true">
                <rect x="1" y="1" width="24" height="16" className="booth reserved" fill={fillOf("reserved", "legend")} />
                <path d="M1 1h9l-9 9z" className="flag" />
              </svg>
              {t.yours}
            </li>
          </>
        )}
        <li>
          <svg width="26" height="18" aria-hidden="true">
            <rect x="2" y="2" width="22" height="14" className="joint" />
            <rect x="5" y="5" width="7" height="8" className="booth free" fill="var(--free-ground)" />
            <rect x="14" y="5" width="7" height="8" className="booth free" fill="var(--free-ground)" />
          </svg>
          {t.jointStand}
        </li>
      </ul>
    </>
  );
}
