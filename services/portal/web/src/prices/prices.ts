/** What booths cost, as it is shown and sent. */

import type { FairPrices } from "../api/types.ts";
import type { Language, Texts } from "../texts/index.ts";
import { moneyIn } from "./money.ts";

/** The prices in view by booth; `null` where a booth's is a matter of asking, no entry where nothing is told. */
export interface Prices {
  readonly currency: string;
  readonly of: ReadonlyMap<string, number | null>;
}

export const NO_PRICES: Prices = { currency: "", of: new Map() };

export function pricesOf(told: FairPrices): Prices {
  return { currency: told.currency, of: new Map(told.booths.map(({ booth, amount_minor }) => [booth, amount_minor])) };
}

/** What some booths cost together; undefined where no prices are told, null where one of them is not known. */
export function total(prices: Prices, booths: Iterable<string>): number | null | undefined {
  if (prices.of.size === 0) return undefined;
  let sum = 0;
  for (const booth of booths) {
    const amount = prices.of.get(booth) ?? null;
    if (amount === null) return null;
    sum += amount;
  }
  return sum;
}

/** An amount in words; empty where no prices are told. */
export function inWords(amountMinor: number | null | undefined, currency: string, t: Texts, language: Language): string {
  if (amountMinor === undefined) return "";
  return amountMinor === null ? t.priceOnRequest : moneyIn(amountMinor, currency, language);
}

/** A booth's price in words; empty where no prices are told. */
export function priceOf(prices: Prices, booth: string, t: Texts, language: Language): string {
  return prices.of.size === 0 ? "" : inWords(prices.of.get(booth) ?? null, prices.currency, t, language);
}
