/** Amounts are whole minor units of an ISO 4217 currency, as the services have them. */

import type { Language } from "../texts/index.ts";

/** How many decimals a currency has by ISO 4217, list one, where that is not two; a browser knows what is customary in cash. */
const DECIMALS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};
const OTHER_THAN_TWO = new Map(Object.entries(DECIMALS).flatMap(([digits, codes]) => codes.split(" ").map((code) => [code, Number(digits)] as const)));

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(language: Language, currency: string): Intl.NumberFormat {
  const key = `${language} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const digits = decimalsOf(currency);
  const made = new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay: "stripIfInteger",
  });
  formats.set(key, made);
  return made;
}

function decimalsOf(currency: string): number {
  return OTHER_THAN_TWO.get(currency) ?? 2;
}

/** How many of its minor units make one of a currency. */
export function minorUnits(currency: string): number {
  return 10 ** decimalsOf(currency);
}

/** An amount as people write it in a language; without decimals where there are none. */
export function moneyIn(amountMinor: number, currency: string, language: Language): string {
  return formatOf(language, currency).format(amountMinor / minorUnits(currency));
}
