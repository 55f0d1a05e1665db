/** Amounts are whole minor units of an ISO 4217 currency, as the services have them. */

import type { Language } from "../texts/index.ts";

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(language: Language, currency: string): Intl.NumberFormat {
  const key = `${language} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(language, { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" });
  formats.set(key, made);
  return made;
}

/** How many of its minor units make one of a currency. */
export function minorUnits(currency: string): number {
  return 10 ** (formatOf("en", currency).resolvedOptions().maximumFractionDigits ?? 2);
}

/** An amount as people write it in a language; without decimals where there are none. */
export function moneyIn(amountMinor: number, currency: string, language: Language): string {
  return formatOf(language, currency).format(amountMinor / minorUnits(currency));
}
