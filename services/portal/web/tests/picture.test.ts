import { describe, expect, it } from "vitest";

import type { BoothNow, BoothStateName } from "../src/api/types.ts";
import { EMPTY, takeChanges, takeSnapshot } from "../src/live/picture.ts";

function booth(id: string, state: BoothStateName, version: number, more: Partial<BoothNow> = {}): BoothNow {
  return { booth: id, state, version, area_m2: 9, ...more };
}

const start = takeSnapshot(EMPTY, { sequence: 10, booths: [booth("1/A", "free", 1), booth("1/B", "free", 1)] });

describe("a snapshot", () => {
  it("replaces what was known, also what is gone", () => {
    const now = takeSnapshot(start, { sequence: 12, booths: [booth("1/A", "held", 2)] });
    expect([...now.booths.keys()]).toEqual(["1/A"]);
    expect(now.sequence).toBe(12);
  });

  it("that is older than the picture does not undo newer booths", () => {
    const ahead = takeChanges(start, { sequence: 15, booths: [booth("1/A", "held", 3)] });
    const now = takeSnapshot(ahead, { sequence: 11, booths: [booth("1/A", "free", 1), booth("1/B", "sold", 2)] });
    expect(now.booths.get("1/A")?.state).toBe("held");
    expect(now.booths.get("1/B")?.state).toBe("sold");
    expect(now.sequence).toBe(15);
  });
});

describe("a delta", () => {
  it("changes only what it names and leaves the picture before it alone", () => {
    const now = takeChanges(start, { sequence: 11, booths: [booth("1/A", "held", 2)] });
    expect(now.booths.get("1/A")?.state).toBe("held");
    expect(now.booths.get("1/B")).toBe(start.booths.get("1/B"));
    expect(start.booths.get("1/A")?.state).toBe("free");
  });

  it("heard twice, or late, changes nothing", () => {
    const held = takeChanges(start, { sequence: 11, booths: [booth("1/A", "held", 2)] });
    const free = takeChanges(held, { sequence: 12, booths: [booth("1/A", "free", 3)] });
    expect(takeChanges(free, { sequence: 12, booths: [booth("1/A", "free", 3)] })).toBe(free);
    expect(takeChanges(free, { sequence: 11, booths: [booth("1/A", "held", 2)] })).toBe(free);
  });

  it("gives the same picture in whatever order deltas of different booths come", () => {
    const a = { sequence: 11, booths: [booth("1/A", "held", 2)] };
    const b = { sequence: 12, booths: [booth("1/B", "sold", 2)] };
    const one = takeChanges(takeChanges(start, a), b);
    const other = takeChanges(takeChanges(start, b), a);
    expect(new Map(other.booths)).toEqual(new Map(one.booths));
    expect(other.sequence).toBe(12);
  });

  it("adds a booth that was not known", () => {
    const now = takeChanges(start, { sequence: 11, booths: [booth("2/C", "free", 1)] });
    expect(now.booths.size).toBe(3);
  });

  it("without booths still moves the sequence on", () => {
    const now = takeChanges(start, { sequence: 20, booths: [] });
    expect(now.sequence).toBe(20);
    expect(now.booths).toBe(start.booths);
  });
});

it("a free booth that left the plan cannot be chosen, a sold one stays sold", () => {
  const now = takeChanges(start, {
    sequence: 11,
    booths: [booth("1/A", "free", 2, { withdrawn: true }), booth("1/B", "sold", 2, { withdrawn: true })],
  });
  expect(now.booths.get("1/A")?.state).toBe("withdrawn");
  expect(now.booths.get("1/B")?.state).toBe("sold");
});
