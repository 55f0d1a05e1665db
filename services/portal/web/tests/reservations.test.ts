import { describe, expect, it } from "vitest";

import type { BoothNow, Reservation, ReservationState } from "../src/api/types.ts";
import { alsoGone, noticeText } from "../src/notices.tsx";
import { lookerAt, mayBe } from "../src/reservations/steps.ts";
import { newlyExpired } from "../src/reservations/useExpired.ts";
import { LANGUAGES } from "../src/texts/index.ts";

describe("what can be done", () => {
  it.each([
    ["held", ["confirm", "extend", "cancel"], ["cancel"]],
    ["confirmed", ["cancel"], ["sell", "cancel"]],
    ["sold", [], ["cancel"]],
    ["cancelled", [], []],
    ["expired", [], []],
  ] as const)("with a %s reservation is %s for its holder and %s for the organizer", (state, holder, organizer) => {
    expect([...mayBe(state, "holder")]).toEqual(holder);
    expect([...mayBe(state, "organizer")]).toEqual(organizer);
    expect([...mayBe(state, "companion")]).toEqual([]);
  });
});

function reservation(id: string, state: ReservationState): Reservation {
  return { id, state } as Reservation;
}

it("a reservation is looked at by its holder, a companion, or the organizer", () => {
  const one = { exhibitor: "a" } as Reservation;
  expect([lookerAt(one, "a"), lookerAt(one, "b"), lookerAt(one, null)]).toEqual(["holder", "companion", "organizer"]);
});

it("a hold has run out where it was held and is expired, not where it was expired before or given back", () => {
  const before = [reservation("a", "held"), reservation("b", "held"), reservation("c", "expired")];
  const after = [reservation("a", "expired"), reservation("b", "cancelled"), reservation("c", "expired"), reservation("d", "expired")];
  expect(newlyExpired(before, after).map(({ id }) => id)).toEqual(["a"]);
});

describe.each(Object.values(LANGUAGES))("what is said in $language", (t) => {
  it("names every booth that was taken, also those told a moment before", () => {
    const said = noticeText(alsoGone(alsoGone(null, ["1/A", "1/B"]), ["1/B", "1/C"]), t);
    for (const booth of ["1/A", "1/B", "1/C"]) expect(said.split(booth).length).toBe(2);
  });

  it("names the booths of a hold that ran out", () => {
    expect(noticeText({ kind: "expired", booths: ["1/A"] }, t)).toContain("1/A");
  });

  it("says how a booth is that cannot be had, and the reader's own as theirs", () => {
    const now: BoothNow = { booth: "1/A", state: "sold", version: 1, area_m2: 9 };
    expect(noticeText({ kind: "seen", now, mine: false }, t)).toContain(t.state.sold.toLowerCase());
    expect(noticeText({ kind: "seen", now, mine: true }, t)).toContain(t.yours.toLowerCase());
  });
});
