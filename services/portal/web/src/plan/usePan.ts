import { useCallback, useRef, type MouseEvent, type PointerEvent, type RefObject } from "react";

/** A press that moves less is a click. */
const BEGINS_AFTER_PX = 4;

export interface Pan {
  readonly onPointerDown: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onPointerCancel: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onClickCapture: (event: MouseEvent<HTMLDivElement>) => void;
}

interface Taken {
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly top: number;
}

/** Lets a mouse take the drawing and drag it; fingers scroll by themselves. The press that dragged is no click. */
export function usePan(frame: RefObject<HTMLDivElement | null>): Pan {
  const taken = useRef<Taken | null>(null);
  const dragged = useRef(false);

  const onPointerDown = useCallback(
    (event: PointerEvent<HTMLDivElement>): void => {
      dragged.current = false;
      const element = frame.current;
      if (element === null || event.pointerType === "touch" || event.button !== 0 || event.target === element) return;
      taken.current = { x: event.clientX, y: event.clientY, left: element.scrollLeft, top: element.scrollTop };
    },
    [frame],
  );
  const onPointerUp = useCallback((): void => {
    taken.current = null;
    frame.current?.classList.remove("dragged");
  }, [frame]);
  const onPointerMove = useCallback(
    (event: PointerEvent<HTMLDivElement>): void => {
      const [element, from] = [frame.current, taken.current];
      if (element === null || from === null) return;
      // A release that nobody told, as outside the window or over a menu.
      if ((event.buttons & 1) === 0) return onPointerUp();
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!dragged.current) {
        if (Math.hypot(dx, dy) < BEGINS_AFTER_PX) return;
        dragged.current = true;
        element.setPointerCapture(event.pointerId);
        element.classList.add("dragged");
      }
      element.scrollTo(from.left - dx, from.top - dy);
    },
    [frame, onPointerUp],
  );
  const onClickCapture = useCallback((event: MouseEvent<HTMLDivElement>): void => {
    // A keyboard's click comes without a press, and follows none that dragged.
    if (!dragged.current || event.detail === 0) return;
    dragged.current = false;
    event.stopPropagation();
  }, []);
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onClickCapture };
}
