import { describe, expect, it } from "vitest";

import type { SpaceUse } from "../src/api/types.ts";
import { barAt, type Bar } from "../src/venues/bars.ts";
import { changes, comesBack, movedUses, sameUses } from "../src/venues/moved.ts";

const HOUR = 3_600_000;
const hall: SpaceUse = {
  space: "centre/hall-1",
  atoms: ["hall-1"],
  start: "2027-06-10T09:00:00.000Z",
  end: "2027-06-10T17:00:00.000Z",
  build_up: { start: "2027-06-09T09:00:00.000Z", end: "2027-06-10T09:00:00.000Z" },
  dismantling: null,
};
// As a booking has it: phases that there are not are left out.
const room: SpaceUse = { space: "centre/room", atoms: ["room"], start: hall.start, end: hall.end };
const later: SpaceUse = { ...room, start: "2027-06-11T09:00:00.000Z", end: "2027-06-11T17:00:00.000Z" };

describe("a booking that is dragged", () => {
  it("moves with all its uses and phases, and asks for no more than it had", () => {
    expect(movedUses([hall, later], hall, { by: 2 * HOUR, end: "whole", space: null }, "UTC")).toEqual([
      {
        space: "centre/hall-1",
        start: "2027-06-10T11:00",
        end: "2027-06-10T19:00",
        build_up: { start: "2027-06-09T11:00", end: "2027-06-10T11:00" },
      },
      { space: "centre/room", start: "2027-06-11T11:00", end: "2027-06-11T19:00" },
    ]);
  });

  it("goes to another space only where it is in one", () => {
    const there = { by: 0, end: "whole", space: "centre/hall-2" } as const;
    expect(movedUses([room, later], room, there, "UTC").map((use) => use.space)).toEqual(["centre/hall-2", "centre/hall-2"]);
    expect(movedUses([hall, room], hall, there, "UTC").map((use) => use.space)).toEqual(["centre/hall-1", "centre/room"]);
  });

  it("becomes longer or shorter at the end of its last phase, with whatever is at the same time and nothing else", () => {
    const [first, beside, other] = movedUses([hall, room, later], hall, { by: HOUR, end: "end", space: null }, "UTC");
    expect([first?.end, beside?.end, other?.end]).toEqual(["2027-06-10T18:00", "2027-06-10T18:00", "2027-06-11T17:00"]);
    const written = { ...hall, start: "2027-06-10T17:00+08:00", end: "2027-06-11T01:00+08:00" };
    expect(movedUses([hall], written, { by: HOUR, end: "end", space: null }, "UTC")[0]?.end).toBe("2027-06-10T18:00");
    const [built] = movedUses([hall], hall, { by: -HOUR, end: "start", space: null }, "UTC");
    expect(built?.build_up).toEqual({ start: "2027-06-09T08:00", end: "2027-06-10T09:00" });
    expect(built?.start).toBe("2027-06-10T09:00");
    const cleared = { ...hall, dismantling: { start: hall.end, end: "2027-06-10T20:00:00Z" } };
    expect(movedUses([cleared], cleared, { by: HOUR, end: "end", space: null }, "UTC")[0]?.dismantling?.end).toBe("2027-06-10T21:00");
  });

  it("stays at its hour by the venue's clock when that is put on in between", () => {
    const spring = { ...room, start: "2027-03-26T09:00:00Z", end: "2027-03-26T11:00:00Z" };
    const [moved] = movedUses([spring], spring, { by: 96 * HOUR, end: "whole", space: null }, "Europe/Berlin");
    expect([moved?.start, moved?.end]).toEqual(["2027-03-30T10:00", "2027-03-30T12:00"]);
  });

  it("is put back to the same instants with the phases that it had, and asks for no more", () => {
    expect(sameUses([hall, room])).toEqual([
      { space: hall.space, start: hall.start, end: hall.end, build_up: hall.build_up },
      { space: room.space, start: room.start, end: room.end },
    ]);
  });

  it("stays where it is if it is let go there", () => {
    expect(changes({ by: 0, end: "whole", space: null })).toBe(false);
    expect(changes({ by: 0, end: "whole", space: "centre/room" })).toBe(true);
  });

  it("is shown where it would be", () => {
    const bar = { from: 0, show: 2, showEnd: 8, to: 8 } as Bar;
    expect(barAt(bar, { by: 3, end: "whole", space: null })).toMatchObject({ from: 3, show: 5, showEnd: 11, to: 11 });
    expect(barAt(bar, { by: 3, end: "end", space: null })).toMatchObject({ from: 0, show: 2, showEnd: 11, to: 11 });
    expect(barAt(bar, { by: -3, end: "start", space: null })).toMatchObject({ from: -3, show: 2, showEnd: 8, to: 8 });
    expect(barAt({ ...bar, show: 0 }, { by: -3, end: "start", space: null })).toMatchObject({ from: -3, show: -3 });
  });
});

it("a move can be undone where what it was can be had again", () => {
  const booking = { state: "definite", series: null, uses: [hall, later] };
  const before = Date.parse("2027-06-09T08:00:00Z");
  expect(comesBack(booking, before)).toBe(true);
  expect(comesBack(booking, before + 2 * HOUR)).toBe(false);
  expect(comesBack({ ...booking, state: "option" }, before)).toBe(false);
  expect(comesBack({ ...booking, series: "weekly" }, before)).toBe(false);
});
