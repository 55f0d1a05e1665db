/** How many sides of a booth are open to a gangway: one is a row booth, two a corner, three a head, four an island. */

import type { PlanFeature, Ring } from "../api/types.ts";
import { boxOf, type Box } from "./geometry.ts";
import { isInside } from "./inside.ts";

/** A gangway is at least this far beside a wall, in metres. */
const BESIDE_M = 0.4;
const SAMPLE_M = 0.5;
const CELL_M = 6;

interface Floor {
  readonly width_m: number;
  readonly depth_m: number;
}

interface Standing {
  readonly booth: string;
  readonly rings: readonly Ring[];
  readonly box: Box;
  readonly own: ReadonlySet<string>;
}

/** Open sides by booth, from 0 to 4. A side is open where most of it borders on floor of the hall that no booth has. */
export function openSides(features: readonly PlanFeature[], floor: Floor): ReadonlyMap<string, number> {
  const standing = features.map(({ properties, geometry }) => ({
    booth: properties.booth,
    rings: geometry.coordinates,
    box: boxOf(geometry.coordinates[0] ?? []),
    own: new Set([properties.booth, ...(properties.parts ?? []), ...(properties.part_of ?? [])]),
  }));
  const near = indexOf(standing);
  return new Map(standing.map((one) => [one.booth, sidesOf(one, near, floor)]));
}

type Near = (x: number, y: number) => readonly Standing[];

/** The booths whose boxes touch the cell that a point is in. */
function indexOf(standing: readonly Standing[]): Near {
  const cells = new Map<string, Standing[]>();
  const cell = (value: number): number => Math.floor(value / CELL_M);
  for (const one of standing) {
    for (let column = cell(one.box.x); column <= cell(one.box.x + one.box.width); column += 1) {
      for (let row = cell(one.box.y); row <= cell(one.box.y + one.box.height); row += 1) {
        const key = `${column} ${row}`;
        cells.set(key, [...(cells.get(key) ?? []), one]);
      }
    }
  }
  return (x, y) => cells.get(`${cell(x)} ${cell(y)}`) ?? [];
}

function sidesOf({ rings, own }: Standing, near: Near, floor: Floor): number {
  const ring = rings[0] ?? [];
  // Whether the corners come round one way or the other says on which side of an edge the outside is.
  const turn = Math.sign(ring.reduce((sum, [x, y], n) => sum + x * (ring[n + 1]?.[1] ?? y) - (ring[n + 1]?.[0] ?? x) * y, 0));
  const sides = new Map<string, { open: number; all: number }>();
  for (let n = 0; n + 1 < ring.length; n += 1) {
    const [[x, y], [endX, endY]] = [ring[n], ring[n + 1]] as [readonly [number, number], readonly [number, number]];
    const length = Math.hypot(endX - x, endY - y);
    if (length === 0) continue;
    const [outX, outY] = [(turn * (endY - y)) / length, (turn * (x - endX)) / length];
    const facing = Math.abs(outX) > Math.abs(outY) ? (outX > 0 ? "east" : "west") : outY > 0 ? "south" : "north";
    const side = sides.get(facing) ?? { open: 0, all: 0 };
    sides.set(facing, side);
    const samples = Math.max(2, Math.ceil(length / SAMPLE_M));
    for (let step = 0; step < samples; step += 1) {
      const along = (step + 0.5) / samples;
      const [atX, atY] = [x + along * (endX - x) + BESIDE_M * outX, y + along * (endY - y) + BESIDE_M * outY];
      side.all += length / samples;
      const outside = atX < 0 || atY < 0 || atX > floor.width_m || atY > floor.depth_m;
      if (!outside && !near(atX, atY).some((other) => !own.has(other.booth) && isInside(other.rings, atX, atY))) {
        side.open += length / samples;
      }
    }
  }
  return [...sides.values()].filter(({ open, all }) => open > all / 2).length;
}
