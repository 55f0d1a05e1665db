import type { ReactElement } from "react";

import type { Fair, Hall, Rate } from "../api/types.ts";
import { moneyIn } from "../prices/money.ts";
import { nameIn, useSpeech, type Language, type Texts } from "../texts/index.ts";
import { dayIn } from "./dates.ts";
import { Deadlines } from "./Deadlines.tsx";
import { nextDeadline } from "./deadlines.ts";

interface Props {
  readonly fair: Fair;
  readonly halls: readonly Hall[];
  /** Today at the venue. */
  readonly today: string;
}

/** What a fair's booths cost and which days are to be kept; the next one is told without opening it. */
export function About({ fair, halls, today }: Props): ReactElement | null {
  const { t, language } = useSpeech();
  if (fair.rates.length === 0 && fair.deadlines.length === 0) return null;
  const next = nextDeadline(fair.deadlines, today);
  return (
    <details className="card about">
      <summary>
        <span>{t.pricesAndDeadlines}</span>
        {next !== undefined && (
          <span className="quiet">
            {dayIn(next.day, language)}: {nameIn(next.name, language, "")}
          </span>
        )}
      </summary>
      <div className="about-parts">
        {fair.rates.length > 0 && (
          <table className="rates">
            <caption>{t.pricePerM2}</caption>
            <tbody>
              {listed(fair.rates).map((rate) => (
                <tr key={`${rate.hall} ${rate.open_sides} ${rate.until}`} className={rate.until !== null && rate.until < today ? "over" : undefined}>
                  <th scope="row">{rateFor(rate, halls, t, language)}</th>
                  <td>{moneyIn(rate.per_m2_minor, fair.currency, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {fair.deadlines.length > 0 && <Deadlines deadlines={fair.deadlines} today={today} />}
      </div>
      <p className="quiet">{t.holdRules(Math.round(fair.hold_ttl_seconds / 60), fair.hold_extensions_max, fair.held_booths_max)}</p>
    </details>
  );
}

/** Those for some booths before those for all others, and of each an early one before the one that lasts. */
function listed(rates: readonly Rate[]): readonly Rate[] {
  const general = ({ hall, open_sides }: Rate): number => Number(hall === null) + Number(open_sides === null);
  return rates.toSorted(
    (a, b) =>
      general(a) - general(b) ||
      (a.hall ?? "").localeCompare(b.hall ?? "") ||
      (a.open_sides ?? 0) - (b.open_sides ?? 0) ||
      (a.until ?? "9999").localeCompare(b.until ?? "9999"),
  );
}

/** Which booths a rate is for, and until when. */
function rateFor(rate: Rate, halls: readonly Hall[], t: Texts, language: Language): string {
  const where = [];
  if (rate.hall !== null) where.push(nameIn(halls.find(({ hall }) => hall === rate.hall)?.name, language, t.hall(rate.hall)));
  if (rate.open_sides !== null) where.push(t.standType(rate.open_sides));
  const which = where.length === 0 ? t.everyBooth : where.join(", ");
  return rate.until === null ? which : t.rateUntil(which, dayIn(rate.until, language));
}
