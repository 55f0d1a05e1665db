import { memo, useEffect, useRef, useState, type ReactElement } from "react";

import type { BoothNow, Fair, PlanFeature } from "../api/types.ts";
import { DownloadMenu } from "../downloads/DownloadMenu.tsx";
import { numberOf } from "../plan/numbers.ts";
import { SIGN } from "../plan/states.ts";
import { isFiltering, NO_FILTERS, type Filters } from "./filters.ts";
import { priceOf, type Prices } from "../prices/prices.ts";
import { areaIn, boothState, nameIn, useSpeech, type Texts } from "../texts/index.ts";
import type { Standing } from "./useStanding.ts";

interface Props {
  readonly fair: string;
  /** Those that are looked for, in the order of their numbers. */
  readonly features: readonly PlanFeature[];
  readonly prices: Prices;
  /** Who stands where, of those who are looked for. */
  readonly named: Standing;
  /** What is said of other halls. */
  readonly also: ReactElement;
  readonly groups: Fair["product_groups"];
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly chosen: ReadonlySet<string>;
  readonly mine: ReadonlySet<string>;
  readonly choosing: boolean;
  readonly onToggle: (booth: string) => void;
}

/** So many rows are made at first, and so many more whenever the last of them comes near: a hall may have thousands. */
const ROWS_STEP = 200;

/** The hall's booths as a list, in step with the plan: the same choice, the same states, without a pointer. */
export const BoothList = memo(function BoothList(props: Props): ReactElement {
  const { fair, features, prices, named, filters, onFilters, booths, chosen, mine, choosing, onToggle } = props;
  const { t, language } = useSpeech();
  const [rows, setRows] = useState(ROWS_STEP);
  const reversed = filters.areaMin !== "" && filters.areaMax !== "" && Number(filters.areaMin) > Number(filters.areaMax);
  const set = (changed: Partial<Filters>): void => onFilters({ ...filters, ...changed });
  return (
    <section className="card booth-list" aria-labelledby="booths-title">
      <div className="titled">
        <h2 id="booths-title">
          {t.booths}{" "}
          <span className="count" role="status">
            {features.length}
          </span>
        </h2>
        <DownloadMenu tables={["booths"]} query={`fair=${encodeURIComponent(fair)}`} printable />
      </div>
      <div className="filters">
        <input type="search" value={filters.sought} onChange={(event) => set({ sought: event.target.value })} placeholder={t.findBooth} aria-label={t.findBooth} />
        <label>
          <input type="checkbox" checked={filters.onlyFree} onChange={(event) => set({ onlyFree: event.target.checked })} /> {t.onlyFree}
        </label>
        <span className="range">
          <span aria-hidden="true">{t.sizeWord}</span>
          <input type="number" min={0} inputMode="decimal" value={filters.areaMin} onChange={(event) => set({ areaMin: event.target.value })} aria-label={t.areaMin} />
          <span aria-hidden="true">–</span>
          <input type="number" min={0} inputMode="decimal" value={filters.areaMax} onChange={(event) => set({ areaMax: event.target.value })} aria-label={t.areaMax} />
          <span aria-hidden="true">{t.squareMetres}</span>
        </span>
        <select value={filters.sides} onChange={(event) => set({ sides: Number(event.target.value) })} aria-label={t.openSides}>
          <option value={0}>{t.anySides}</option>
          {[2, 3, 4].map((n) => (
            <option key={n} value={n}>
              {t.sidesAtLeast(n)}
            </option>
          ))}
        </select>
        {prices.of.size > 0 && (
          <label className="range">
            {t.priceMax(prices.currency)}
            <input type="number" min={0} inputMode="decimal" value={filters.priceMax} onChange={(event) => set({ priceMax: event.target.value })} />
          </label>
        )}
        {props.groups.length > 0 && (
          <select value={filters.group} onChange={(event) => set({ group: event.target.value })} aria-label={t.productGroup}>
            <option value="">{t.anyProductGroup}</option>
            {props.groups.map(({ code, name }) => (
              <option key={code} value={code}>
                {nameIn(name, language, code)}
              </option>
            ))}
          </select>
        )}
        {isFiltering(filters) && (
          <button type="button" className="plain" onClick={() => onFilters(NO_FILTERS)}>
            {t.clearFilters}
          </button>
        )}
      </div>
      {features.length === 0 && <p className="quiet">{reversed ? t.sizesReversed : t.noBoothFound}</p>}
      {props.also}
      <ul className="rows" tabIndex={0} aria-label={t.booths}>
        {features.slice(0, rows).map(({ properties }) => (
          <Row
            key={properties.booth}
            booth={properties.booth}
            areaM2={properties.area_m2}
            sides={properties.open_sides}
            price={priceOf(prices, properties.booth, t, language)}
            notes={notesOf(properties, booths, named, t)}
            now={booths.get(properties.booth)}
            chosen={chosen.has(properties.booth)}
            mine={mine.has(properties.booth)}
            choosing={choosing}
            onToggle={onToggle}
          />
        ))}
        {features.length > rows && <MoreRows onMore={() => setRows(rows + ROWS_STEP)} />}
      </ul>
    </section>
  );
});

/** What else there is to know: a joint stand's parts, and the stands over this floor that somebody has. */
function notesOf({ booth, parts, part_of }: PlanFeature["properties"], booths: ReadonlyMap<string, BoothNow>, named: Standing, t: Texts): string {
  const notes = [...(named?.get(booth) ?? [])];
  if (parts.length > 0) notes.push(t.jointStandParts(parts.map(numberOf).join(", ")));
  for (const over of part_of) {
    const state = booths.get(over)?.state;
    if (state !== undefined && state !== "free" && state !== "overlapped") notes.push(t.partOf(numberOf(over), t.state[state]));
  }
  return notes.join(". ");
}

/** Stands for the rows that are not made yet; asks for them when it comes near, and by the button at any time. */
function MoreRows({ onMore }: { readonly onMore: () => void }): ReactElement {
  const { t } = useSpeech();
  const end = useRef<HTMLLIElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    const element = end.current;
    if (element === null) return;
    const watch = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && more.current(), {
      root: element.parentElement,
      rootMargin: "600px",
    });
    watch.observe(element);
    return () => watch.disconnect();
  });
  return (
    <li ref={end}>
      <button type="button" className="plain" onClick={onMore}>
        {t.moreBooths}
      </button>
    </li>
  );
}

interface RowProps {
  readonly booth: string;
  readonly areaM2: number;
  readonly sides: number;
  readonly price: string;
  readonly notes: string;
  readonly now: BoothNow | undefined;
  readonly chosen: boolean;
  readonly mine: boolean;
  readonly choosing: boolean;
  readonly onToggle: (booth: string) => void;
}

const Row = memo(function Row({ booth, areaM2, sides, price, notes, now, chosen, mine, choosing, onToggle }: RowProps): ReactElement {
  const { t, language } = useSpeech();
  const state = now?.state;
  return (
    <li className={chosen ? "row chosen" : "row"}>
      <label>
        <input type="checkbox" checked={chosen} disabled={!choosing || (state !== "free" && !chosen)} onChange={() => onToggle(booth)} />
        <span className="number">{numberOf(booth)}</span>
        <span className="area">
          {t.area(areaIn(areaM2, language))}
          {sides > 1 && <small>{t.sidesOpen(sides)}</small>}
          {price !== "" && <small className="price">{price}</small>}
        </span>
        <span className={`state ${state ?? "unknown"}`}>
          <span aria-hidden="true">{state === undefined ? "…" : SIGN[state]}</span> {boothState(now, t)}
          {mine && <strong className="mine"> · {t.yours}</strong>}
        </span>
      </label>
      {notes !== "" && <p className="parts">{notes}</p>}
    </li>
  );
});
