/** Times and bookings in words, by the venue's clock, with the reader's beside it where that differs. */

import type { TimelineEntry } from "../api/types.ts";
import { withOwnClock } from "../beside.ts";
import type { Language, Texts } from "../texts/index.ts";
import type { Span, TimeWindow } from "./time.ts";

export function stateOf(entry: Pick<TimelineEntry, "state" | "rank"> & { readonly waits?: boolean }, t: Texts): string {
  const words = t.spaceState as Readonly<Record<string, string>>;
  if (entry.state === "option" && entry.rank !== null) return entry.waits === true ? t.optionWaits(entry.rank) : t.optionRank(entry.rank);
  return words[entry.state] ?? entry.state;
}

export function whenIn(language: Language, start: number, end: number, zone: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: zone });
  return withOwnClock(format.formatRange(start, end), language, [start, end], zone);
}

/** A time that is marked in a window, by the venue's clock and no longer than it must be: hours of a day, days of a month. */
export function markedIn(language: Language, { from, to }: Span, { days }: TimeWindow, zone: string): string {
  const time = { timeStyle: "short", hourCycle: "h23" } as const;
  if (days.length > 7) return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: zone }).formatRange(from, to - 1);
  if (days.length > 1) return new Intl.DateTimeFormat(language, { dateStyle: "medium", ...time, timeZone: zone }).formatRange(from, to);
  const format = new Intl.DateTimeFormat(language, { ...time, timeZone: zone });
  return `${format.format(from)} – ${format.format(to)}`;
}

export function dayIn(language: Language, day: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(Date.parse(`${day}T00:00:00Z`));
}

/** The window's days as a title. */
export function windowIn(language: Language, { days }: TimeWindow): string {
  const [first = ""] = days;
  const last = days.at(-1) ?? first;
  if (days.length > 7) return dayIn(language, first, { month: "long", year: "numeric" });
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
  return first === last ? dayIn(language, first, { dateStyle: "full" }) : format.formatRange(at(first), at(last));
}

/** Each once, in a row. Intl's lists of units put nothing between in Chinese, and no comma in Russian. */
export function listIn(language: Language, items: Iterable<string>): string {
  return [...new Set(items)].join(language === "zh" ? "、" : ", ");
}
