import { expect, it } from "vitest";

import type { Cause, PastEvent, Told } from "../src/api/types.ts";
import { LANGUAGES } from "../src/texts/index.ts";
import { boothsOf, causeIn, ofBooths, ofSpaces, toldIn } from "../src/history/sentences.ts";

const names = new Map([["centre/hall-1", "Hall 1"], ["centre/room", "Blue room"]]);
const use = (space: string): unknown => ({ space, show: { start: "2027-06-10T01:00:00Z", end: "2027-06-10T09:00:00Z" } });

function past(kind: string, data: PastEvent["data"]): PastEvent {
  return { id: "e", type: `pavilion.booking.${kind}.v1`, time: "2027-06-01T00:00:00Z", traceparent: null, partitionkey: "k", data };
}

function told(kind: string, data: PastEvent["data"], language: keyof typeof LANGUAGES = "en"): string {
  const event = past(`space.${kind}`, data);
  return ofSpaces(event, names, language, "Asia/Shanghai", LANGUAGES[language]);
}

it("an event is a sentence with its place, its deadline and its reason", () => {
  expect(told("optioned", { rank: 2, waits: false, expires_at: "2027-06-15T00:00:00Z" })).toBe(
    "Kept as an option · Option, place 2 · until Jun 15, 2027, 08:00:00",
  );
  expect(told("overtaken", { rank: 1, waits: true, reason: "the summit" })).toBe(
    "Another booking was put before it · Option, place 1, waiting behind something firm · “the summit”",
  );
  expect(told("cancelled", { reason: "" }, "zh")).toBe("已取消");
});

it("a move says from where to where, by the venue's clock", () => {
  const text = told("rescheduled", { former: [use("hall-1"), use("room")], uses: [use("room")] });
  expect(text).toMatch(/^Moved · Hall 1, Jun 10, 2027, 09:00\s–\s17:00 \(\+1\) → Blue room, Jun 10/);
});

it("what is younger than the page goes by its name", () => {
  expect(told("teleported", {})).toBe("teleported");
});


it("a reservation's events are sentences too", () => {
  const say = (kind: string, data: PastEvent["data"]): string => ofBooths(past(`reservation.${kind}`, data), "en", "Asia/Shanghai", LANGUAGES.en);
  expect(say("extended", { expires_at: "2027-06-01T00:15:00Z", extensions: 2 })).toBe("The hold was extended · until Jun 1, 2027, 08:15:00 · ×2");
  expect(say("cancelled", { expires_at: null, reason: "stand changed" })).toBe("Cancelled · “stand changed”");
  expect(say("co_exhibitors_changed", { co_exhibitors: ["a", "b"] })).toBe("Co-exhibitors changed · a, b");
});

it("a booth that was taken out of sale by itself says so", () => {
  const booth = (state: string): PastEvent => past("booth.state", { booth: "expo/7.1/A-031", state });
  expect(ofBooths(booth("blocked"), "en", "Asia/Shanghai", LANGUAGES.en)).toBe("Taken out of sale");
  expect(ofBooths(booth("free"), "zh", "Asia/Shanghai", LANGUAGES.zh)).toBe("已恢复销售");
  expect(boothsOf(booth("free"))).toEqual(["7.1/A-031"]);
});

it("what led to an event names who asked, as far as that is told", () => {
  const asked: Cause = { kind: "request", command: "hold", role: "exhibitor", tenant: "acme", account: null };
  expect(causeIn(asked, "Acme", LANGUAGES.en)).toBe("Acme asked: hold booths");
  expect(causeIn({ ...asked, account: "emma" }, "Acme", LANGUAGES.en)).toBe("Acme (emma) asked: hold booths");
  expect(causeIn({ ...asked, command: "teleport" }, "Acme", LANGUAGES.ru)).toBe("Acme: запрос «teleport»");
  expect(causeIn({ ...asked, kind: "clock", role: null }, "", LANGUAGES.en)).toBe("The time was up");
  expect(causeIn(null, "", LANGUAGES.en)).toBe(LANGUAGES.en.happenings.causeUnknown);
});

it("how somebody was told names each way, and what became of the mail", () => {
  const way = (some: Partial<Told>): string =>
    toldIn({ event: "e", recipient: "acme", recipient_kind: "exhibitor", inbox: false, mail: null, ...some }, "en", "Asia/Shanghai", LANGUAGES.en);
  expect(way({ inbox: true })).toBe("in the inbox");
  expect(way({ inbox: true, mail: { state: "sent", settled_at: "2027-06-01T00:00:02Z" } })).toBe("in the inbox, mail sent 08:00:02");
  expect(way({ mail: { state: "pending", settled_at: null } })).toBe("mail on its way");
});
