import { useEffect, useRef } from "react";

export interface Pointing {
  /** Any press, before whoever it is meant for hears of it. */
  readonly press: () => void;
  readonly move: (event: globalThis.PointerEvent) => void;
  readonly drop: () => void;
  /** By Escape, or because the pointer was taken away. */
  readonly giveUp: () => void;
}

/** Hears of the pointer wherever it goes, so that what was taken hold of is followed beyond its place. */
export function usePointer(pointing: Pointing): void {
  const latest = useRef(pointing);
  useEffect(() => void (latest.current = pointing));
  useEffect(() => {
    const press = (): void => latest.current.press();
    const move = (event: globalThis.PointerEvent): void => latest.current.move(event);
    const drop = (): void => latest.current.drop();
    const cancel = (): void => latest.current.giveUp();
    const key = (event: globalThis.KeyboardEvent): void => void (event.key === "Escape" && latest.current.giveUp());
    window.addEventListener("pointerdown", press, true);
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", key);
    return () => {
      window.removeEventListener("pointerdown", press, true);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", drop);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", key);
    };
  }, []);
}
