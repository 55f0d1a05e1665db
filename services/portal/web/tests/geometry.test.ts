import { describe, expect, it } from "vitest";

import type { PlanFeature } from "../src/api/types.ts";
import { boxOf, labelFor, neighbour, pathOf, scaleToFit, shapesOf, type Shape } from "../src/plan/geometry.ts";

function feature(number: string, x: number, y: number, width: number, depth: number, parts: readonly string[] = []): PlanFeature {
  return {
    properties: { number, booth: `1/${number}`, area_m2: width * depth, open_sides: 1, parts, part_of: [] },
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [x, y],
          [x + width, y],
          [x + width, y + depth],
          [x, y + depth],
          [x, y],
        ],
      ],
    },
  };
}

function shape(number: string, x: number, y: number, width = 3, depth = 3): Shape {
  const [only] = shapesOf([feature(number, x, y, width, depth)]);
  if (only === undefined) throw new Error("one feature gives one shape");
  return only;
}

describe("shapes", () => {
  it("keep the hall's metres, y down, and close their ring", () => {
    expect(shape("A1", 2, 3, 4, 5).path).toBe("M2 3L6 3L6 8L2 8Z");
    expect(shape("A1", 2, 3, 4, 5).box).toEqual({ x: 2, y: 3, width: 4, height: 5 });
  });

  it("put a joint stand under its parts, also where the outlines are the same", () => {
    const order = shapesOf([
      feature("A1a", 0, 0, 5, 5),
      feature("A1g", 0, 0, 10, 5, ["1/A1a"]),
      feature("B1", 20, 0, 3, 3),
      feature("B1g", 20, 0, 3, 3, ["1/B1"]),
    ]).map((one) => one.number);
    expect(order.indexOf("A1g")).toBeLessThan(order.indexOf("A1a"));
    expect(order.indexOf("B1g")).toBeLessThan(order.indexOf("B1"));
  });

  it("survive an empty ring", () => {
    expect(pathOf([])).toBe("");
    expect(boxOf([])).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });
});

describe("a label", () => {
  const box = { x: 0, y: 0, width: 9, height: 6 };

  it("is there only where it fits", () => {
    expect(labelFor("A-031", box, 10)).not.toBeNull();
    expect(labelFor("A-031", box, 2)).toBeNull();
  });

  it("never reaches over its booth at any scale", () => {
    for (let scale = 1; scale < 60; scale += 0.5) {
      const label = labelFor("A-011 B-010", box, scale);
      if (label === null) continue;
      const longest = Math.max(...label.lines.map((line) => line.length));
      expect(longest * 0.6 * label.sizePx).toBeLessThanOrEqual(box.width * scale);
      expect(label.lines.length * label.sizePx).toBeLessThanOrEqual(box.height * scale);
    }
  });

  it("stands in two lines where one is too long", () => {
    expect(labelFor("A-011 B-010", { x: 0, y: 0, width: 6, height: 6 }, 10)?.lines).toEqual(["A-011", "B-010"]);
    expect(labelFor("A-011 B-010", { x: 0, y: 0, width: 20, height: 6 }, 10)?.lines).toEqual(["A-011 B-010"]);
  });
});

describe("arrow keys", () => {
  const left = shape("L", 0, 10);
  const middle = shape("M", 10, 10);
  const right = shape("R", 20, 11);
  const below = shape("D", 10, 20);
  const all = [left, middle, right, below];

  it("lead to the nearest booth that way", () => {
    expect(neighbour(all, middle, "left")?.number).toBe("L");
    expect(neighbour(all, middle, "right")?.number).toBe("R");
    expect(neighbour(all, middle, "down")?.number).toBe("D");
    expect(neighbour(all, below, "up")?.number).toBe("M");
  });

  it("stay where there is none", () => expect(neighbour(all, left, "left")).toBeNull());

  it("prefer what is straight ahead over what is nearer but aside", () => {
    const aside = shape("X", 14, 5);
    expect(neighbour([...all, aside], middle, "right")?.number).toBe("R");
  });
});

it.each([
  [44, 57, 842, 574],
  [200, 30, 842, 574],
  [44, 57, 366, 570],
])("a hall of %d by %d metres fits whole into %d by %d pixels", (wide, deep, width, height) => {
  const scale = scaleToFit(wide, deep, width, height);
  expect(wide * scale).toBeLessThanOrEqual(width + 0.001);
  expect(deep * scale).toBeLessThanOrEqual(height + 0.001);
  expect(Math.max((wide * scale) / width, (deep * scale) / height)).toBeCloseTo(1);
});
