import { describe, expect, it } from "vitest";

import type { BoothNow, BoothStateName, PlanFeature } from "../src/api/types.ts";
import { isFiltering, matching, NO_FILTERS, similarFree } from "../src/booths/filters.ts";
import { openSides } from "../src/plan/sides.ts";

const HALL = { width_m: 40, depth_m: 30 };

function booth(number: string, x: number, y: number, width = 4, depth = 3, parts: readonly string[] = [], partOf: readonly string[] = []): PlanFeature {
  const ring = [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth], [x, y]] as const;
  return {
    properties: { number, booth: `1/${number}`, area_m2: width * depth, parts, part_of: partOf },
    geometry: { type: "Polygon", coordinates: [ring] },
  };
}

function states(features: readonly PlanFeature[], other: Readonly<Record<string, BoothStateName>> = {}): ReadonlyMap<string, BoothNow> {
  return new Map(
    features.map(({ properties: { booth: id, area_m2 } }) => [id, { booth: id, state: other[id] ?? "free", version: 1, area_m2 }]),
  );
}

describe("open sides", () => {
  // A block of two rows of three, back to back, and one that stands alone; A1 leans on the wall.
  const block = [booth("A1", 0, 10), booth("A2", 4, 10), booth("A3", 8, 10), booth("B1", 0, 13), booth("B2", 4, 13), booth("B3", 8, 13)];
  const sides = openSides([...block, booth("I", 20, 10)], HALL);

  it("are one in a row, two at a corner, four of an island, and none at a wall", () => {
    expect(Object.fromEntries(sides)).toEqual({ "1/A1": 1, "1/A2": 1, "1/A3": 2, "1/B1": 1, "1/B2": 1, "1/B3": 2, "1/I": 4 });
  });

  it("do not depend on which way round the corners come", () => {
    const turned = block.map((one) => ({ ...one, geometry: { ...one.geometry, coordinates: one.geometry.coordinates.map((ring) => ring.toReversed()) } }));
    expect(openSides(turned, HALL)).toEqual(openSides(block, HALL));
  });

  it("of a joint stand and of its parts are not closed by one another", () => {
    const joint = booth("J", 20, 10, 8, 3, ["1/J1", "1/J2"]);
    const parts = [booth("J1", 20, 10, 4, 3, [], ["1/J"]), booth("J2", 24, 10, 4, 3, [], ["1/J"])];
    expect(Object.fromEntries(openSides([joint, ...parts], HALL))).toEqual({ "1/J": 4, "1/J1": 3, "1/J2": 3 });
  });

  it("are open where most of a side is", () => {
    const beside = (depth: number): number | undefined => openSides([booth("A", 10, 10, 4, 4), booth("B", 14, 10, 4, depth)], HALL).get("1/A");
    expect([beside(1), beside(3)]).toEqual([4, 3]);
  });
});

describe("what is looked for", () => {
  const features = [booth("A-1", 0, 10), booth("A-2", 4, 10, 6), booth("B-1", 20, 10)];
  const sides = openSides(features, HALL);
  const found = (filters: object, chosen: readonly string[] = []): readonly string[] =>
    matching(features, states(features, { "1/B-1": "sold" }), new Set(chosen), sides, { ...NO_FILTERS, ...filters }).map(({ properties }) => properties.number);

  it("is found by number, size, open sides and whether it is free", () => {
    expect(found({})).toEqual(["A-1", "A-2", "B-1"]);
    expect(found({ sought: " a-" })).toEqual(["A-1", "A-2"]);
    expect(found({ areaMin: "13" })).toEqual(["A-2"]);
    expect(found({ areaMax: "12" })).toEqual(["A-1", "B-1"]);
    expect(found({ sides: 4 })).toEqual(["B-1"]);
    expect(found({ onlyFree: true })).toEqual(["A-1", "A-2"]);
    expect(found({ onlyFree: true }, ["1/B-1"])).toEqual(["A-1", "A-2", "B-1"]);
  });

  it("is nothing in particular where nothing is said", () => {
    expect(isFiltering(NO_FILTERS)).toBe(false);
    expect(isFiltering({ ...NO_FILTERS, sought: "  " })).toBe(false);
    expect(isFiltering({ ...NO_FILTERS, areaMax: "9" })).toBe(true);
  });
});

it("instead of a lost booth the nearest free ones of about its size are named", () => {
  const features = [booth("L", 0, 0), booth("near", 5, 0), booth("far", 30, 20), booth("large", 5, 4, 8, 6), booth("sold", 0, 4), booth("next", 10, 0)];
  const booths = states(features, { "1/L": "held", "1/sold": "sold" });
  expect(similarFree("1/L", features, booths, new Set(["1/next"]), 2)).toEqual(["1/near", "1/far"]);
  expect(similarFree("1/unknown", features, booths, new Set(), 2)).toEqual([]);
});
