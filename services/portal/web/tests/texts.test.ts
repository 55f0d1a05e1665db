import { describe, expect, it } from "vitest";

import { Problem, problemOf } from "../src/api/problem.ts";
import { LANGUAGES, refusal, type Language } from "../src/texts/index.ts";

const languages = Object.keys(LANGUAGES) as Language[];

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe.each(languages)("the texts in %s", (language) => {
  it("have exactly English's keys, none empty", () => {
    const own = leaves(LANGUAGES[language]);
    expect(own.map(([path]) => path).toSorted()).toEqual(leaves(LANGUAGES.en).map(([path]) => path).toSorted());
    expect(own.filter(([, text]) => text === "")).toEqual([]);
  });

  it("say a refusal with its booths", () => {
    const body = {
      type: "urn:pavilion:problem:booth-taken",
      title: "Not possible now",
      detail: "1 of the 2 booths asked for cannot be had",
      items: [{ booth: "7.1/A-031", reason: "booth-taken", state: "held" }],
    };
    const said = refusal(problemOf(409, body, null), LANGUAGES[language]);
    expect(said).toContain(LANGUAGES[language].problem["booth-taken"]);
    expect(said).toContain("7.1/A-031");
    expect(said).not.toContain("undefined");
  });
});

it("Chinese and Russian are not English left over", () => {
  const en = new Map(leaves(LANGUAGES.en));
  const same = (["zh", "ru"] as const).flatMap((language) =>
    leaves(LANGUAGES[language]).filter(([path, text]) => typeof text === "string" && path !== ".brand" && en.get(path) === text),
  );
  expect(same).toEqual([]);
});

it.each([
  [1, "1 стенд"],
  [2, "2 стенда"],
  [5, "5 стендов"],
  [11, "11 стендов"],
  [21, "21 стенд"],
])("Russian counts %d as %s", (n, text) => expect(LANGUAGES.ru.boothCount(n)).toBe(text));

describe("a problem", () => {
  it("that nobody foresaw is told in the service's own words", () => {
    const said = refusal(problemOf(409, { type: "urn:pavilion:problem:new-rule", detail: "Not on Sundays." }, null), LANGUAGES.en);
    expect(said).toBe("Not on Sundays.");
  });

  it("without any body still is a sentence", () => {
    expect(refusal(problemOf(500, null, null), LANGUAGES.en)).toBe(LANGUAGES.en.problem.unexpected);
  });

  it("says how long to wait where attempts are limited", () => {
    const said = refusal(problemOf(429, { type: "urn:pavilion:problem:too-many-attempts" }, "42"), LANGUAGES.en);
    expect(said).toContain("42 seconds");
  });

  it.each([
    [0, true],
    [503, true],
    [504, true],
    [409, false],
    [422, false],
  ])("with status %d may be sent again: %s", (status, passing) => {
    expect(new Problem("any", status, "", "", [], null).passing).toBe(passing);
  });
});
