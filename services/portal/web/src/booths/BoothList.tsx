import { memo, useMemo, useState, type ReactElement } from "react";

import type { BoothNow, PlanFeature } from "../api/types.ts";
import { numberOf } from "../plan/FloorPlan.tsx";
import { SIGN } from "../plan/states.ts";
import { areaIn, boothState, useSpeech, type Texts } from "../texts/index.ts";

interface Props {
  readonly features: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly chosen: ReadonlySet<string>;
  readonly mine: ReadonlySet<string>;
  readonly choosing: boolean;
  readonly onToggle: (booth: string) => void;
}

/** The hall's booths as a list, in step with the plan: the same choice, the same states, without a pointer. */
export function BoothList({ features, booths, chosen, mine, choosing, onToggle }: Props): ReactElement {
  const { t } = useSpeech();
  const [sought, setSought] = useState("");
  const [onlyFree, setOnlyFree] = useState(false);
  const sorted = useMemo(() => sortedByNumber(features), [features]);
  const shown = sorted.filter(
    ({ properties: { booth, number } }) =>
      number.toLowerCase().includes(sought.trim().toLowerCase()) &&
      (!onlyFree || booths.get(booth)?.state === "free" || chosen.has(booth)),
  );
  return (
    <section className="card booth-list" aria-labelledby="booths-title">
      <h2 id="booths-title">
        {t.booths} <span className="count">{shown.length}</span>
      </h2>
      <div className="filters">
        <input type="search" value={sought} onChange={(event) => setSought(event.target.value)} placeholder={t.findBooth} aria-label={t.findBooth} />
        <label>
          <input type="checkbox" checked={onlyFree} onChange={(event) => setOnlyFree(event.target.checked)} /> {t.onlyFree}
        </label>
      </div>
      {shown.length === 0 && <p className="quiet">{t.noBoothFound}</p>}
      <ul className="rows">
        {shown.map(({ properties }) => (
          <Row
            key={properties.booth}
            booth={properties.booth}
            areaM2={properties.area_m2}
            notes={notesOf(properties, booths, t)}
            now={booths.get(properties.booth)}
            chosen={chosen.has(properties.booth)}
            mine={mine.has(properties.booth)}
            choosing={choosing}
            onToggle={onToggle}
          />
        ))}
      </ul>
    </section>
  );
}

/** What else there is to know: a joint stand's parts, and the stands over this floor that somebody has. */
function notesOf({ parts, part_of }: PlanFeature["properties"], booths: ReadonlyMap<string, BoothNow>, t: Texts): string {
  const notes = parts.length > 0 ? [t.jointStandParts(parts.map(numberOf).join(", "))] : [];
  for (const over of part_of) {
    const state = booths.get(over)?.state;
    if (state !== undefined && state !== "free" && state !== "overlapped") notes.push(t.partOf(numberOf(over), t.state[state]));
  }
  return notes.join(". ");
}

function sortedByNumber(features: readonly PlanFeature[]): readonly PlanFeature[] {
  const order = new Intl.Collator("en", { numeric: true });
  return features.toSorted((a, b) => order.compare(a.properties.number, b.properties.number));
}

interface RowProps {
  readonly booth: string;
  readonly areaM2: number;
  readonly notes: string;
  readonly now: BoothNow | undefined;
  readonly chosen: boolean;
  readonly mine: boolean;
  readonly choosing: boolean;
  readonly onToggle: (booth: string) => void;
}

const Row = memo(function Row({ booth, areaM2, notes, now, chosen, mine, choosing, onToggle }: RowProps): ReactElement {
  const { t, language } = useSpeech();
  const state = now?.state;
  return (
    <li className={chosen ? "row chosen" : "row"}>
      <label>
        <input type="checkbox" checked={chosen} disabled={!choosing || (state !== "free" && !chosen)} onChange={() => onToggle(booth)} />
        <span className="number">{numberOf(booth)}</span>
        <span className="area">{t.area(areaIn(areaM2, language))}</span>
        <span className={`state ${state ?? "unknown"}`}>
          <span aria-hidden="true">{state === undefined ? "…" : SIGN[state]}</span> {boothState(now, t)}
          {mine && <strong className="mine"> · {t.yours}</strong>}
        </span>
      </label>
      {notes !== "" && <p className="parts">{notes}</p>}
    </li>
  );
});
