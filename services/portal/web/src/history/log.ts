/** What a reader has before them of what happened: pages from the newest on, and what came since. */

import type { Happening, Happenings } from "../api/types.ts";

export interface Log {
  /** On show, the newest first. */
  readonly shown: readonly Happening[];
  /** What came while the reader was reading, the newest first; shown when they ask for it. */
  readonly waiting: readonly Happening[];
  readonly next: string | null;
  readonly position: number | null;
  readonly keptDays: number;
}

export function begun({ happenings, next, position, kept_days }: Happenings): Log {
  return { shown: happenings, waiting: [], next, position, keptDays: kept_days };
}

export function continued(log: Log, page: Happenings): Log {
  return { ...log, shown: [...log.shown, ...without(page.happenings, log.shown)], next: page.next };
}

/** What a stream told, oldest first; it may tell what is there already. A reader who reads is not moved. */
export function told(log: Log, came: readonly Happening[], reading: boolean): Log {
  const fresh = without(came, [...log.shown, ...log.waiting]).toReversed();
  if (fresh.length === 0) return log;
  return reading ? { ...log, waiting: [...fresh, ...log.waiting] } : { ...log, shown: [...fresh, ...log.waiting, ...log.shown], waiting: [] };
}

export function caughtUp(log: Log): Log {
  return log.waiting.length === 0 ? log : { ...log, shown: [...log.waiting, ...log.shown], waiting: [] };
}

function without(some: readonly Happening[], known: readonly Happening[]): readonly Happening[] {
  const ids = new Set(known.map(({ event }) => event.id));
  return some.filter(({ event }) => !ids.has(event.id));
}
