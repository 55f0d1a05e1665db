/** Zooming by wheel, fingers, keys and buttons: how far it goes, and what stays where it is meanwhile. */

export const ZOOM_STEP = 1.5;
const ZOOM_MAX = 12;
/** So many pixels a metre can always be had, however large the hall: a small booth's number and area are readable. */
const SCALE_MAX_AT_LEAST = 40;
const WHEEL_PX_TO_DOUBLE = 300;
const LINE_PX = 16;

/** How often the whole hall's size the drawing may take, if it takes `fit` pixels a metre where all of it is in view. */
export function zoomMax(fit: number): number {
  return Math.max(ZOOM_MAX, SCALE_MAX_AT_LEAST / fit);
}

export function clamped(zoom: number, max: number): number {
  return Math.min(max, Math.max(1, zoom));
}

/** By how much one turn of the wheel, or one move of two fingers on a touchpad, enlarges. */
export function wheelFactor({ deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  return 2 ** (-(deltaMode === 0 ? deltaY : deltaY * LINE_PX) / WHEEL_PX_TO_DOUBLE);
}

/** A place in the view, in pixels from its corner, and what of the drawing is there, as shares of its sides. */
export interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly shareX: number;
  readonly shareY: number;
}

interface Sides {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is at a place in the view now. */
export function anchorAt(x: number, y: number, view: Sides, drawing: Sides): Anchor {
  const [fromLeft, fromTop] = [view.left + x - drawing.left, view.top + y - drawing.top];
  return { x, y, shareX: fromLeft / drawing.width, shareY: fromTop / drawing.height };
}

/** How far to scroll so that the same is there again. */
export function backTo({ x, y, shareX, shareY }: Anchor, view: Sides, drawing: Sides): readonly [number, number] {
  return [drawing.left + shareX * drawing.width - view.left - x, drawing.top + shareY * drawing.height - view.top - y];
}

export type Stand = Pick<Sides, "left" | "top" | "width">;

/** Drawn anew in another size, a drawing is where it was but for fractions of a pixel. */
const SAME_PX = 2;

/** Whether a drawing stands where it stood, and as large. */
export function unmoved(one: Stand | null, other: Stand | null): boolean {
  return one !== null && other !== null && (["left", "top", "width"] as const).every((side) => Math.abs(one[side] - other[side]) <= SAME_PX);
}

/** Where two fingers are: their middle, and how far apart. */
export function fingers(touches: TouchList): { readonly x: number; readonly y: number; readonly apart: number } | null {
  const [one, other] = [touches[0], touches[1]];
  if (one === undefined || other === undefined || touches.length > 2) return null;
  return {
    x: (one.clientX + other.clientX) / 2,
    y: (one.clientY + other.clientY) / 2,
    apart: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
  };
}
