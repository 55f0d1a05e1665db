import { describe, expect, it } from "vitest";

import { daysLeft, nextDeadline } from "../src/fairs/deadlines.ts";
import { inOrder } from "../src/fairs/order.ts";
import { FAIR } from "./fair.ts";

describe("deadlines", () => {
  const days = [{ day: "2026-12-31", name: {} }, { day: "2027-03-15", name: {} }];

  it("are next until their day is over", () => {
    expect(nextDeadline(days, "2026-12-31")?.day).toBe("2026-12-31");
    expect(nextDeadline(days, "2027-01-01")?.day).toBe("2027-03-15");
    expect(nextDeadline(days, "2027-03-16")).toBeUndefined();
  });

  it("are so many days away, over the end of a year too", () => {
    expect([daysLeft("2027-01-01", "2026-12-31"), daysLeft("2026-12-31", "2026-12-31"), daysLeft("2026-12-30", "2026-12-31")]).toEqual([1, 0, -1]);
  });
});

it("fairs to come are listed first, the next one at the top, then those that are over, the last one first", () => {
  const fair = (slug: string, starts: string, ends: string) => ({ ...FAIR, slug, starts, ends });
  const fairs = [fair("old", "2025-05-01", "2025-05-03"), fair("later", "2027-05-01", "2027-05-03"), fair("now", "2026-11-25", "2026-11-26"), fair("past", "2026-05-01", "2026-05-03")];
  expect(inOrder(fairs, () => "2026-11-26").map(({ slug }) => slug)).toEqual(["now", "later", "past", "old"]);
});
