import { useEffect, useRef, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Inbox, InboxEntry } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";

interface Props {
  readonly inbox: Inbox;
  readonly timeZone: string | undefined;
  readonly onChange: () => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

/** The inbox over the page. Opening it has seen what is new; reading and archiving are the reader's own acts. */
export function InboxDialog({ inbox, timeZone, onChange, onRefused, onClose }: Props): ReactElement {
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const fresh = inbox.entries.filter((entry) => entry.state === "new");
    if (fresh.length === 0) return;
    Promise.all(fresh.map((entry) => calls.markEntry(entry.id, "seen"))).then(onChange).catch(onRefused);
  }, [inbox, onChange, onRefused]);
  const mark = (entry: InboxEntry, as: "read" | "archive"): void => {
    calls.markEntry(entry.id, as).then(onChange).catch(onRefused);
  };
  const entries = inbox.entries.filter((entry) => entry.state !== "archived");
  return (
    <dialog ref={dialog} className="inbox" aria-labelledby="inbox-title" onClose={onClose}>
      <header>
        <h2 id="inbox-title">{t.inbox}</h2>
        <button type="button" className="plain" onClick={() => dialog.current?.close()}>
          {t.close}
        </button>
      </header>
      {entries.length === 0 && <p className="quiet">{t.inboxEmpty}</p>}
      <ol>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} timeZone={timeZone} onMark={mark} />
        ))}
      </ol>
    </dialog>
  );
}

interface EntryProps {
  readonly entry: InboxEntry;
  readonly timeZone: string | undefined;
  readonly onMark: (entry: InboxEntry, as: "read" | "archive") => void;
}

function Entry({ entry, timeZone, onMark }: EntryProps): ReactElement {
  const { t, language } = useSpeech();
  const when = new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(entry.at));
  return (
    <li className={`entry ${entry.state}`} data-entry={entry.id} data-kind={entry.kind} data-state={entry.state}>
      <h3>{entry.title}</h3>
      <p>{entry.text}</p>
      <footer>
        <time dateTime={entry.at}>{when}</time>
        <span className="quiet">{t.entryState[entry.state]}</span>
        {entry.state !== "read" && (
          <button type="button" className="plain" onClick={() => onMark(entry, "read")}>
            {t.markRead}
          </button>
        )}
        <button type="button" className="plain" onClick={() => onMark(entry, "archive")}>
          {t.archive}
        </button>
      </footer>
    </li>
  );
}
