import { useCallback, useEffect, useState, type ReactElement } from "react";

import { spaces as readSpaces, venues as readVenues } from "../api/calls.ts";
import type { Venue } from "../api/types.ts";
import { useRead } from "../api/useRead.ts";
import type { Tools } from "../Frame.tsx";
import { nameIn } from "../texts/index.ts";
import * as calls from "./calls.ts";
import { FloorBar, floorOf, FloorTable, together } from "./FloorBar.tsx";
import type { LiveTabProps } from "./Overview.tsx";
import { Reading } from "../Refused.tsx";
import { shareIn, useDeskSpeech } from "./texts/index.ts";
import type { MonthUsed } from "./types.ts";
import { useSales } from "./useDesk.ts";

/** How much of the fair's floor and of the venue's spaces is used. */
export function UtilisationTab(props: LiveTabProps): ReactElement {
  const { fair } = props;
  return (
    <>
      {fair.state !== "draft" && <OfFair {...props} />}
      <OfVenue {...props} />
    </>
  );
}

function OfFair({ fair, halls, tools, live }: LiveTabProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const sales = useSales(fair.slug, "", live.picture, tools.refused);
  if (sales.value === null) return <Reading of={sales} />;
  const whole = together(sales.value.halls);
  const names = new Map(halls.map((one) => [one.hall, nameIn(one.name, language, t.hall(one.hall))]));
  const rows = [...sales.value.halls.map((one) => ({ name: names.get(one.hall) ?? one.hall, standing: one })), { name: d.whole, standing: whole }];
  return (
    <section className="card" aria-label={d.ofFair}>
      <h2>
        {d.ofFair} <span className="count">{shareIn(whole.sold.area_m2 + whole.reserved.area_m2, floorOf(whole), language)}</span>
      </h2>
      <FloorBar standing={whole} id="used" />
      <FloorTable caption={d.ofFair} head={d.hallWord} rows={rows} />
    </section>
  );
}

const MONTHS_BEFORE = 3;
const MONTHS_AFTER = 9;

/** From the first of a month three before now, a year on. */
export function yearAround(nowMs: number): readonly [string, string] {
  const now = new Date(nowMs);
  const first = (months: number): string => `${new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString().slice(0, 10)}T00:00`;
  return [first(-MONTHS_BEFORE), first(MONTHS_AFTER)];
}

/** The fair's venue first; the organizer's others can be looked at as well. */
function OfVenue({ fair, tools }: LiveTabProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const { refused } = tools;
  const [venues, setVenues] = useState<readonly Venue[]>([]);
  const [venue, setVenue] = useState(fair.venue);
  useEffect(() => void readVenues().then(setVenues, refused), [refused]);
  return (
    <section className="card" aria-label={d.ofVenue}>
      <div className="desk-bar">
        <h2>{d.ofVenue}</h2>
        <label>
          {t.venue}{" "}
          <select value={venue} onChange={(event) => setVenue(event.target.value)}>
            {venues.map((one) => (
              <option key={one.slug} value={one.slug}>
                {nameIn(one.name, language, one.slug)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <VenueUsed key={venue} venue={venue} refused={refused} />
    </section>
  );
}

function VenueUsed({ venue, refused }: { readonly venue: string; readonly refused: Tools["refused"] }): ReactElement {
  const { d, language } = useDeskSpeech();
  const ask = useCallback(async () => {
    const [spaces, months] = await Promise.all([readSpaces(venue), calls.utilisation(venue, ...yearAround(Date.now()))]);
    return { spaces, months };
  }, [venue]);
  const used = useRead(ask, refused);
  if (used.value === null) {
    // Booking hears of a venue with its first space.
    return used.problem?.status === 404 ? <p className="quiet">{d.noSpaces}</p> : <Reading of={used} />;
  }
  const { spaces, months } = used.value;
  if (spaces.length === 0) return <p className="quiet">{d.noSpaces}</p>;
  const shown = months.filter(({ venue: { taken } }) => taken.show_minutes + taken.build_up_minutes + taken.dismantling_minutes > 0);
  if (shown.length === 0) return <p className="quiet">{d.nothingUsed}</p>;
  return (
    <>
      <p className="quiet">
        {d.utilisationSays} {d.emptierMonths}
      </p>
      <Months months={shown} names={new Map(spaces.map((one) => [`${one.venue}/${one.space}`, nameIn(one.name, language, one.space)]))} />
    </>
  );
}

/** A month a column, a space a row: its share, with the hours of the show and of what is around it. */
function Months({ months, names }: { readonly months: readonly MonthUsed[]; readonly names: ReadonlyMap<string, string> }): ReactElement {
  const { d, language } = useDeskSpeech();
  const month = new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" });
  const hours = (minutes: number): string => d.hours(new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(minutes / 60));
  const cell = ({ share, taken }: MonthUsed["venue"]): ReactElement => (
    <td>
      <meter min={0} max={1} value={share} aria-hidden="true" /> {shareIn(share, 1, language)}
      <small>{hours(taken.show_minutes)}</small>
      {taken.build_up_minutes + taken.dismantling_minutes > 0 && (
        <>
          <small>
            {d.buildUp.toLowerCase()} {hours(taken.build_up_minutes)}
          </small>
          <small>
            {d.dismantling.toLowerCase()} {hours(taken.dismantling_minutes)}
          </small>
        </>
      )}
    </td>
  );
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={d.ofVenue}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{d.space}</th>
            {months.map((one) => (
              <th key={one.month} scope="col">
                {month.format(Date.parse(`${one.month}-01`))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...names].map(([id, name]) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              {months.map((one) => {
                const used = one.spaces.find(({ space }) => space === id);
                return <Cell key={one.month}>{used === undefined ? <td /> : cell(used)}</Cell>;
              })}
            </tr>
          ))}
          <tr>
            <th scope="row">{d.wholeVenue}</th>
            {months.map((one) => (
              <Cell key={one.month}>{cell(one.venue)}</Cell>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

const Cell = ({ children }: { readonly children: ReactElement }): ReactElement => children;
