import { describe, expect, it } from "vitest";

import type { Fair } from "../src/api/types.ts";
import { landingFair, placeHash, placeOf, titlesOf, today } from "../src/landing.ts";
import { FAIR } from "./fair.ts";

function fair(slug: string, starts: string, ends: string, name = slug): Fair {
  return { ...FAIR, slug, starts, ends, name: { en: name } };
}

const FAIRS = [fair("later", "2027-09-14", "2027-09-17"), fair("past", "2026-05-01", "2026-05-04"), fair("next", "2027-05-18", "2027-05-21")];

describe("the page opens", () => {
  it("the fair that the address names, else the reader's own", () => {
    expect(landingFair(FAIRS, "past", "later", "2027-01-01")?.slug).toBe("past");
    expect(landingFair(FAIRS, "none", "later", "2027-01-01")?.slug).toBe("later");
  });

  it("for others the next fair that is not over, to its last day, else the last that was", () => {
    expect(landingFair(FAIRS, "", null, "2027-01-01")?.slug).toBe("next");
    expect(landingFair(FAIRS, "", null, "2027-05-21")?.slug).toBe("next");
    expect(landingFair(FAIRS, "", null, "2027-05-22")?.slug).toBe("later");
    expect(landingFair(FAIRS, "", null, "2028-01-01")?.slug).toBe("later");
    expect(landingFair([], "", null, "2028-01-01")).toBeUndefined();
  });

  it("on the calendar's day", () => expect(today(Date.parse("2027-05-18T23:59:59Z"))).toBe("2027-05-18"));
});

it("fairs of one name show their dates, others do not", () => {
  const twins = [fair("a", "2027-05-18", "2027-05-21", "Expo"), fair("b", "2028-05-18", "2028-05-21", "Expo"), fair("c", "2027-01-01", "2027-01-02", "Toys")];
  const titles = titlesOf(
    twins,
    ({ name }) => name["en"] ?? "",
    ({ starts }) => starts.slice(0, 4),
  );
  expect(titles).toEqual(["Expo, 2027", "Expo, 2028", "Toys"]);
});

it("an address survives the way there and back, and one that cannot be read leads nowhere", () => {
  expect(placeOf(placeHash("expo 2027", "7/1"))).toEqual({ fair: "expo 2027", hall: "7/1" });
  expect(placeOf("#/%E0%A4%A/1")).toEqual({ fair: "", hall: "" });
});
