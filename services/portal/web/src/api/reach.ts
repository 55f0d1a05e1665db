/**
 * Whether the portal answers, as far as this page knows: what is to be sent while it does not is refused at once and
 * never kept. Whoever waits for it need not do anything: it is asked again until it answers.
 */

import { useSyncExternalStore } from "react";

const ASK_MS = 5_000;

let reached = true;
let asking: ReturnType<typeof setInterval> | undefined;
let probing = false;
const watchers = new Set<() => void>();
/** Who wants to know at once that a request found nobody; each further try tells them again. */
const doubters = new Set<() => void>();

/** Something came from the portal. */
export function noteReached(): void {
  note(true);
}

/** A request found no server, or the browser says that there is no network. */
export function noteUnreachable(): void {
  note(false);
  for (const hear of doubters) hear();
}

/** Calls `hear` when a request finds no server; the answer takes it back. */
export function whenUnreachable(hear: () => void): () => void {
  doubters.add(hear);
  return () => void doubters.delete(hear);
}

/** Whether commands can be sent. */
export function useReach(): boolean {
  return useSyncExternalStore(watch, () => reached);
}

function note(now: boolean): void {
  if (now === reached) return;
  reached = now;
  askWhileAway();
  for (const hear of watchers) hear();
}

function watch(hear: () => void): () => void {
  watchers.add(hear);
  window.addEventListener("offline", noteUnreachable);
  window.addEventListener("online", ask);
  askWhileAway();
  return () => {
    watchers.delete(hear);
    if (watchers.size > 0) return;
    window.removeEventListener("offline", noteUnreachable);
    window.removeEventListener("online", ask);
    askWhileAway();
  };
}

/** A page without a live stream hears of nobody that the portal is back. */
function askWhileAway(): void {
  clearInterval(asking);
  if (!reached && watchers.size > 0) asking = setInterval(ask, ASK_MS);
}

function ask(): void {
  // A stream, where there is one, knows more: what it is of may be away while the portal answers.
  if (reached || probing || doubters.size > 0) return;
  probing = true;
  fetch("/session", { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(ASK_MS) })
    .then(
      ({ status }) => {
        if (status < 500) noteReached();
      },
      // It is asked again in a moment.
      () => undefined,
    )
    .finally(() => (probing = false));
}
