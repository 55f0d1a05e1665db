/**
 * Keeps the keyboard's place. What has the focus may leave the page by being used, or be switched off while its
 * command is under way; a browser then forgets where its reader was, and a screen reader begins at the top.
 */

const USABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
/** Where one goes, its neighbour is meant next. */
const LISTS = "ul, ol, tbody, tr";
/** Elsewhere the place itself is, and no other button: who presses twice must not do something else. */
const PLACES = "li, article, section, form, dialog, main";

interface Place {
  readonly of: Element;
  /** From the inside out, with what stood beside what led to the focus. */
  readonly around: readonly { readonly within: Element; readonly next: Element | null; readonly before: Element | null }[];
}

/** Begins to watch a page; returns how to end it. */
export function keepFocus(page: Document): () => void {
  let last: Place | null = null;
  const focused = (event: FocusEvent): void => void (last = event.target instanceof Element ? placeOf(event.target) : null);
  // Whoever presses beside everything wants the focus nowhere.
  const pressed = (): void => void (last = null);
  const look = (): void => {
    if (last === null || (page.activeElement !== null && page.activeElement !== page.body)) return;
    if (last.of.isConnected && last.of.matches(":disabled")) return;
    focusOn(last.of.isConnected ? last.of : (closest(last) ?? page.querySelector("main")));
  };
  const observer = new MutationObserver(look);
  observer.observe(page, { subtree: true, childList: true, attributeFilter: ["disabled"] });
  page.addEventListener("focusin", focused);
  page.addEventListener("pointerdown", pressed, { capture: true });
  return () => {
    observer.disconnect();
    page.removeEventListener("focusin", focused);
    page.removeEventListener("pointerdown", pressed, { capture: true });
  };
}

function placeOf(of: Element): Place {
  const around: Place["around"][number][] = [];
  for (let inner = of; inner.parentElement !== null; inner = inner.parentElement) {
    around.push({ within: inner.parentElement, next: inner.nextElementSibling, before: inner.previousElementSibling });
  }
  return { of, around };
}

function closest({ around }: Place): Element | null {
  const left = around.find(({ within }) => within.isConnected);
  if (left === undefined) return null;
  const beside = left.within.matches(LISTS) ? usableIn(left.next) ?? usableIn(left.before) : null;
  return beside ?? left.within.closest(PLACES);
}

function usableIn(element: Element | null): Element | null {
  if (element === null || !element.isConnected) return null;
  const all = element.matches(USABLE) ? [element] : [...element.querySelectorAll(USABLE)];
  return all.find((one) => !one.matches(":disabled") && one.checkVisibility()) ?? null;
}

function focusOn(element: Element | null): void {
  if (!(element instanceof HTMLElement)) return;
  if (!element.matches(USABLE)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
