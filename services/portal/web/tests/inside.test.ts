import { describe, expect, it } from "vitest";

import type { Ring } from "../src/api/types.ts";
import { insideOf } from "../src/plan/inside.ts";

const closed = (points: readonly (readonly [number, number])[]): Ring => [...points, points[0] ?? [0, 0]];

describe("the room for a label", () => {
  it("is a rectangular booth itself", () => {
    expect(insideOf([closed([[2, 3], [8, 3], [8, 7], [2, 7]])])).toEqual({ x: 2, y: 3, width: 6, height: 4 });
  });

  it("lies in the larger arm of an L, where the middle of its box may be outside", () => {
    const inside = insideOf([closed([[0, 0], [10, 0], [10, 3], [2, 3], [2, 10], [0, 10]])]);
    expect(inside).toEqual({ x: 0, y: 0, width: 10, height: 3 });
  });

  it("keeps out of the notch of a U, and of a hole", () => {
    const u = insideOf([closed([[0, 0], [9, 0], [9, 9], [6, 9], [6, 4], [3, 4], [3, 9], [0, 9]])]);
    expect(u).toEqual({ x: 0, y: 0, width: 9, height: 4 });
    const ring = insideOf([closed([[0, 0], [9, 0], [9, 9], [0, 9]]), closed([[1, 3], [8, 3], [8, 8], [1, 8]])]);
    expect(ring).toEqual({ x: 0, y: 0, width: 9, height: 3 });
  });

  it("lies within slanted edges", () => {
    const { x, y, width, height } = insideOf([closed([[0, 0], [8, 0], [0, 8]])]);
    expect(width * height).toBeGreaterThan(8);
    expect(x + width + y + height).toBeLessThanOrEqual(8.01);
  });

  it("survives shapes that are none, or too rich to search", () => {
    expect(insideOf([])).toEqual({ x: 0, y: 0, width: 0, height: 0 });
    const round = closed(Array.from({ length: 90 }, (_, n) => [5 + 5 * Math.cos(n), 5 + 5 * Math.sin(n)] as const));
    expect(insideOf([round]).width).toBeGreaterThan(0);
  });
});
