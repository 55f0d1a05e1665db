/** Where a booking would be: the same uses, shifted, in another space, or longer or shorter at an end. */

import type { Alternative, Phase, SpaceUse } from "../api/types.ts";

/** By how much a bar was dragged, in milliseconds: as a whole, or at one of its ends; and into which space, if another. */
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

/** All uses as they would be. An end that is dragged is that of the use that was taken hold of, and of those beside it. */
export function movedUses(uses: readonly SpaceUse[], held: SpaceUse, { by, end, space }: Shift): readonly Use[] {
  const rooms = new Set(uses.map((use) => use.space));
  return uses.map((use) => {
    const along = end === "whole" || sameTime(use, held) ? by : 0;
    const moved = end === "whole" ? shifted(use, along) : stretched(use, along, end);
    return { ...moved, space: space !== null && rooms.size === 1 ? space : use.space };
  });
}

/** Whether two uses are at the same time, however that is written. */
function sameTime(one: Phase, other: Phase): boolean {
  return Date.parse(one.start) === Date.parse(other.start) && Date.parse(one.end) === Date.parse(other.end);
}

function shifted(use: SpaceUse, by: number): Use {
  return {
    space: use.space,
    ...later(use, by),
    ...(use.build_up && { build_up: later(use.build_up, by) }),
    ...(use.dismantling && { dismantling: later(use.dismantling, by) }),
  };
}

/** Longer or shorter at the end of its first or last phase. */
function stretched(use: SpaceUse, by: number, end: "start" | "end"): Use {
  // A booking leaves out the phases that it does not have.
  const phase = (end === "start" ? use.build_up : use.dismantling) ?? null;
  const part: Phase = phase ?? use;
  const changed = end === "start" ? { start: at(part.start, by), end: part.end } : { start: part.start, end: at(part.end, by) };
  const same = shifted(use, 0);
  if (phase === null) return { ...same, ...changed };
  return end === "start" ? { ...same, build_up: changed } : { ...same, dismantling: changed };
}

function later({ start, end }: Phase, by: number): Phase {
  return { start: at(start, by), end: at(end, by) };
}

function at(moment: string, by: number): string {
  return new Date(Date.parse(moment) + by).toISOString();
}
