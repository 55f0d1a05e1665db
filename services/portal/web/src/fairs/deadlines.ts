/** Days to keep, as `2027-04-15`, on the calendar of the venue. */

import type { Fair } from "../api/types.ts";

type Deadline = Fair["deadlines"][number];

const DAY_MS = 24 * 3_600_000;

/** The next one that is not over; they come by day. */
export function nextDeadline(deadlines: readonly Deadline[], today: string): Deadline | undefined {
  return deadlines.find(({ day }) => day >= today);
}

/** How many days are left; negative for what is over. */
export function daysLeft(day: string, today: string): number {
  return Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS);
}
