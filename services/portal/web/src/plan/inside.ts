/** The largest upright rectangle inside a shape: where a label, which is one itself, can stand. */

import type { Ring } from "../api/types.ts";
import { boxOf, type Box } from "./geometry.ts";

/** A slanted edge is followed by steps of this many to a side. */
const STEPS = 8;
/** Shapes with more corners than this keep to their box; the cost grows with the cube. */
const LINES_MAX = 40;
/** Wider than this many times its height a rectangle makes no label more readable. */
const USEFUL_RATIO = 4;

/** The rectangle in metres. For a rectangle it is the shape itself. */
export function insideOf(rings: readonly Ring[]): Box {
  const outer = rings[0] ?? [];
  const box = boxOf(outer);
  const xs = linesOf(rings, 0, box.x, box.width);
  const ys = linesOf(rings, 1, box.y, box.height);
  if (xs.length < 2 || ys.length < 2 || xs.length > LINES_MAX || ys.length > LINES_MAX) return box;
  const filled = ys.slice(1).map((bottom, row) =>
    xs.slice(1).map((right, column) => isFilled(rings, xs[column] ?? right, ys[row] ?? bottom, right, bottom)),
  );
  let best: Box | null = null;
  for (let top = 0; top < filled.length; top += 1) {
    for (let bottom = top; bottom < filled.length; bottom += 1) {
      let left = 0;
      for (let column = 0; column <= xs.length - 1; column += 1) {
        const open = column < xs.length - 1 && filled.slice(top, bottom + 1).every((row) => row[column] === true);
        if (open) continue;
        if (column > left) best = better(best, between(xs, ys, left, column, top, bottom + 1));
        left = column + 1;
      }
    }
  }
  return best ?? box;
}

function between(xs: readonly number[], ys: readonly number[], left: number, right: number, top: number, bottom: number): Box {
  const [x = 0, y = 0, endX = 0, endY = 0] = [xs[left], ys[top], xs[right], ys[bottom]];
  return { x, y, width: endX - x, height: endY - y };
}

function better(known: Box | null, found: Box): Box {
  const worth = ({ width, height }: Box): number => Math.min(width, USEFUL_RATIO * height) * height;
  return known !== null && worth(known) >= worth(found) ? known : found;
}

/** Where a rectangle's side may lie: at the corners, and in between where edges are slanted. */
function linesOf(rings: readonly Ring[], axis: 0 | 1, start: number, length: number): readonly number[] {
  const corners = rings.flatMap((ring) => ring.map((point) => point[axis]));
  const slanted = rings.some((ring) => ring.some((point, n) => isSlanted(point, ring[n + 1] ?? point)));
  const steps = slanted ? Array.from({ length: STEPS + 1 }, (_, n) => start + (length * n) / STEPS) : [];
  return [...new Set([...corners, ...steps].map((value) => Math.round(value * 1000) / 1000))].toSorted((a, b) => a - b);
}

type Point = readonly [number, number];

function isSlanted(from: Point, to: Point): boolean {
  return Math.abs(from[0] - to[0]) > 0.001 && Math.abs(from[1] - to[1]) > 0.001;
}

/** Whether a point lies inside a shape: a line from it to far away crosses its rings an odd number of times. */
export function isInside(rings: readonly Ring[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let n = 0; n + 1 < ring.length; n += 1) {
      const [from, to] = [ring[n] as Point, ring[n + 1] as Point];
      if (from[1] > y !== to[1] > y && x < from[0] + ((y - from[1]) * (to[0] - from[0])) / (to[1] - from[1])) inside = !inside;
    }
  }
  return inside;
}

/** Whether a cell lies wholly inside: its middle does, and no edge runs through it. */
function isFilled(rings: readonly Ring[], left: number, top: number, right: number, bottom: number): boolean {
  const hair = 0.001 * Math.min(right - left, bottom - top) + 0.001;
  const cut = rings.some((ring) =>
    ring.some((to, n) => n > 0 && runsThrough(ring[n - 1] as Point, to, left + hair, top + hair, right - hair, bottom - hair)),
  );
  return !cut && isInside(rings, (left + right) / 2, (top + bottom) / 2);
}

/** Whether a line from one point to another touches an upright rectangle (Liang and Barsky's clipping). */
function runsThrough(from: Point, to: Point, left: number, top: number, right: number, bottom: number): boolean {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  let [enter, leave] = [0, 1];
  const sides = [
    [-dx, from[0] - left],
    [dx, right - from[0]],
    [-dy, from[1] - top],
    [dy, bottom - from[1]],
  ] as const;
  for (const [towards, room] of sides) {
    if (towards === 0) {
      if (room < 0) return false;
    } else if (towards < 0) enter = Math.max(enter, room / towards);
    else leave = Math.min(leave, room / towards);
  }
  return enter <= leave;
}
