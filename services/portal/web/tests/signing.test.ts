import { expect, it } from "vitest";

import { comingBack, here, startAddress, wantsAnother } from "../src/session/start.ts";
import { LANGUAGES, refusal } from "../src/texts/index.ts";

it("a sign-in begins with where the reader is, hall and all, and in their language", () => {
  const back = here({ pathname: "/", search: "?x=1", hash: "#/expo/7.1" });
  const query = new URL(startAddress(back, "zh"), "http://pavilion.test").searchParams;
  expect(Object.fromEntries(query)).toEqual({ return: "/?x=1#/expo/7.1", lang: "zh" });
});

it("a refusal is told with the time to wait, in words of ours", () => {
  const { problem, back } = comingBack("?problem=too-many-attempts&seconds=30&return=%2F%23%2Fexpo");
  expect(back).toBe("/#/expo");
  expect(problem && refusal(problem, LANGUAGES.en)).toBe(`${LANGUAGES.en.problem["too-many-attempts"]} Try again in 30 seconds.`);
});

it.each(["?problem=nobody-knows-this", "?problem=<b>&seconds=x", "?problem=toString"])("%s says only that it did not work", (search) => {
  const { problem } = comingBack(search);
  expect(problem && refusal(problem, LANGUAGES.en)).toBe(LANGUAGES.en.problem.unexpected);
});

it("whoever only signed out is told of no problem", () => {
  expect(comingBack("")).toEqual({ problem: null, back: "/" });
});

it.each(["no-role", "several-roles", "no-tenant", "provider-misconfigured"])("after %s one is asked who one is, and not remembered", (slug) => {
  expect(wantsAnother(comingBack(`?problem=${slug}`).problem)).toBe(true);
  expect(new URL(startAddress("/", "en", true), "http://pavilion.test").searchParams.get("afresh")).toBe("1");
});

it.each(["", "?problem=sign-in-expired", "?problem=provider-unavailable"])("after %s the same account may do", (search) => {
  expect(wantsAnother(comingBack(search).problem)).toBe(false);
});
