import { describe, expect, it } from "vitest";

import { anchorAt, backTo, unmoved } from "../src/plan/zoom.ts";

const VIEW = { left: 100, top: 50, width: 600, height: 400 };

describe("what a zoom keeps in its place", () => {
  it("is there again after scrolling, however large the drawing has become", () => {
    const anchor = anchorAt(150, 80, VIEW, { left: 100, top: 50, width: 600, height: 400 });
    expect([anchor.shareX, anchor.shareY]).toEqual([0.25, 0.2]);
    // Three times as large, its corner where it was: a quarter of it is 300 px farther right, a fifth 160 px farther down.
    expect(backTo(anchor, VIEW, { left: 100, top: 50, width: 1800, height: 1200 })).toEqual([300, 160]);
  });
});

describe("a drawing", () => {
  const stood = { left: 10, top: 20, width: 500 };

  it("stands where it stood if it was only drawn anew", () => {
    expect(unmoved(stood, { left: 10.4, top: 19.6, width: 501 })).toBe(true);
  });

  it.each([{ left: 14 }, { top: 16 }, { width: 540 }])("was moved by something else with %o", (moved) => {
    expect(unmoved(stood, { ...stood, ...moved })).toBe(false);
  });

  it("of which nothing is known was not left anywhere", () => {
    expect(unmoved(null, stood)).toBe(false);
  });
});
