import { useEffect, useRef, type RefObject } from "react";

/** A row of links that may be wider than its place: the current one comes into view as it, or the language, changes. */
export function useCurrentInView(current: string | undefined, language: string): RefObject<HTMLElement | null> {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const [nav, tab] = [row.current, row.current?.querySelector<HTMLElement>("[aria-current]")];
    // The row alone is scrolled: scrollIntoView would move the page as well.
    if (nav && tab) nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
  }, [current, language]);
  return row;
}
