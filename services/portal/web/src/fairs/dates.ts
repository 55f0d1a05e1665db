/** Days of the calendar as people write them; no time zone may shift them. */

import type { Fair } from "../api/types.ts";
import type { Language } from "../texts/index.ts";

function format(language: Language): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
}

/** A day such as `2027-05-18`. */
export function dayIn(day: string, language: Language): string {
  return format(language).format(new Date(day));
}

/** A fair's show days. */
export function showDays(fair: Fair, language: Language): string {
  return format(language).formatRange(new Date(fair.starts), new Date(fair.ends));
}
