import { useEffect, useId, type ReactElement, type ReactNode, type RefObject } from "react";

import { useSpeech } from "./texts/index.ts";

interface Props {
  readonly title: string;
  /** By which whoever shows it may close it. */
  readonly handle: RefObject<HTMLDialogElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Something to be done or read before the page goes on: named by its title, closed by its button or Escape. */
export function Dialog({ title, handle, onClose, children }: Props): ReactElement {
  const { t } = useSpeech();
  const id = useId();
  useEffect(() => {
    handle.current?.showModal();
    // Whoever opens a form wants to fill it in; a browser begins at the button that closes it.
    handle.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, [handle]);
  return (
    <dialog ref={handle} className="venue-dialog" aria-labelledby={id} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="plain" onClick={() => handle.current?.close()}>
          {t.close}
        </button>
      </header>
      {children}
    </dialog>
  );
}
