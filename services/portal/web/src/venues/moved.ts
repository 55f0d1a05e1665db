/** Where a booking would be: the same uses, shifted, in another space, or longer or shorter at an end; all by the venue's clock. */

import type { Alternative, Phase, SpaceBooking, SpaceUse } from "../api/types.ts";
import { plus, wallAt } from "./time.ts";

/** By how much a bar was dragged, in milliseconds of the venue's clock: as a whole, or at one of its ends; and into which space, if another. */
export interface Shift {
  readonly by: number;
  readonly end: "whole" | "start" | "end";
  readonly space: string | null;
}

type Use = Alternative["uses"][number];

/** Whether a shift would change anything. */
export function changes({ by, space }: Shift): boolean {
  return by !== 0 || space !== null;
}

/** Whether it is in several spaces, so that it has no other row to go to. */
export function inSeveral(uses: readonly SpaceUse[]): boolean {
  return new Set(uses.map((use) => use.space)).size > 1;
}

/** All uses as they would be. An end that is dragged is that of the use that was taken hold of, and of those beside it. */
export function movedUses(uses: readonly SpaceUse[], held: SpaceUse, { by, end, space }: Shift, zone: string): readonly Use[] {
  const rooms = new Set(uses.map((use) => use.space));
  return uses.map((use) => {
    const along = end === "whole" || sameTime(use, held) ? by : 0;
    const moved = end === "whole" ? shifted(use, along, zone) : stretched(use, along, end, zone);
    return { ...moved, space: space !== null && rooms.size === 1 ? space : use.space };
  });
}

/**
 * Whether a booking that is moved could be had back just as it was: an option may lose its place to the next, an
 * occurrence leaves its series, and nothing can be moved into the past.
 */
export function comesBack({ state, series, uses }: Pick<SpaceBooking, "state" | "series" | "uses">, now: number): boolean {
  return state === "definite" && series === null && uses.every(({ build_up, start }) => Date.parse(build_up?.start ?? start) > now);
}

/** The same uses again, as a booking that had them can have them back: by instants, which no change of the clocks makes two of. */
export function sameUses(uses: readonly SpaceUse[]): readonly Use[] {
  return uses.map(({ space, start, end, build_up, dismantling }) => ({
    space,
    start,
    end,
    ...(build_up && { build_up }),
    ...(dismantling && { dismantling }),
  }));
}

/** Whether two uses are at the same time, however that is written. */
function sameTime(one: Phase, other: Phase): boolean {
  return Date.parse(one.start) === Date.parse(other.start) && Date.parse(one.end) === Date.parse(other.end);
}

function shifted(use: SpaceUse, by: number, zone: string): Use {
  return {
    space: use.space,
    ...later(use, by, zone),
    ...(use.build_up && { build_up: later(use.build_up, by, zone) }),
    ...(use.dismantling && { dismantling: later(use.dismantling, by, zone) }),
  };
}

/** Longer or shorter at the end of its first or last phase. */
function stretched(use: SpaceUse, by: number, end: "start" | "end", zone: string): Use {
  // A booking leaves out the phases that it does not have.
  const phase = (end === "start" ? use.build_up : use.dismantling) ?? null;
  const part: Phase = phase ?? use;
  const { start, end: until } = later(part, 0, zone);
  const changed = end === "start" ? { start: plus(start, by), end: until } : { start, end: plus(until, by) };
  const same = shifted(use, 0, zone);
  if (phase === null) return { ...same, ...changed };
  return end === "start" ? { ...same, build_up: changed } : { ...same, dismantling: changed };
}

function later({ start, end }: Phase, by: number, zone: string): Phase {
  const at = (moment: string): string => plus(wallAt(Date.parse(moment), zone), by);
  return { start: at(start), end: at(end) };
}
