/**
 * Keeps the keyboard's place. What has the focus may leave the page by being used, or be switched off while its
 * command is under way; a browser then forgets where its reader was, and a screen reader begins at the top.
 */

/** What a keyboard stops at. */
export const USABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
/** Where one goes, its neighbour is meant next. */
const LISTS = "ul, ol, tbody, tr";
/** Elsewhere the place itself is, and no other button: who presses twice must not do something else. */
const PLACES = "li, article, section, form, dialog, main";
/** A second press so soon was meant for what has gone. */
const TWICE_MS = 400;

interface Place {
  readonly of: Element;
  /** From the inside out, with what stood beside what led to the focus. */
  readonly around: readonly { readonly within: Element; readonly next: Element | null; readonly before: Element | null }[];
}

/** Begins to watch a page, for as long as it is there. */
export function keepFocus(page: Document): void {
  let last: Place | null = null;
  /** When the focus was moved from what had gone; the reader's own step elsewhere ends that. */
  let movedAt = Number.NEGATIVE_INFINITY;
  const forget = (): void => void (last = null);

  const look = (): void => {
    if (last === null || !page.hasFocus() || (page.activeElement !== null && page.activeElement !== page.body)) return;
    if (isThere(last.of)) return focusOn(last.of);
    if (last.of.isConnected && last.of.matches(":disabled")) return;
    focusOn(closest(last) ?? page.querySelector("main"));
    movedAt = performance.now();
  };
  new MutationObserver(look).observe(page, { subtree: true, childList: true, attributeFilter: ["disabled"] });

  page.addEventListener("focusin", ({ target }) => {
    last = target instanceof Element ? placeOf(target) : null;
    movedAt = Number.NEGATIVE_INFINITY;
  });
  page.addEventListener("focusout", ({ target, relatedTarget }) => {
    // What is left for nothing while it is there was left on purpose: by the browser's own keys, or a phone's keyboard.
    if (relatedTarget === null) setTimeout(() => last?.of === target && page.activeElement !== target && isThere(last.of) && forget());
  });
  // So does whoever presses beside everything.
  const pressed = ({ target }: PointerEvent): void => {
    if (!(target instanceof Node && page.activeElement !== page.body && page.activeElement?.contains(target))) forget();
  };
  page.addEventListener("pointerdown", pressed, { capture: true });
  const keyed = (event: KeyboardEvent): void => {
    if ((event.key !== "Enter" && event.key !== " ") || !(event.repeat || performance.now() - movedAt < TWICE_MS)) return;
    if (movedAt === Number.NEGATIVE_INFINITY) return;
    event.preventDefault();
    event.stopPropagation();
  };
  page.addEventListener("keydown", keyed, { capture: true });
  // What is held down goes on to be held for what it was pressed on, and for nothing else.
  page.addEventListener("keyup", () => performance.now() - movedAt >= TWICE_MS && (movedAt = Number.NEGATIVE_INFINITY));
}

function isThere(element: Element): boolean {
  return element.isConnected && !element.matches(":disabled") && element.checkVisibility();
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
  const beside = left.within.matches(LISTS) ? (usableIn(left.next) ?? usableIn(left.before)) : null;
  return beside ?? left.within.closest(PLACES);
}

function usableIn(element: Element | null): Element | null {
  if (element === null || !element.isConnected) return null;
  const all = element.matches(USABLE) ? [element] : [...element.querySelectorAll(USABLE)];
  return all.find(isThere) ?? null;
}

function focusOn(element: Element | null): void {
  if (!(element instanceof HTMLElement)) return;
  if (!element.matches(USABLE)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
