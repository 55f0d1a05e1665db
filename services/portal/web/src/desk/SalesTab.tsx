import { useCallback, useMemo, useState, type ReactElement } from "react";

import { moneyIn } from "../prices/money.ts";
import { areaIn, nameIn, type Language } from "../texts/index.ts";
import { Bars } from "./Bars.tsx";
import { Chart, type Line } from "./Chart.tsx";
import { boothsOf, FloorKey, FloorTable } from "./FloorBar.tsx";
import type { LiveTabProps } from "./Overview.tsx";
import { Reading } from "../Refused.tsx";
import { useDeskSpeech } from "./texts/index.ts";
import { STANDING, STEPS, type FloorState, type Sales, type Standing, type Tally } from "./types.ts";
import { useSales } from "./useDesk.ts";

const MEASURES = ["area_m2", "booths", "amount_minor"] as const;
type Measure = (typeof MEASURES)[number];

/** How the sale went, day by day, and where the floor stands by hall and by size. */
export function SalesTab(props: LiveTabProps): ReactElement {
  const { d } = useDeskSpeech();
  if (props.fair.state === "draft") return <p className="waiting">{d.noSalesDraft}</p>;
  return <OpenSales {...props} />;
}

function OpenSales({ fair, halls, tools, live }: LiveTabProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [hall, setHall] = useState("");
  const [measure, setMeasure] = useState<Measure>("area_m2");
  const sales = useSales(fair.slug, hall, live.picture, tools.refused);
  const { value } = sales;
  const names = useMemo(() => new Map(halls.map((one) => [one.hall, nameIn(one.name, language, t.hall(one.hall))])), [halls, language, t]);
  // What was chosen stays where it is, whatever comes of it: the reader may be in the middle of choosing.
  const priced = measure === "amount_minor" || value?.halls.some((one) => STANDING.some((state) => one[state].amount_minor > 0));
  const words = { area_m2: d.inArea, booths: d.inBooths, amount_minor: d.inMoney };
  return (
    <>
      <div className="desk-bar">
        <label>
          {d.measure}{" "}
          <select value={measure} onChange={(event) => setMeasure(event.target.value as Measure)}>
            {MEASURES.filter((one) => one !== "amount_minor" || priced).map((one) => (
              <option key={one} value={one}>
                {words[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {d.hallWord}{" "}
          <select value={hall} onChange={(event) => setHall(event.target.value)}>
            <option value="">{d.allHalls}</option>
            {halls
              .filter(({ booths }) => booths > 0)
              .map((one) => (
                <option key={one.hall} value={one.hall}>
                  {nameIn(one.name, language, t.hall(one.hall))}
                </option>
              ))}
          </select>
        </label>
      </div>
      <Reading of={sales} />
      {value !== null && (
        <>
          {!value.complete && <p role="status">{d.notAllCounted}</p>}
          <OverTime sales={value} measure={measure} />
          <NowBy sales={value} measure={measure} names={names} />
        </>
      )}
    </>
  );
}

function textOf(measure: Measure, currency: string, language: Language): (value: number) => string {
  if (measure === "amount_minor") return (value) => moneyIn(value, currency, language);
  return (value) => areaIn(value, language);
}

const LOOKS = {
  sold: { colour: "sold-mark", dash: [], filled: true },
  reserved: { colour: "reserved-mark", dash: [8, 4], filled: false },
  held: { colour: "held-mark", dash: [2, 4], filled: false },
} as const;

function OverTime({ sales, measure }: { readonly sales: Sales; readonly measure: Measure }): ReactElement {
  const { d, language } = useDeskSpeech();
  const { days, currency } = sales;
  const empty = days.every((day) => STEPS.every((step) => day[step].booths === 0) && STANDING.every((state) => day.standing[state].booths === 0));
  const names = useMemo(() => days.map(({ day }) => day), [days]);
  const lines = useMemo(
    () => STANDING.map((state): Line => ({ name: d.floorStates[state], ...LOOKS[state], values: days.map((day) => day.standing[state][measure]) })),
    [days, measure, d],
  );
  const format = useMemo(() => textOf(measure, currency, language), [measure, currency, language]);
  return (
    <section className="card" aria-label={d.overTime}>
      <h2>{d.overTime}</h2>
      {empty ? (
        <p className="quiet">{d.noSalesYet}</p>
      ) : (
        <>
          <Chart label={d.legendHint} days={names} lines={lines} language={language} format={format} />
          <p className="quiet">{d.daysOf(sales.time_zone)}</p>
          <details className="as-list">
            <summary>{d.asTable}</summary>
            <DaysTable sales={sales} measure={measure} />
          </details>
        </>
      )}
    </section>
  );
}

/** The days on which something moved, the newest first. */
function DaysTable({ sales, measure }: { readonly sales: Sales; readonly measure: Measure }): ReactElement {
  const { d, language } = useDeskSpeech();
  const format = textOf(measure, sales.currency, language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const shown = sales.days.filter((one) => STEPS.some((step) => one[step].booths > 0)).toReversed();
  const text = (tally: Tally): string => (tally.booths === 0 ? "" : format(tally[measure]));
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={d.overTime}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {d.day}
            </th>
            <th scope="colgroup" colSpan={STEPS.length}>
              {d.movedThen}
            </th>
            <th scope="colgroup" colSpan={STANDING.length}>
              {d.standsAtEnd}
            </th>
          </tr>
          <tr>
            {STEPS.map((step) => (
              <th key={step} scope="col">
                {d.steps[step]}
              </th>
            ))}
            {STANDING.map((state) => (
              <th key={state} scope="col">
                {d.floorStates[state]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={one.day} data-day={one.day}>
              <th scope="row">{day.format(Date.parse(one.day))}</th>
              {STEPS.map((step) => (
                <td key={step}>{text(one[step])}</td>
              ))}
              {STANDING.map((state) => (
                <td key={state}>{text(one.standing[state])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NowBy({ sales, measure, names }: { readonly sales: Sales; readonly measure: Measure; readonly names: ReadonlyMap<string, string> }): ReactElement {
  const { d, language } = useDeskSpeech();
  const format = useMemo(() => textOf(measure, sales.currency, language), [measure, sales.currency, language]);
  const valueOf = useCallback((standing: Standing, state: FloorState) => standing[state][measure], [measure]);
  const halls = useMemo(() => sales.halls.map((one) => ({ name: names.get(one.hall) ?? one.hall, standing: one })), [sales.halls, names]);
  const sizes = useMemo(
    () => sales.sizes.filter((one) => boothsOf(one) > 0).map((one) => ({ name: one.up_to_m2 === null ? d.over(one.over_m2) : d.upTo(one.up_to_m2), standing: one })),
    [sales.sizes, d],
  );
  return (
    <>
      {(
        [
          ["halls", d.byHall, d.hallWord, halls],
          ["sizes", d.bySize, d.area, sizes],
        ] as const
      ).map(([id, title, head, rows]) => (
        <section key={id} className="card" aria-label={title}>
          <h2>{title}</h2>
          <FloorKey id={id} />
          <Bars rows={rows} valueOf={valueOf} format={format} />
          <FloorTable caption={title} head={head} rows={rows} />
        </section>
      ))}
    </>
  );
}
