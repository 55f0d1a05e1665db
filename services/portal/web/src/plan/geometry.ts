/** Shapes of the floor plan: metres in the hall's own frame, y down, as on the screen. */

import { NARROW_EM, widthEm } from "./glyphs.ts";
import type { PlanFeature, Ring } from "../api/types.ts";
import { insideOf } from "./inside.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Shape {
  readonly booth: string;
  readonly number: string;
  readonly areaM2: number;
  readonly parts: readonly string[];
  readonly path: string;
  readonly box: Box;
  /** The largest upright rectangle within: where the label stands. */
  readonly inside: Box;
}

/** The shapes of a hall, largest first, so that a joint stand lies under its parts. */
export function shapesOf(features: readonly PlanFeature[]): readonly Shape[] {
  const shapes = features.map(shapeOf);
  return shapes.toSorted(
    (a, b) => b.box.width * b.box.height - a.box.width * a.box.height || b.parts.length - a.parts.length,
  );
}

function shapeOf(feature: PlanFeature): Shape {
  const { number, booth, area_m2, parts } = feature.properties;
  const rings = feature.geometry.coordinates;
  let inside: Box | null = null;
  return {
    booth,
    number,
    areaM2: area_m2,
    parts: parts ?? [],
    path: rings.map(pathOf).join(""),
    box: boxOf(rings[0] ?? []),
    // Found when a label wants to stand there: of thousands of booths few are ever seen so near.
    get inside(): Box {
      inside ??= insideOf(rings);
      return inside;
    },
  };
}

/** An SVG path of one closed ring; the closing point, which repeats the first, is left to `Z`. */
export function pathOf(ring: Ring): string {
  const open = ring.slice(0, -1);
  return open.length === 0 ? "" : `M${open.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z`;
}

export function boxOf(ring: Ring): Box {
  if (ring.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export interface Label {
  readonly lines: readonly string[];
  readonly sizePx: number;
}

const LABEL_SIZES_PX = [13, 12, 11, 10, 9];
/** A sign in less room than this is a blot. */
const SIGN_SIDE_MIN_PX = 9;
const PADDING_PX = 3;
const LINE_HEIGHT_EM = 1.15;

/**
 * The label that fits in the box at this scale (pixels a metre), in one line or, for a number with two gangway
 * addresses, one under the other; null where none is readable.
 */
export function labelFor(number: string, box: Box, scale: number): Label | null {
  const wide = box.width * scale - 2 * PADDING_PX;
  const high = box.height * scale - 2 * PADDING_PX;
  const stacked = number.split(/[ /]+/).filter((word) => word !== "");
  const ways = stacked.length > 1 ? [[number], stacked] : [[number]];
  for (const sizePx of LABEL_SIZES_PX) {
    for (const lines of ways) {
      const longest = Math.max(...lines.map((line) => line.length));
      if (longest * NARROW_EM * sizePx <= wide && lines.length * LINE_HEIGHT_EM * sizePx <= high) return { lines, sizePx };
    }
  }
  return null;
}

/**
 * The number's label and, below it, what more has room: of `told` the first that is not too wide, then the area.
 * Null where no number is readable.
 */
export function linesFor(number: string, told: readonly string[], area: string, box: Box, scale: number): Label | null {
  const label = labelFor(number, box, scale);
  if (label === null) return null;
  const wide = box.width * scale - 2 * PADDING_PX;
  const linesMax = Math.floor((box.height * scale - 2 * PADDING_PX) / (LINE_HEIGHT_EM * label.sizePx));
  const isNarrow = (text: string): boolean => widthEm(text) * label.sizePx <= wide;
  const more = [told.find(isNarrow), isNarrow(area) ? area : undefined].filter((line) => line !== undefined);
  return { lines: [...label.lines, ...more].slice(0, Math.max(linesMax, label.lines.length)), sizePx: label.sizePx };
}

/** A sign alone, for where no number fits; null where not even that would be seen. */
export function signFor(sign: string, box: Box, scale: number): Label | null {
  const side = Math.min(box.width, box.height) * scale;
  return sign === "" || side < SIGN_SIDE_MIN_PX ? null : { lines: [sign], sizePx: Math.min(12, side - 1) };
}

/** The booth nearest to a point, no farther than `reachM` from its box; null where there is none. */
export function nearest(shapes: readonly Shape[], x: number, y: number, reachM: number): Shape | null {
  let best: Shape | null = null;
  let bestFar = reachM;
  for (const shape of shapes) {
    const { box } = shape;
    const far = Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height));
    // Of those that are as near the last wins: a part lies over its joint stand.
    if (far <= bestFar) [best, bestFar] = [shape, far];
  }
  return best;
}

/** How many pixels a metre takes where the whole hall is in view. */
export function scaleToFit(metresWide: number, metresDeep: number, widthPx: number, heightPx: number): number {
  return Math.max(0.1, Math.min(widthPx / metresWide, heightPx / metresDeep));
}

export type Direction = "left" | "right" | "up" | "down";

/** The nearest booth in a direction from another, as an arrow key means it; null at the edge. */
export function neighbour(shapes: readonly Shape[], from: Shape, direction: Direction): Shape | null {
  let best: Shape | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const shape of shapes) {
    if (shape.booth === from.booth) continue;
    const [ahead, aside] = along(centre(shape.box), centre(from.box), direction);
    // Booths beside the way count, but four metres aside weigh as much as eight ahead.
    const cost = ahead + 2 * Math.abs(aside);
    if (ahead > 0.01 && Math.abs(aside) <= 3 * ahead && cost < bestCost) {
      best = shape;
      bestCost = cost;
    }
  }
  return best;
}

function along(to: readonly [number, number], from: readonly [number, number], direction: Direction): [number, number] {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  switch (direction) {
    case "left":
      return [-dx, dy];
    case "right":
      return [dx, dy];
    case "up":
      return [-dy, dx];
    case "down":
      return [dy, dx];
  }
}

export function centre(box: Box): readonly [number, number] {
  return [box.x + box.width / 2, box.y + box.height / 2];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
