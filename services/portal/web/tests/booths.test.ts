import { describe, expect, it } from "vitest";

import type { BoothNow, BoothStateName, PlanFeature } from "../src/api/types.ts";
import { elsewhere } from "../src/booths/elsewhere.ts";
import { NO_FILTERS, fitsAnywhere, isFiltering, matching, similarFree, type Filters } from "../src/booths/filters.ts";
import { standing } from "../src/booths/standing.ts";
import { NO_PRICES, pricesOf } from "../src/prices/prices.ts";

function booth(number: string, x: number, y: number, width = 4, depth = 3, openSides = 2): PlanFeature {
  const ring = [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth], [x, y]] as const;
  return {
    properties: { number, booth: `1/${number}`, area_m2: width * depth, open_sides: openSides, parts: [], part_of: [] },
    geometry: { type: "Polygon", coordinates: [ring] },
  };
}

function states(features: readonly PlanFeature[], other: Readonly<Record<string, BoothStateName>> = {}): ReadonlyMap<string, BoothNow> {
  return new Map(
    features.map(({ properties: { booth: id, area_m2 } }) => [id, { booth: id, state: other[id] ?? "free", version: 1, area_m2 }]),
  );
}

describe("what is looked for", () => {
  const features = [booth("A-1", 0, 10), booth("A-2", 4, 10, 6), booth("B-1", 20, 10, 4, 3, 4)];
  const unknown = { booths: states(features, { "1/B-1": "sold" }), chosen: new Set<string>(), prices: NO_PRICES, named: null, showing: null };
  const found = (filters: object, known: object = {}): readonly string[] =>
    matching(features, { ...unknown, ...known }, { ...NO_FILTERS, ...filters }).map(({ properties }) => properties.number);

  it("is found by number, size, open sides and whether it is free", () => {
    expect(found({})).toEqual(["A-1", "A-2", "B-1"]);
    expect(found({ sought: " a-" })).toEqual(["A-1", "A-2"]);
    expect(found({ areaMin: "13" })).toEqual(["A-2"]);
    expect(found({ areaMax: "12" })).toEqual(["A-1", "B-1"]);
    expect(found({ sides: 4 })).toEqual(["B-1"]);
    expect(found({ onlyFree: true })).toEqual(["A-1", "A-2"]);
    expect(found({ onlyFree: true }, { chosen: new Set(["1/B-1"]) })).toEqual(["A-1", "A-2", "B-1"]);
  });

  it("is found by who stands there, and by what they show once that is known", () => {
    const named = new Map([["1/B-1", ["Tian Shan Tea"]]]);
    expect(found({ sought: "tian" })).toEqual([]);
    expect(found({ sought: "tian" }, { named })).toEqual(["B-1"]);
    expect(found({ group: "200" })).toEqual(["A-1", "A-2", "B-1"]);
    expect(found({ group: "200" }, { showing: named })).toEqual(["B-1"]);
    expect(found({ group: "200", onlyFree: true }, { showing: named })).toEqual([]);
  });

  it("costs no more than is said, and what is a matter of asking is not found by a price", () => {
    const prices = pricesOf({
      currency: "CNY",
      until: null,
      server_now: "",
      booths: [
        { booth: "1/A-1", amount_minor: 1_000_000 },
        { booth: "1/A-2", amount_minor: 1_000_001 },
        { booth: "1/B-1", amount_minor: null },
      ],
    });
    expect(found({ priceMax: "10000" }, { prices })).toEqual(["A-1"]);
    expect(found({ priceMax: "" }, { prices })).toEqual(["A-1", "A-2", "B-1"]);
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

describe("who stands where", () => {
  const features = [booth("D-050 F-051", 0, 0), booth("A-032", 10, 0), booth("12/3", 20, 0)];
  const at = (...stands: readonly string[]): object =>
    Object.fromEntries(standing([{ id: "x", fair: "f", name: "Tea", stands }], features.map(({ properties }) => properties), ({ name }) => name));

  it("is read from lists that write numbers in their own way", () => {
    expect(at("1/D050/F051")).toEqual({ "1/D-050 F-051": ["Tea"] });
    expect(at("1/F-051")).toEqual({ "1/D-050 F-051": ["Tea"] });
    expect(at("1/A032", "1/12/3")).toEqual({ "1/A-032": ["Tea"], "1/12/3": ["Tea"] });
  });

  it("is not read into another hall, or where no such stand is", () => {
    expect(at("2/A032", "1/A-999", "A-032", "")).toEqual({});
  });
});

describe("what is looked for in one hall", () => {
  const places = ["1/A-1", "10/A-1", "2/A-1", "2/A-11", "2/B-1"].map((one) => ({ booth: one, number: one.slice(one.indexOf("/") + 1) }));
  const named = new Map([["1/A-1", ["Tea"]], ["2/B-1", ["Tea"]]]);
  const where = (filters: Partial<Filters>, known: { named?: typeof named; showing?: typeof named } = {}): object =>
    elsewhere(places, "1", (one) => fitsAnywhere(one, { named: null, showing: null, ...known }, { ...NO_FILTERS, ...filters }));

  it("is told of the others, in the order in which people count them", () => {
    expect(where({ sought: "a-1" })).toEqual([{ hall: "2", count: 2 }, { hall: "10", count: 1 }]);
    expect(where({ sought: "tea" }, { named })).toEqual([{ hall: "2", count: 1 }]);
    expect(where({ group: "200" }, { showing: named })).toEqual([{ hall: "2", count: 1 }]);
    expect(where({ sought: "a-1", group: "200" }, { showing: named })).toEqual([]);
  });

  it("is told of none where only sizes and states are looked for, or the answer is to come", () => {
    expect(where({ onlyFree: true, areaMin: "9" })).toEqual([]);
    expect(where({ group: "200" })).toEqual([]);
  });
});
