/** Which fair and hall an address leads to, and what the chooser calls them. */

import type { Fair } from "./api/types.ts";

/** The fair that the address names, else the reader's own, else the next that is not over, else the last that was. */
export function landingFair(fairs: readonly Fair[], named: string, own: string | null, today: string): Fair | undefined {
  const byStart = fairs.toSorted((a, b) => a.starts.localeCompare(b.starts));
  return (
    fairs.find(({ slug }) => slug === named) ??
    fairs.find(({ slug }) => slug === own) ??
    byStart.find(({ ends }) => ends >= today) ??
    byStart.at(-1)
  );
}

/** Today on the calendar of a fair's dates, as `2027-05-18`; which day it is somewhere else moves no fair. */
export function today(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

/** What tells fairs apart in a chooser: the name alone, or with the dates where two are called the same. */
export function titlesOf(fairs: readonly Fair[], nameOf: (fair: Fair) => string, datesOf: (fair: Fair) => string): readonly string[] {
  const names = fairs.map(nameOf);
  return fairs.map((fair, n) => {
    const name = names[n] ?? "";
    return names.indexOf(name) === names.lastIndexOf(name) ? name : `${name}, ${datesOf(fair)}`;
  });
}

export interface Place {
  readonly fair: string;
  readonly hall: string;
}

/** The place in an address's hash; what is not readable leads nowhere in particular. */
export function placeOf(hash: string): Place {
  try {
    const [, fair = "", hall = ""] = hash.split("/").map((word) => decodeURIComponent(word));
    return { fair, hall };
  } catch {
    return { fair: "", hall: "" };
  }
}

export function placeHash(fair: string, hall: string): string {
  return `#/${encodeURIComponent(fair)}/${encodeURIComponent(hall)}`;
}
