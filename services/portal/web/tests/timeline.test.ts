import { describe, expect, it } from "vitest";

import type { SpaceUse, TimelineEntry, VenueSpace } from "../src/api/types.ts";
import { viewHash, viewOf } from "../src/venues/address.ts";
import { rowsOf } from "../src/venues/bars.ts";
import { addDays, dayOf, gridOf, instantOf, isDay, likely, nearest, place, spanned, step, wallAt, windowOf } from "../src/venues/time.ts";
import { listIn } from "../src/venues/words.ts";

const HOUR = 3_600_000;

describe("a venue's clock", () => {
  it("shows an instant, and an instant is found by what it shows", () => {
    expect(wallAt(Date.parse("2027-06-01T01:00:00Z"), "Asia/Shanghai")).toBe("2027-06-01T09:00");
    for (const zone of ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]) {
      for (const wall of ["2027-01-01T00:00", "2027-03-28T12:00", "2027-07-31T23:59", "2027-10-31T12:00", "2027-11-07T12:00"]) {
        expect(wallAt(instantOf(wall, zone), zone)).toBe(wall);
      }
    }
  });

  it("may have days of 23 and of 25 hours", () => {
    for (const [day, hours] of [["2027-03-27", 24], ["2027-03-28", 23], ["2027-10-31", 25]] as const) {
      const { start, end } = windowOf(day, "day", "Europe/Berlin");
      expect((end - start) / HOUR).toBe(hours);
    }
  });

  it("says which day it is there", () => {
    expect(dayOf(Date.parse("2027-05-31T20:00:00Z"), "Asia/Shanghai")).toBe("2027-06-01");
    expect(dayOf(Date.parse("2027-06-01T03:00:00Z"), "America/New_York")).toBe("2027-05-31");
  });
});

describe("a window", () => {
  it("is a day, a week from Monday on, or a month", () => {
    expect(windowOf("2027-06-03", "day", "UTC").days).toEqual(["2027-06-03"]);
    const week = windowOf("2027-06-06", "week", "UTC").days;
    expect([week[0], week.at(-1), week.length]).toEqual(["2027-05-31", "2027-06-06", 7]);
    expect(windowOf("2028-02-17", "month", "UTC").days.length).toBe(29);
  });

  it("has one before and one after", () => {
    expect(step("2027-01-31", "month", 1)).toBe("2027-02-01");
    expect(step("2027-01-31", "month", -1)).toBe("2026-12-01");
    expect(step("2027-06-03", "week", -1)).toBe("2027-05-24");
    expect(step("2027-12-31", "day", 1)).toBe("2028-01-01");
    expect(addDays("2027-03-01", -1)).toBe("2027-02-28");
  });

  it("knows where an instant lies in it, and which half hour a place means", () => {
    const day = windowOf("2027-06-03", "day", "UTC");
    expect(place(day.start + 6 * HOUR, day)).toBe(0.25);
    expect([place(day.start - 1, day), place(day.end + 1, day)]).toEqual([0, 1]);
    expect(nearest(0.4, day)).toBe(day.start + 9.5 * HOUR);
  });

  it("is most likely booked from nine on, or from the next hour of today", () => {
    const day = windowOf("2027-06-03", "day", "UTC");
    expect(likely(day, day.start - HOUR, "UTC")).toBe(day.start + 9 * HOUR);
    expect(likely(day, day.start + 13.2 * HOUR, "UTC")).toBe(day.start + 14 * HOUR);
    expect(likely(day, day.end + HOUR, "UTC")).toBe(day.start + 9 * HOUR);
  });
});

describe("a time that is marked by hand", () => {
  const day = windowOf("2027-06-03", "day", "UTC");
  const hours = ({ from, to }: { from: number; to: number }): readonly number[] => [from, to].map((ms) => (ms - day.start) / HOUR);

  it("takes the half hours that were touched, whichever end came first", () => {
    const grid = gridOf(day, "UTC");
    expect(hours(spanned(day.start + 9.2 * HOUR, day.start + 11.7 * HOUR, grid))).toEqual([9, 12]);
    expect(hours(spanned(day.start + 12 * HOUR, day.start + 9 * HOUR, grid))).toEqual([9, 12]);
  });

  it("forgives a hand that is not quite steady, and is one step at least", () => {
    const grid = gridOf(day, "UTC");
    expect(hours(spanned(day.start + 8.95 * HOUR, day.start + 12.05 * HOUR, grid))).toEqual([9, 12]);
    expect(hours(spanned(day.start + 9.1 * HOUR, day.start + 9.2 * HOUR, grid))).toEqual([9, 9.5]);
    expect(hours(spanned(day.start + 9.49 * HOUR, day.start + 9.51 * HOUR, grid))).toEqual([9, 9.5]);
  });

  it("stays within what is in view", () => {
    const grid = gridOf(day, "UTC");
    expect(hours(spanned(day.start + 22 * HOUR, day.end + 5 * HOUR, grid))).toEqual([22, 24]);
    expect(hours(spanned(day.start - 5 * HOUR, day.start - 4 * HOUR, grid))).toEqual([0, 0.5]);
    expect(hours(spanned(day.end + HOUR, day.end + 2 * HOUR, grid))).toEqual([23.5, 24]);
  });

  it("has hours in a week and whole days in a month, by a clock that is changed in between", () => {
    const zone = "Europe/Berlin";
    const shown = (span: "week" | "month", begin: string, end: string): readonly string[] => {
      const grid = gridOf(windowOf("2027-03-28", span, zone), zone);
      const { from, to } = spanned(instantOf(begin, zone), instantOf(end, zone), grid);
      return [from, to].map((ms) => wallAt(ms, zone));
    };
    expect(shown("week", "2027-03-28T01:20", "2027-03-28T04:40")).toEqual(["2027-03-28T01:00", "2027-03-28T05:00"]);
    expect(shown("month", "2027-03-27T12:00", "2027-03-29T12:00")).toEqual(["2027-03-27T00:00", "2027-03-30T00:00"]);
    expect(new Set(gridOf(windowOf("2027-10-31", "day", zone), zone)).size).toBe(49);
  });
});

it("an address leads to a venue, a day and a span, and a wrong one as far as it is right", () => {
  const view = { venue: "tea/garden", day: "2027-06-03", span: "month" } as const;
  expect(viewOf(viewHash(view))).toEqual(view);
  expect(viewOf("#/fair/1")).toBeNull();
  expect(viewOf("#venues")).toEqual({ venue: "", day: "", span: "week" });
  expect(viewOf("#venues/%E0%A4%A/2027-02-30/year")).toEqual({ venue: "", day: "", span: "week" });
  expect(isDay("2027-02-29")).toBe(false);
});

describe("rows of spaces", () => {
  const space = (name: string, ...atoms: string[]): VenueSpace => ({ venue: "v", space: name, name: {}, kind: "hall", atoms, capacity: {} });
  const SPACES = [space("hall-1", "1"), space("hall-2", "2"), space("hall-1-2", "1", "2")];
  const WEEK = windowOf("2027-06-03", "week", "UTC");
  const use = (name: string, start: string, end: string, ...atoms: string[]): SpaceUse => ({
    space: `v/${name}`,
    atoms,
    start: `2027-06-${start}:00Z`,
    end: `2027-06-${end}:00Z`,
    build_up: null,
    dismantling: null,
  });
  const entry = (booking: string, state: string, ...uses: SpaceUse[]): TimelineEntry => ({ booking, state, rank: null, uses });

  it("show a booking in its own row, and in those that share floor with it", () => {
    const rows = rowsOf(SPACES, [entry("a", "definite", use("hall-1", "03T09:00", "03T18:00", "1"))], WEEK);
    expect(rows.map(({ bars }) => bars.map(({ through }) => through))).toEqual([[null], [], ["v/hall-1"]]);
  });

  it("show what is booked as two halls once in the row of both", () => {
    const uses = [use("hall-1", "03T09:00", "03T18:00", "1"), use("hall-2", "03T09:00", "03T18:00", "2")];
    const rows = rowsOf(SPACES, [entry("a", "definite", ...uses)], WEEK);
    expect(rows.map(({ bars }) => bars.length)).toEqual([1, 1, 1]);
  });

  it("begin with the build-up and end with the dismantling", () => {
    const shown = {
      ...use("hall-1", "03T09:00", "03T18:00", "1"),
      build_up: { start: "2027-06-02T09:00:00Z", end: "2027-06-03T09:00:00Z" },
      dismantling: { start: "2027-06-03T18:00:00Z", end: "2027-06-04T00:00:00Z" },
    };
    const [row] = rowsOf(SPACES, [entry("a", "definite", shown)], WEEK);
    const [bar] = row?.bars ?? [];
    expect([bar?.from, bar?.show, bar?.showEnd, bar?.to].map((ms) => new Date(ms ?? 0).toISOString().slice(8, 16))).toEqual([
      "02T09:00",
      "03T09:00",
      "03T18:00",
      "04T00:00",
    ]);
  });

  it("lay options that wait for one another in lanes, and what follows in the first free one", () => {
    const options = ["a", "b"].map((id) => entry(id, "option", use("hall-1", "03T09:00", "03T18:00", "1")));
    const later = entry("c", "definite", use("hall-1", "03T18:00", "03T20:00", "1"));
    const [row] = rowsOf(SPACES, [later, ...options], WEEK);
    expect(row?.lanes).toBe(2);
    expect(row?.bars.map(({ entry: { booking }, lane }) => [booking, lane])).toEqual([["a", 0], ["b", 1], ["c", 0]]);
  });

  it("leave out what is not in the window", () => {
    const rows = rowsOf(SPACES, [entry("a", "definite", use("hall-1", "13T09:00", "13T18:00", "1"))], WEEK);
    expect(rows.every(({ bars }) => bars.length === 0)).toBe(true);
  });
});

it("names in a row are each told once, apart as the language has it", () => {
  expect(listIn("zh", ["1号馆", "2号馆", "1号馆"])).toBe("1号馆、2号馆");
  expect(listIn("ru", ["Зал 1", "Зал 2"])).toBe("Зал 1, Зал 2");
});
