/** Where else in a fair that is which is looked for in one hall. */

import type { BoothPlace } from "./standing.ts";

export interface Elsewhere {
  readonly hall: string;
  readonly count: number;
}

/** How many of a fair's booths fit in each other hall, in the order in which people count halls. */
export function elsewhere(places: readonly BoothPlace[], here: string, fits: (booth: string) => boolean): readonly Elsewhere[] {
  const found = new Map<string, number>();
  for (const { booth } of places) {
    const hall = booth.slice(0, booth.indexOf("/"));
    if (hall !== here && fits(booth)) found.set(hall, (found.get(hall) ?? 0) + 1);
  }
  const order = new Intl.Collator("en", { numeric: true });
  return [...found].map(([hall, count]) => ({ hall, count })).toSorted((a, b) => order.compare(a.hall, b.hall));
}
