import { describe, expect, it } from "vitest";

import type { BoothNow, BoothStateName, InboxEntry, PlanFeature, Reservation } from "../src/api/types.ts";
import { openTo, withTakenFloor } from "../src/plan/floor.ts";
import { boothState, LANGUAGES } from "../src/texts/index.ts";

const ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]] as const;

function feature(number: string, parts: readonly string[], partOf: readonly string[]): PlanFeature {
  const properties = { number, booth: `1/${number}`, area_m2: 16, open_sides: 1, parts, part_of: partOf };
  return { properties, geometry: { type: "Polygon", coordinates: [ring] } };
}

const PLAN = [feature("Dg", ["1/Da", "1/Db"], []), feature("Da", [], ["1/Dg"]), feature("Db", [], ["1/Dg"]), feature("E", [], [])];

function now(states: Readonly<Record<string, BoothStateName>>): ReadonlyMap<string, BoothNow> {
  return new Map(Object.entries(states).map(([booth, state]) => [booth, { booth, state, version: 1, area_m2: 16 }]));
}

const NOBODY: ReadonlySet<string> = new Set();

describe("free floor", () => {
  it.each(["held", "reserved", "sold", "blocked"] as const)("inside a %s stand is taken by it", (state) => {
    const seen = withTakenFloor(PLAN, now({ "1/Dg": state, "1/Da": "free", "1/Db": "sold", "1/E": "free" }), NOBODY);
    expect(seen.get("1/Da")).toMatchObject({ state: "overlapped", over: "1/Dg" });
    expect(seen.get("1/Db")?.state).toBe("sold");
    expect(seen.get("1/E")?.state).toBe("free");
  });

  it("over a part that somebody has is taken by that part, and the part's neighbour is free still", () => {
    const seen = withTakenFloor(PLAN, now({ "1/Dg": "free", "1/Da": "free", "1/Db": "held" }), NOBODY);
    expect(seen.get("1/Dg")).toMatchObject({ state: "overlapped", over: "1/Db" });
    expect(seen.get("1/Da")?.state).toBe("free");
  });

  it("stays free to whom the neighbour's reservation lets in", () => {
    const booths = now({ "1/Dg": "held", "1/Da": "free", "1/Db": "free" });
    expect(withTakenFloor(PLAN, booths, new Set(["1/Dg"]))).toBe(booths);
  });

  it("is not taken by what left the plan, nor by what is not known", () => {
    const booths = now({ "1/Dg": "free", "1/Da": "withdrawn" });
    expect(withTakenFloor(PLAN, booths, NOBODY)).toBe(booths);
  });

  it("is told with the number of the stand in the way, in each language", () => {
    const seen = withTakenFloor(PLAN, now({ "1/Dg": "held", "1/Da": "free" }), NOBODY).get("1/Da");
    for (const t of Object.values(LANGUAGES)) expect(boothState(seen, t)).toContain("Dg");
    expect(boothState(seen, LANGUAGES.en)).toBe("Floor taken by Dg");
  });
});

describe("an exhibitor may book over", () => {
  const reservation = { booths: ["1/Dg"], state: "held" } as unknown as Reservation;
  const admission = { kind: "admitted", fair: "f", params: { audience: "admitted", booths: ["1/Da"] } } as unknown as InboxEntry;

  it("what it sees reserved, while that stands, and what it was admitted to", () => {
    expect([...openTo("me", "f", [reservation], [admission])]).toEqual(["1/Dg", "1/Da"]);
    expect([...openTo("me", "f", [{ ...reservation, state: "cancelled" }], [])]).toEqual([]);
  });

  it("nothing at another fair, nor what it admitted others to, and an organizer nothing", () => {
    expect([...openTo("me", "g", [], [admission])]).toEqual([]);
    expect([...openTo("me", "f", [], [{ ...admission, params: { audience: "main", booths: ["1/Da"] } }])]).toEqual([]);
    expect([...openTo(null, "f", [reservation], [admission])]).toEqual([]);
  });
});
