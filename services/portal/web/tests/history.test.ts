import { expect, it } from "vitest";

import type { PastEvent } from "../src/api/types.ts";
import { LANGUAGES } from "../src/texts/index.ts";
import { ofBooths, ofSpaces } from "../src/history/sentences.ts";

const names = new Map([["centre/hall-1", "Hall 1"], ["centre/room", "Blue room"]]);
const use = (space: string): unknown => ({ space, show: { start: "2027-06-10T01:00:00Z", end: "2027-06-10T09:00:00Z" } });

function told(kind: string, data: PastEvent["data"], language: keyof typeof LANGUAGES = "en"): string {
  const event = { id: "e", type: `pavilion.booking.space.${kind}.v1`, at: "2027-06-01T00:00:00Z", data };
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
  const event = (kind: string, data: PastEvent["data"]): PastEvent => ({ id: "e", type: `pavilion.booking.reservation.${kind}.v1`, at: "2027-06-01T00:00:00Z", data });
  const say = (kind: string, data: PastEvent["data"]): string => ofBooths(event(kind, data), "en", "Asia/Shanghai", LANGUAGES.en);
  expect(say("extended", { expires_at: "2027-06-01T00:15:00Z", extensions: 2 })).toBe("The hold was extended · until Jun 1, 2027, 08:15:00 · ×2");
  expect(say("cancelled", { expires_at: null, reason: "stand changed" })).toBe("Cancelled · “stand changed”");
  expect(say("co_exhibitors_changed", { co_exhibitors: ["a", "b"] })).toBe("Co-exhibitors changed · a, b");
});
