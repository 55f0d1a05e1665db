import { useEffect, type ReactElement } from "react";

import type { Problem } from "./api/problem.ts";
import type { BoothNow } from "./api/types.ts";
import { boothState, refusal, useSpeech, type Texts } from "./texts/index.ts";

/** What was done and can be undone: to booths that are named, or to the one thing that was in hand. */
type Undoable = { readonly kind: "undoable"; readonly undo: () => void } & (
  | { readonly what: keyof Texts["doneToBooths"]; readonly booths: readonly string[] }
  | { readonly what: keyof Texts["done"]; readonly booths?: never }
);

/** What is said to the reader: a fact, not a text, so that it follows a change of language. */
export type Notice =
  | { readonly kind: "done"; readonly what: keyof Texts["done"] }
  | Undoable
  | { readonly kind: "seen"; readonly now: BoothNow; readonly mine: boolean }
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "gone"; readonly booths: readonly string[] }
  | { readonly kind: "expired"; readonly booths: readonly string[] };

/** Says or takes back; a function sees what is being said. */
export type Say = (notice: Notice | null | ((before: Notice | null) => Notice | null)) => void;

/** The notice that these booths were taken, with those that were told a moment before and are still on show. */
export function alsoGone(before: Notice | null, booths: readonly string[]): Notice {
  const told = before?.kind === "gone" ? before.booths : [];
  return { kind: "gone", booths: [...new Set([...told, ...booths])] };
}

const SHOWN_MS = 8000;
/** Who is to think about whether it was right needs longer. */
const UNDOABLE_MS = 30_000;

/** What was last said. Good news leaves by itself; the rest stays until it is closed or something else is done. */
export function NoticeBar({ notice, onClose }: { readonly notice: Notice | null; readonly onClose: () => void }): ReactElement {
  const { t } = useSpeech();
  const passing = notice?.kind === "done" || notice?.kind === "seen" || notice?.kind === "undoable";
  useEffect(() => {
    if (!passing) return;
    const handle = setTimeout(onClose, notice?.kind === "undoable" ? UNDOABLE_MS : SHOWN_MS);
    return () => clearTimeout(handle);
  }, [notice, passing, onClose]);
  return (
    <div className="notices">
      <p role="status" className={passing ? "notice done" : "unseen"}>
        {passing && noticeText(notice, t)}
      </p>
      <p role="alert" className={notice !== null && !passing ? "notice refused" : "unseen"}>
        {notice !== null && !passing && noticeText(notice, t)}
      </p>
      {notice?.kind === "undoable" && (
        <button
          type="button"
          onClick={() => {
            onClose();
            notice.undo();
          }}
        >
          {t.undo}
        </button>
      )}
      {notice !== null && (
        <button type="button" className="plain" onClick={onClose} aria-label={t.close}>
          ✕
        </button>
      )}
    </div>
  );
}

export function noticeText(notice: Notice, t: Texts): string {
  switch (notice.kind) {
    case "done":
      return t.done[notice.what];
    case "undoable":
      return notice.booths === undefined ? t.done[notice.what] : t.doneToBooths[notice.what](notice.booths);
    case "seen":
      return t.itemTaken(notice.now.booth, notice.mine ? t.yours : boothState(notice.now, t));
    case "refused":
      return refusal(notice.problem, t);
    case "gone":
      return t.gone(notice.booths);
    case "expired":
      return t.expired(notice.booths);
  }
}
