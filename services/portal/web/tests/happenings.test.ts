import { describe, expect, it } from "vitest";

import type { Happening, Happenings } from "../src/api/types.ts";
import { isNarrowed, NOTHING_SOUGHT, queryOf, soughtHash, soughtOf } from "../src/history/address.ts";
import { begun, caughtUp, continued, told } from "../src/history/log.ts";

describe("an address", () => {
  it("leads to what is looked for, and back", () => {
    const sought = { ...NOTHING_SOUGHT, fair: "expo", booth: "7.1/A-031 B", from: "2027-06-10T09:00" };
    const hash = soughtHash(sought);
    expect(hash).toBe("#happenings?fair=expo&booth=7.1%2FA-031+B&from=2027-06-10T09%3A00");
    expect(soughtOf(hash)).toEqual(sought);
    expect(soughtOf("#happenings")).toEqual(NOTHING_SOUGHT);
  });

  it.each(["#/expo/7.1", "#venues/centre", "#happeningsx", ""])("of another page is none: %s", (hash) => expect(soughtOf(hash)).toBeNull());

  it.each(["yesterday", "2027-06-10", "2027-13-40T09:00"])("with a time that is none looks at any time: %s", (from) =>
    expect(soughtOf(`#happenings?from=${from}`)?.from).toBe(""),
  );

  it("is asked by the clock of the place", () => {
    const sought = { ...NOTHING_SOUGHT, fair: "expo", booth: "7.1/A", kind: "booth.state", from: "2027-06-10T09:00" };
    expect(queryOf(sought, "Asia/Shanghai").toString()).toBe(
      "fair=expo&booth=expo%2F7.1%2FA&kind=booth.state&from=2027-06-10T01%3A00%3A00.000Z",
    );
    expect(queryOf({ ...NOTHING_SOUGHT, venue: "centre", space: "hall-1" }, "UTC").toString()).toBe("venue=centre&space=centre%2Fhall-1");
  });

  it("that names only the place looks for everything there", () => {
    expect(isNarrowed({ ...NOTHING_SOUGHT, fair: "expo" })).toBe(false);
    expect(isNarrowed({ ...NOTHING_SOUGHT, fair: "expo", kind: "booth.state" })).toBe(true);
  });
});

describe("the log", () => {
  const one = (id: string): Happening => ({
    event: { id, type: "t", time: "2027-06-01T00:00:00Z", traceparent: null, partitionkey: id, data: {} },
    cause: null,
  });
  const page = (...ids: string[]): Happenings => ({ happenings: ids.map(one), next: "n", position: 7, kept_days: 90 });
  const ids = (some: readonly Happening[]): string[] => some.map(({ event }) => event.id);
  const log = begun(page("c", "b"));

  it("shows what came at the top, the newest first, and nothing twice", () => {
    expect(ids(told(log, [one("c"), one("d"), one("e")], false).shown)).toEqual(["e", "d", "c", "b"]);
    expect(told(log, [one("c")], false)).toBe(log);
  });

  it("does not move who reads; what waits is shown when it is asked for", () => {
    const read = told(told(log, [one("d")], true), [one("d"), one("e")], true);
    expect([ids(read.shown), ids(read.waiting)]).toEqual([["c", "b"], ["e", "d"]]);
    expect(ids(caughtUp(read).shown)).toEqual(["e", "d", "c", "b"]);
    expect(ids(told(read, [one("f")], false).shown)).toEqual(["f", "e", "d", "c", "b"]);
    expect(told(read, [one("f")], false).waiting).toEqual([]);
  });

  it("goes on with earlier pages, from where the stream began", () => {
    const further = continued(log, { ...page("b", "a"), next: null, position: null });
    expect([ids(further.shown), further.next, further.position]).toEqual([["c", "b", "a"], null, 7]);
  });
});
