import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import { anchorAt, backTo, clamped, fingers, unmoved, wheelFactor, type Anchor, type Stand } from "./zoom.ts";

/** After so long without a further turn of the wheel the zooming is over. */
const OVER_MS = 160;

export interface Zoom {
  readonly zoom: number;
  /** The zoom that labels and patterns are made for: while wheel or fingers turn, that at which they began. */
  readonly settled: number;
  /** Enlarges around the middle of the view. */
  readonly by: (factor: number) => void;
  readonly fit: () => void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** How large the drawing in a scrolling frame is, by ctrl and wheel, by two fingers, and as told. */
export function useZoom(frame: RefObject<HTMLDivElement | null>, max: number): Zoom {
  const [zoom, setZoom] = useState(1);
  const [began, setBegan] = useState<number | null>(null);
  const anchor = useRef<Anchor | null>(null);
  /** What the wheel points at, for as long as nothing but the wheel moves the drawing. */
  const pointed = useRef<{ readonly x: number; readonly y: number; readonly kept: Anchor | null } | null>(null);
  /** Where zooming left the drawing: if it is elsewhere, something else has moved it. */
  const left = useRef<Stand | null>(null);
  const now = useRef(zoom);
  now.current = zoom;

  /** What is at a place of the window, to be kept at `to`; by default the middle of the view, and where it is. */
  const at = useCallback(
    (from?: Place, to = from): Anchor | null => {
      const element = frame.current;
      const drawing = element?.firstElementChild;
      if (!element || !drawing) return null;
      const view = element.getBoundingClientRect();
      const [x, y] = from === undefined ? [element.clientWidth / 2, element.clientHeight / 2] : [from.x - view.left, from.y - view.top];
      const here = anchorAt(x, y, view, drawing.getBoundingClientRect());
      return to === undefined ? here : { ...here, x: to.x - view.left, y: to.y - view.top };
    },
    [frame],
  );

  const zoomTo = useCallback(
    (wanted: number, kept: Anchor | null): void => {
      pointed.current = null;
      anchor.current = kept;
      now.current = clamped(wanted, max);
      setZoom(now.current);
    },
    [max],
  );

  useLayoutEffect(() => {
    const element = frame.current;
    const drawing = element?.firstElementChild;
    if (!element || !drawing || anchor.current === null) return;
    element.scrollBy(...backTo(anchor.current, element.getBoundingClientRect(), drawing.getBoundingClientRect()));
    anchor.current = null;
    left.current = drawing.getBoundingClientRect();
  }, [frame, zoom]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let over: ReturnType<typeof setTimeout> | undefined;
    let last: ReturnType<typeof fingers> = null;
    const turning = (): void => {
      setBegan((before) => before ?? now.current);
      clearTimeout(over);
      over = setTimeout(() => setBegan(null), OVER_MS);
    };
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      turning();
      const place = { x: event.clientX, y: event.clientY };
      const stand = element.firstElementChild?.getBoundingClientRect() ?? null;
      // A small drawing stands in the middle of its frame and cannot follow the pointer, which by the next turn is over
      // something else: what it was over at first is kept.
      const before = pointed.current;
      const same = before?.x === place.x && before.y === place.y && unmoved(left.current, stand);
      const kept = same ? before.kept : at(place);
      if (!same) left.current = stand;
      zoomTo(now.current * wheelFactor(event), kept);
      pointed.current = { ...place, kept };
    };
    const touch = (event: TouchEvent): void => {
      const two = fingers(event.touches);
      if (two !== null && last !== null) {
        // Once the browser scrolls it can no more be asked not to; then it does, and the zoom is added.
        if (event.cancelable) event.preventDefault();
        turning();
        zoomTo((now.current * two.apart) / last.apart, at(last, two));
      }
      last = two;
    };
    const lifted = (event: TouchEvent): void => void (last = fingers(event.touches));
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("touchstart", lifted, { passive: true });
    element.addEventListener("touchmove", touch, { passive: false });
    element.addEventListener("touchend", lifted);
    element.addEventListener("touchcancel", lifted);
    return () => {
      clearTimeout(over);
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("touchstart", lifted);
      element.removeEventListener("touchmove", touch);
      element.removeEventListener("touchend", lifted);
      element.removeEventListener("touchcancel", lifted);
    };
  }, [frame, at, zoomTo]);

  const by = useCallback((factor: number): void => zoomTo(now.current * factor, at()), [zoomTo, at]);
  const fit = useCallback((): void => zoomTo(1, at()), [zoomTo, at]);
  return { zoom, settled: began ?? zoom, by, fit };
}
