import { useCallback, useMemo, useRef, useState, type PointerEvent } from "react";

import { BEGINS_AFTER_PX } from "./useDrag.ts";
import { gridOf, spanned, type Span, type TimeWindow } from "./time.ts";
import { usePointer } from "./usePointer.ts";

/** A time in the row of a space that is being marked by dragging along it. */
export interface Marked extends Span {
  readonly space: string;
}

export interface Marking {
  readonly marked: Marked | null;
  /** Begins to mark with a mouse or pen where a row is empty; fingers scroll. */
  readonly begin: (space: string) => (event: PointerEvent<HTMLElement>) => void;
  /** Whether the press that ended last marked a time, or was given up, and is no click on what is under it. */
  readonly dragged: () => boolean;
}

interface Begun {
  readonly space: string;
  readonly x: number;
  readonly at: number;
  readonly track: HTMLElement;
}

/** Follows the marking of a time, in whole steps of the window's grid; `onMark` hears of it once it is let go. */
export function useSpan(window_: TimeWindow, zone: string, onMark: ((marked: Marked) => void) | null): Marking {
  const [marked, setMarked] = useState<Marked | null>(null);
  const begun = useRef<Begun | null>(null);
  const latest = useRef<Marked | null>(null);
  const wasDrag = useRef(false);
  const grid = useMemo(() => gridOf(window_, zone), [window_, zone]);
  const show = (now: Marked | null): void => {
    latest.current = now;
    setMarked(now);
  };
  const stop = (): void => {
    begun.current = null;
    show(null);
  };

  usePointer({
    press: () => void (wasDrag.current = false),
    move: ({ clientX }) => {
      const from = begun.current;
      if (from === null || (latest.current === null && Math.abs(clientX - from.x) < BEGINS_AFTER_PX)) return;
      wasDrag.current = true;
      show({ space: from.space, ...spanned(from.at, instantAt(from.track, clientX, window_), grid) });
    },
    drop: () => {
      const now = latest.current;
      stop();
      if (now !== null) onMark?.(now);
    },
    giveUp: () => {
      // Whoever gives up lets go afterwards, which is no click either.
      if (begun.current !== null) wasDrag.current = true;
      stop();
    },
  });

  const begin = (space: string) => (event: PointerEvent<HTMLElement>): void => {
    const { button, pointerType, target, currentTarget: track, clientX: x } = event;
    if (onMark === null || button !== 0 || pointerType === "touch" || target !== track) return;
    begun.current = { space, x, at: instantAt(track, x, window_), track };
  };
  return { marked, begin, dragged: useCallback(() => wasDrag.current, []) };
}

function instantAt(track: HTMLElement, x: number, { start, end }: TimeWindow): number {
  const { left, width } = track.getBoundingClientRect();
  return start + ((x - left) / width) * (end - start);
}
