/** The reader's own clock beside the venue's, where the two show different times. */

import type { Language } from "./texts/index.ts";
import { dayOf, wallAt } from "./venues/time.ts";

/** The zone of the reader's device. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * A text about a moment, or from one to another, at a venue, with what the reader's own clock shows then; the text alone
 * where that shows the same. Days are told where they are others than the venue's.
 */
export function withOwnClock(text: string, language: Language, moments: readonly number[], zone: string, own = ownZone()): string {
  if (moments.every((at) => wallAt(at, zone) === wallAt(at, own))) return text;
  const otherDay = moments.some((at) => dayOf(at, zone) !== dayOf(at, own));
  const format = new Intl.DateTimeFormat(language, {
    ...(otherDay ? { day: "numeric", month: "short" } : {}),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: own,
  });
  const [start = 0, end = start] = moments;
  const times = start === end ? format.format(start) : between(format, start, end, !otherDay && dayOf(start, own) !== dayOf(end, own));
  const told = `${times} ${offsetAt(end, own)}`;
  return language === "zh" ? `${text}（${told}）` : `${text} (${told})`;
}

/** Intl tells the whole dates of hours on two days, in another way than the text has them. */
function between(format: Intl.DateTimeFormat, start: number, end: number, onlyHours: boolean): string {
  return onlyHours ? `${format.format(start)} – ${format.format(end)}` : format.formatRange(start, end);
}

/** How far a zone's clocks are from UTC, as `GMT+2`. */
function offsetAt(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}
