import { useCallback, useRef, useState, type PointerEvent } from "react";

import type { Bar } from "./bars.ts";
import { changes, type Shift } from "./moved.ts";
import { grainOf, type TimeWindow } from "./time.ts";
import { usePointer } from "./usePointer.ts";

/** A hand that goes no further than this only pressed. */
export const BEGINS_AFTER_PX = 4;

/** A bar on its way: whose it is, and by how much it was dragged so far. */
export interface Drag {
  readonly bar: Bar;
  readonly shift: Shift;
  /** How far below its row, in pixels, it is shown. */
  readonly down: number;
}

interface Taken {
  readonly bar: Bar;
  readonly end: Shift["end"];
  readonly x: number;
  readonly y: number;
  readonly msPerPx: number;
  readonly row: HTMLElement;
}

export interface Dragging {
  readonly drag: Drag | null;
  /** Begins to follow a mouse or pen; fingers scroll. */
  readonly take: (bar: Bar, end: Shift["end"]) => (event: PointerEvent<HTMLElement>) => void;
  /** Whether the press that ended last was a drag, and no click on what is under it. */
  readonly dragged: () => boolean;
}

/** Follows a bar that is dragged, in steps of the window's grain; `onDrop` says when it stays there or springs back. */
export function useDrag(window_: TimeWindow, onDrop: (bar: Bar, shift: Shift) => Promise<unknown>): Dragging {
  const [drag, setDrag] = useState<Drag | null>(null);
  const taken = useRef<Taken | null>(null);
  const latest = useRef<Drag | null>(null);
  const wasDrag = useRef(false);
  const grain = grainOf(window_);

  const show = (now: Drag | null): void => {
    latest.current = now;
    setDrag(now);
  };

  usePointer({
    press: () => void (wasDrag.current = false),
    move: (event) => {
      const held = taken.current;
      if (held === null) return;
      const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
      if (latest.current === null && Math.hypot(dx, dy) < BEGINS_AFTER_PX) return;
      wasDrag.current = true;
      const by = Math.round((dx * held.msPerPx) / grain) * grain;
      const over = held.end === "whole" ? document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(".timeline-row") : null;
      const row = over ?? held.row;
      const space = row === held.row ? null : (row.dataset["id"] ?? null);
      const down = row.getBoundingClientRect().top - held.row.getBoundingClientRect().top;
      show({ bar: held.bar, shift: { by, end: held.end, space }, down });
    },
    drop: () => {
      const now = latest.current;
      // What was let go before is on its way, and shown until that is decided.
      if (taken.current === null) return;
      taken.current = null;
      if (now === null || !changes(now.shift)) return show(null);
      void onDrop(now.bar, now.shift).finally(() => {
        if (latest.current === now) show(null);
      });
    },
    giveUp: () => {
      if (taken.current === null) return;
      taken.current = null;
      show(null);
    },
  });

  const take = useCallback(
    (bar: Bar, end: Shift["end"]) => (event: PointerEvent<HTMLElement>): void => {
      const row = event.currentTarget.closest<HTMLElement>(".timeline-row");
      const track = event.currentTarget.closest<HTMLElement>(".track");
      if (event.button !== 0 || event.pointerType === "touch" || row === null || track === null || latest.current !== null) return;
      event.stopPropagation();
      const msPerPx = (window_.end - window_.start) / track.getBoundingClientRect().width;
      taken.current = { bar, end, x: event.clientX, y: event.clientY, msPerPx, row };
    },
    [window_],
  );
  return { drag, take, dragged: useCallback(() => wasDrag.current, []) };
}
