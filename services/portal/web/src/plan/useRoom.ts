import { useLayoutEffect, useState, type RefObject } from "react";

const BORDERS_PX = 2;

/** How many pixels the drawing has without scrolling: the frame's width, and the height that it may grow to. */
export function useRoom(frame: RefObject<HTMLDivElement | null>): readonly [number, number] {
  const [room, setRoom] = useState<readonly [number, number]>([640, 480]);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => {
      const height = Number.parseFloat(getComputedStyle(element).maxHeight);
      const wide = element.offsetWidth - BORDERS_PX;
      const high = Number.isFinite(height) ? Math.floor(height) - BORDERS_PX : Number.MAX_SAFE_INTEGER;
      setRoom((before) => (before[0] === wide && before[1] === high ? before : [wide, high]));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [frame]);
  return room;
}
