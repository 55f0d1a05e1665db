import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

const paper = matchMedia("print");
let begun = false;

/** Whether the page is being put on paper; what is only for paper is drawn just then. */
export function usePrinting(): boolean {
  return useSyncExternalStore(listen, () => begun || paper.matches);
}

function listen(changed: () => void): () => void {
  const before = (): void => {
    begun = true;
    // The browser takes the page as it is when this returns.
    flushSync(changed);
  };
  const after = (): void => {
    begun = false;
    changed();
  };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  paper.addEventListener("change", changed);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
    paper.removeEventListener("change", changed);
  };
}
