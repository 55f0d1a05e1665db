import { describe, expect, it } from "vitest";

import { clockFace, clockOffsetMs, secondsLeft, spokenMark } from "../src/reservations/countdown.ts";

describe("the time left", () => {
  it("follows the server's clock, however wrong the reader's is", () => {
    const readersNow = Date.parse("2027-03-01T10:07:30Z");
    const offset = clockOffsetMs("2027-03-01T09:00:00Z", readersNow);
    expect(secondsLeft("2027-03-01T09:15:00Z", offset, readersNow)).toBe(900);
    expect(secondsLeft("2027-03-01T09:15:00Z", offset, readersNow + 60_000)).toBe(840);
  });

  it("counts a started second as one and never goes below zero", () => {
    const now = Date.parse("2027-03-01T09:00:00Z");
    expect(secondsLeft("2027-03-01T09:00:00.001Z", 0, now)).toBe(1);
    expect(secondsLeft("2027-03-01T09:00:00.000Z", 0, now)).toBe(0);
    expect(secondsLeft("2027-03-01T08:00:00Z", 0, now)).toBe(0);
  });

  it.each([
    [0, "0:00"],
    [9, "0:09"],
    [75, "1:15"],
    [900, "15:00"],
    [3675, "1:01:15"],
  ])("%d seconds read %s", (seconds, face) => expect(clockFace(seconds)).toBe(face));
});

describe("what is spoken", () => {
  it("is a few marks, each once as it is reached", () => {
    const heard: number[] = [];
    for (let left = 320; left > 0; left -= 1) {
      const mark = spokenMark(left, left - 1);
      if (mark !== null) heard.push(mark);
    }
    expect(heard).toEqual([300, 120, 60, 30, 10]);
  });

  it("does not miss a mark where seconds were skipped in a sleeping tab", () => {
    expect(spokenMark(130, 90)).toBe(120);
  });

  it("says nothing when an extension moves the end away", () => expect(spokenMark(10, 900)).toBeNull());

  it("leaves the end to another sentence", () => expect(spokenMark(5, 0)).toBeNull());
});
