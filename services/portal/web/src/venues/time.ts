/** Days on a venue's clock and the instants behind them. A day is `2027-05-18`, an instant milliseconds since 1970. */

export type SpanName = "day" | "week" | "month";
export const SPANS: readonly SpanName[] = ["day", "week", "month"];

/** What a timeline shows: whole days, the first and the last instant; days on which the clocks change are as long as they are. */
export interface TimeWindow {
  readonly days: readonly string[];
  readonly start: number;
  readonly end: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

/** What the clocks of a zone show at an instant, as `2027-05-18T09:00`. */
export function wallAt(ms: number, zone: string): string {
  const parts = new Map(wallFormat(zone).formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "00";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The instant at which the clocks of a zone show this; where they skip it, as long after the skip as it is after its begin. */
export function instantOf(wall: string, zone: string): number {
  const asUtc = Date.parse(`${wall}:00Z`);
  const offsetAt = (ms: number): number => Date.parse(`${wallAt(ms, zone)}:00Z`) - Math.floor(ms / 60_000) * 60_000;
  const first = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(first);
}

/** What a clock shows so much later, by the clock itself. */
export function plus(wall: string, ms: number): string {
  return new Date(Date.parse(`${wall}:00Z`) + ms).toISOString().slice(0, 16);
}

/** By how much a clock was put on between two times that it shows, in milliseconds. */
export function between(earlier: string, later: string): number {
  return Date.parse(`${later}:00Z`) - Date.parse(`${earlier}:00Z`);
}

export function dayOf(ms: number, zone: string): string {
  return wallAt(ms, zone).slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

/** The day, the week from Monday on or the month that a day lies in. */
export function windowOf(day: string, span: SpanName, zone: string): TimeWindow {
  const first = firstDay(day, span);
  const after = step(first, span, 1);
  const days: string[] = [];
  for (let one = first; one < after; one = addDays(one, 1)) days.push(one);
  return { days, start: instantOf(`${first}T00:00`, zone), end: instantOf(`${after}T00:00`, zone) };
}

/** The day by which the span so many before or after is known. */
export function step(day: string, span: SpanName, by: number): string {
  if (span !== "month") return addDays(firstDay(day, span), span === "week" ? 7 * by : by);
  const month = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  month.setUTCMonth(month.getUTCMonth() + by);
  return month.toISOString().slice(0, 10);
}

function firstDay(day: string, span: SpanName): string {
  if (span === "day") return day;
  if (span === "month") return `${day.slice(0, 7)}-01`;
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

/** Where in a window an instant lies, from 0 to 1; what is outside is at its edge. */
export function place(ms: number, { start, end }: TimeWindow): number {
  return Math.min(1, Math.max(0, (ms - start) / (end - start)));
}

/** When a booking of a day, or of a window's first, would begin that nobody said more of: nine, or the next full hour. */
export function likely({ days, end }: TimeWindow, now: number, zone: string): number {
  const morning = instantOf(`${days[0] ?? ""}T09:00`, zone);
  const next = Math.ceil(now / HOUR_MS) * HOUR_MS;
  return next > morning && next < end ? next : morning;
}

/** In which steps a window is pointed at: half hours, in a month half days. */
export function grainOf({ days }: TimeWindow): number {
  return days.length > 7 ? 12 * HOUR_MS : HOUR_MS / 2;
}

/** Which step of a window a place in it is nearest to. */
export function nearest(part: number, window: TimeWindow): number {
  const grain = grainOf(window);
  return window.start + Math.floor((part * (window.end - window.start)) / grain) * grain;
}

/** A time from one instant to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Between which instants a time is marked in a window: half hours of a day, hours of a week, days of a month, by the venue's clock. */
export function gridOf({ days, end }: TimeWindow, zone: string): readonly number[] {
  const stepMinutes = days.length === 1 ? 30 : days.length > 7 ? 24 * 60 : 60;
  const found = new Set<number>();
  for (const day of days) {
    for (let minute = 0; minute < 24 * 60; minute += stepMinutes) found.add(instantOf(plus(`${day}T00:00`, minute * 60_000), zone));
  }
  return [...found.add(end)].toSorted((a, b) => a - b);
}

/** Less than this part of a step counts as a hand that was not quite steady. */
const UNSTEADY = 1 / 6;

/** The steps of a grid that lie between two instants, whichever comes first, as far as they are touched; one at least. */
export function spanned(one: number, other: number, grid: readonly number[]): Span {
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  const edge = (n: number): number => grid[Math.min(grid.length - 1, Math.max(0, n))] ?? first;
  const within = (n: number, part: number): number => edge(n) + (edge(n + 1) - edge(n)) * part;
  const steps = grid.slice(1).map((_, n) => n);
  const touched = steps.filter((n) => within(n, 1 - UNSTEADY) > first && within(n, UNSTEADY) < last);
  const nearestStep = steps.findLast((n) => edge(n) <= first) ?? 0;
  const from = touched[0] ?? nearestStep;
  return { from: edge(from), to: edge((touched.at(-1) ?? from) + 1) };
}
