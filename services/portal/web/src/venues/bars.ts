/** What of a venue's timeline lies in the row of each space, and in which lane so that none covers another. */

import type { SpaceUse, TimelineEntry, VenueSpace } from "../api/types.ts";
import type { Shift } from "./moved.ts";
import type { TimeWindow } from "./time.ts";

/** One booking in one row; `through` is the space that was booked, where it is another one that shares floor with this. */
export interface Bar {
  readonly key: string;
  readonly entry: TimelineEntry;
  readonly use: SpaceUse;
  readonly through: string | null;
  readonly from: number;
  readonly show: number;
  readonly showEnd: number;
  readonly to: number;
  readonly lane: number;
}

export interface Row {
  readonly space: VenueSpace;
  readonly bars: readonly Bar[];
  readonly lanes: number;
}

export function idOf(space: VenueSpace): string {
  return `${space.venue}/${space.space}`;
}

/** A row for each space, in the order that they come, with all that takes its floor within a window. */
export function rowsOf(spaces: readonly VenueSpace[], entries: readonly TimelineEntry[], window: TimeWindow): readonly Row[] {
  return spaces.map((space) => {
    const bars = entries.flatMap((entry, n) => barsOf(space, entry, n, window));
    return { space, ...laid(bars) };
  });
}

function barsOf(space: VenueSpace, entry: TimelineEntry, n: number, window: TimeWindow): readonly Bar[] {
  const found = new Map<string, Bar>();
  for (const use of entry.uses) {
    const own = use.space === idOf(space);
    if (!own && !use.atoms.some((atom) => space.atoms.includes(atom))) continue;
    const show = Date.parse(use.start);
    const showEnd = Date.parse(use.end);
    const from = use.build_up ? Date.parse(use.build_up.start) : show;
    const to = use.dismantling ? Date.parse(use.dismantling.end) : showEnd;
    if (from >= window.end || to <= window.start) continue;
    // Booked by several names at once it is told once, by its own if that is among them.
    const when = `${from}-${to}`;
    if (found.has(when) && !own) continue;
    const key = `${entry.booking ?? n}-${when}`;
    found.set(when, { key, entry, use, through: own ? null : use.space, from, show, showEnd, to, lane: 0 });
  }
  return [...found.values()];
}

/** A bar as it would be after a shift. */
export function barAt(bar: Bar, { by, end }: Shift): Bar {
  if (end === "whole") return { ...bar, from: bar.from + by, show: bar.show + by, showEnd: bar.showEnd + by, to: bar.to + by };
  if (end === "start") return { ...bar, from: bar.from + by, show: bar.show === bar.from ? bar.show + by : bar.show };
  return { ...bar, to: bar.to + by, showEnd: bar.showEnd === bar.to ? bar.showEnd + by : bar.showEnd };
}

/** Each bar in the first lane that is free when it begins. */
function laid(bars: readonly Bar[]): { readonly bars: readonly Bar[]; readonly lanes: number } {
  const ends: number[] = [];
  const placed = bars
    .toSorted((a, b) => a.from - b.from || (a.entry.rank ?? 0) - (b.entry.rank ?? 0))
    .map((bar) => {
      const free = ends.findIndex((end) => end <= bar.from);
      const lane = free === -1 ? ends.length : free;
      ends[lane] = bar.to;
      return { ...bar, lane };
    });
  return { bars: placed, lanes: Math.max(1, ends.length) };
}
