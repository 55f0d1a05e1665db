import { useCallback, useEffect, useMemo, useState, type ReactElement } from "react";

import type { BoothNow, Fair, PlanFeature } from "../api/types.ts";
import { DownloadMenu } from "../downloads/DownloadMenu.tsx";
import { numberOf } from "../plan/numbers.ts";
import { SIGN } from "../plan/states.ts";
import { areaIn, boothState } from "../texts/index.ts";
import { useDeskSpeech } from "./texts/index.ts";
import { FLOOR_STATES } from "./types.ts";

interface Props {
  readonly fair: Fair;
  readonly features: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly who: ReadonlyMap<string, string>;
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (booth: string) => void;
  /** Those that are looked for, null where nothing is. */
  readonly onSeen: (seen: ReadonlySet<string> | null) => void;
  readonly onOpen: (booth: string) => void;
  /** What is said of other halls in which somebody fits the words. */
  readonly also: (fits: ((booth: string) => boolean) | null) => ReactElement;
}

/** The hall's booths with their state and who has them, found by number, name and state. */
export function BoothTable({ fair, features, booths, who, chosen, onToggle, onSeen, onOpen, also }: Props): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [words, setWords] = useState("");
  const [state, setState] = useState("");
  const sought = words.trim().toLowerCase();
  const fits = useCallback(
    (booth: string): boolean => numberOf(booth).toLowerCase().includes(sought) || (who.get(booth) ?? "").toLowerCase().includes(sought),
    [who, sought],
  );
  const shown = useMemo(
    () => features.filter(({ properties: { booth } }) => fits(booth) && (state === "" || booths.get(booth)?.state === state)),
    [features, booths, fits, state],
  );
  const seeking = sought !== "" || state !== "";
  useEffect(() => onSeen(seeking ? new Set(shown.map(({ properties }) => properties.booth)) : null), [seeking, shown, onSeen]);
  return (
    <section className="card side-table" aria-label={t.booths}>
      <div className="titled">
        <h2>
          {t.booths} <span className="count">{seeking ? `${shown.length} / ${features.length}` : features.length}</span>
        </h2>
        {/* Booking knows nothing of a draft; its plan can be printed all the same. */}
        <DownloadMenu tables={fair.state === "draft" ? [] : ["booths"]} query={`fair=${encodeURIComponent(fair.slug)}`} printable />
      </div>
      <div className="filters">
        <input type="search" aria-label={d.findWho} placeholder={d.findWho} value={words} onChange={(event) => setWords(event.target.value)} />
        <select aria-label={d.stateWord} value={state} onChange={(event) => setState(event.target.value)}>
          <option value="">{d.anyState}</option>
          {FLOOR_STATES.map((one) => (
            <option key={one} value={one}>
              {d.floorStates[one]}
            </option>
          ))}
        </select>
        {seeking && (
          <button
            type="button"
            className="plain"
            onClick={() => {
              setWords("");
              setState("");
            }}
          >
            {t.clearFilters}
          </button>
        )}
      </div>
      {also(sought === "" ? null : fits)}
      {features.length > 0 && shown.length === 0 && <p className="quiet">{d.nothingMatches}</p>}
      <ul className="rows">
        {shown.map(({ properties: { booth, number, area_m2 } }) => {
          const now = booths.get(booth);
          return (
            <li key={booth} className={chosen.has(booth) ? "row desk-row chosen" : "row desk-row"} data-row={booth}>
              <label>
                <input type="checkbox" aria-label={d.chooseBooth(number)} checked={chosen.has(booth)} onChange={() => onToggle(booth)} />
                <span className="number">{number}</span>
              </label>
              <span className="what">
                <span className={`state ${now?.state ?? "unknown"}`}>
                  <span aria-hidden="true">{now === undefined ? "" : SIGN[now.state]}</span> {boothState(now, t)}
                </span>
                <small className="quiet">{who.get(booth) ?? t.area(areaIn(area_m2, language))}</small>
              </span>
              <button type="button" className="plain" aria-label={d.detailsOf(number)} onClick={() => onOpen(booth)}>
                {d.details}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
