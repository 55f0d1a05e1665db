import type { ReactElement } from "react";

import type { BoothNow, Fair, Hall, PlanFeature, Reservation } from "../api/types.ts";
import { momentIn } from "../history/sentences.ts";
import { numberOf } from "../plan/numbers.ts";
import { moneyIn } from "../prices/money.ts";
import { priceOf, type Prices } from "../prices/prices.ts";
import { ExhibitorName } from "../reservations/ExhibitorName.tsx";
import { isLive } from "../reservations/steps.ts";
import { areaIn, boothState, nameIn, useSpeech } from "../texts/index.ts";
import { PrintedPlan } from "./PrintedPlan.tsx";
import { PrintHead } from "./PrintHead.tsx";
import { usePrinting } from "./usePrinting.ts";

interface Props {
  readonly fair: Fair;
  readonly hall: Hall;
  readonly features: readonly PlanFeature[];
  /** Those that are looked for. */
  readonly shown: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly mine: ReadonlySet<string>;
  readonly prices: Prices;
  readonly reservations: readonly Reservation[];
  /** Whose reservations are printed; an organizer's are a table of its own. */
  readonly exhibitor: string | null;
  /** Who has which booth, by name, for those who may know. */
  readonly who?: ReadonlyMap<string, string>;
}

/** A hall on paper: its plan, the reader's reservations, and the booths as a list. */
export function PrintedFair(props: Props): ReactElement | null {
  return usePrinting() ? <Sheets {...props} /> : null;
}

function Sheets({ fair, hall, features, shown, booths, mine, prices, reservations, exhibitor, who }: Props): ReactElement {
  const { t, language } = useSpeech();
  const title = nameIn(fair.name, language, fair.slug);
  const subtitle = nameIn(hall.name, language, t.hall(hall.hall));
  const head = <PrintHead title={title} subtitle={subtitle} zone={fair.time_zone} />;
  const own = exhibitor === null ? [] : reservations.filter((one) => isLive(one) && one.exhibitor === exhibitor);
  const order = new Intl.Collator("en", { numeric: true });
  const listed = shown.toSorted((a, b) => order.compare(a.properties.number, b.properties.number));
  return (
    <>
      <section className="print-sheet">
        {head}
        <PrintedPlan hall={hall} features={features} booths={booths} mine={mine} who={who} />
      </section>
      {own.length > 0 && (
        <section className="print-sheet">
          {head}
          <h2>{t.tables.yourBooths}</h2>
          {own.map((reservation) => (
            <PrintedReservation key={reservation.id} reservation={reservation} zone={fair.time_zone} />
          ))}
        </section>
      )}
      <section className="print-sheet">
        {head}
        <table className="print-list">
          <thead>
            <tr>
              <th scope="col">{t.booths}</th>
              <th scope="col">m²</th>
              <th scope="col">{t.openSides}</th>
              <th scope="col">{t.stateWord}</th>
              {who !== undefined && <th scope="col">{t.role.exhibitor}</th>}
              {prices.of.size > 0 && <th scope="col">{t.price}</th>}
            </tr>
          </thead>
          <tbody>
            {listed.map(({ properties }) => (
              <tr key={properties.booth}>
                <td>{numberOf(properties.booth)}</td>
                <td>{areaIn(properties.area_m2, language)}</td>
                <td>{properties.open_sides || ""}</td>
                <td>
                  {boothState(booths.get(properties.booth), t)}
                  {mine.has(properties.booth) && <strong> · {t.yours}</strong>}
                </td>
                {who !== undefined && <td>{who.get(properties.booth)}</td>}
                {prices.of.size > 0 && <td>{priceOf(prices, properties.booth, t, language)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** One reservation as a card of paper. */
function PrintedReservation({ reservation, zone }: { readonly reservation: Reservation; readonly zone: string }): ReactElement {
  const { t, language } = useSpeech();
  const { price } = reservation;
  return (
    <article className="print-reservation">
      <h3>
        {reservation.booths.join(", ")} — {t.reservationState[reservation.state]}
      </h3>
      <dl>
        {reservation.state === "held" && reservation.expires_at !== null && (
          <>
            <dt>{t.tables.heldUntil}</dt>
            <dd>{momentIn(language, reservation.expires_at, zone)}</dd>
          </>
        )}
        {price !== null && (
          <>
            <dt>{t.price}</dt>
            <dd>{price.amount_minor === null ? t.priceOnRequest : moneyIn(price.amount_minor, price.currency, language)}</dd>
          </>
        )}
        {reservation.co_exhibitors.length > 0 && (
          <>
            <dt>{t.coExhibitors}</dt>
            <dd>
              {reservation.co_exhibitors.map((one) => (
                <ExhibitorName key={one} id={one} />
              ))}
            </dd>
          </>
        )}
        <dt>{t.tables.number}</dt>
        <dd>
          <code>{reservation.id}</code>
        </dd>
      </dl>
    </article>
  );
}
