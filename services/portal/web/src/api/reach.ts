/** Whether the portal answers, as far as this page knows: what is to be sent then is refused at once and never kept. */

import { useSyncExternalStore } from "react";

let reached = true;
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

/** Whether commands can be sent. What listens keeps it true or false: a page without a live stream asks now and then. */
export function useReach(): boolean {
  return useSyncExternalStore(watch, () => reached);
}

function note(now: boolean): void {
  if (now === reached) return;
  reached = now;
  for (const hear of watchers) hear();
}

function watch(hear: () => void): () => void {
  watchers.add(hear);
  window.addEventListener("offline", noteUnreachable);
  return () => {
    watchers.delete(hear);
    if (watchers.size === 0) window.removeEventListener("offline", noteUnreachable);
  };
}
