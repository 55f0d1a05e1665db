import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { useReach } from "../api/reach.ts";
import type { Inbox, InboxEntry } from "../api/types.ts";
import { useRead } from "../api/useRead.ts";
import { withOwnClock } from "../beside.ts";
import { Unreachable } from "../live/Unreachable.tsx";
import { Reading } from "../Refused.tsx";
import { useSpeech } from "../texts/index.ts";
import { momentIn } from "./moments.ts";
import { NotificationSettings } from "./NotificationSettings.tsx";

interface Props {
  readonly inbox: Inbox;
  readonly organizer: boolean;
  readonly timeZoneOf: (fair: string | null) => string | undefined;
  readonly onChange: () => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

/** The inbox over the page, and behind it what is told there and by mail. */
export function InboxDialog({ inbox, organizer, timeZoneOf, onChange, onRefused, onClose }: Props): ReactElement {
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<"inbox" | "archived" | "settings">("inbox");
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="inbox" aria-labelledby="inbox-title" onClose={onClose}>
      <header>
        <h2 id="inbox-title">{{ inbox: t.inbox, archived: t.archived, settings: t.notifications }[shown]}</h2>
        <span className="actions">
          {shown === "inbox" ? (
            <>
              <button type="button" onClick={() => setShown("archived")}>
                {t.archived}
              </button>
              <button type="button" onClick={() => setShown("settings")}>
                {t.notifications}
              </button>
            </>
          ) : (
            <button type="button" onClick={() => setShown("inbox")}>
              {t.backToInbox}
            </button>
          )}
          <button type="button" className="plain" onClick={() => dialog.current?.close()}>
            {t.close}
          </button>
        </span>
      </header>
      <Unreachable />
      {shown === "settings" && <NotificationSettings organizer={organizer} />}
      {shown === "archived" && <Archived timeZoneOf={timeZoneOf} onRefused={onRefused} />}
      {shown === "inbox" && <Entries inbox={inbox} timeZoneOf={timeZoneOf} onChange={onChange} onRefused={onRefused} />}
    </dialog>
  );
}

type EntriesProps = Pick<Props, "inbox" | "timeZoneOf" | "onChange" | "onRefused">;

/** What was told. Opening it has seen what is new; reading and archiving are the reader's own acts. */
function Entries({ inbox, timeZoneOf, onChange, onRefused }: EntriesProps): ReactElement {
  const { t } = useSpeech();
  const reach = useReach();
  // What was new when it came into view looks so until the inbox is closed, though it counts as seen by then.
  const fresh = useRef(new Set<string>());
  useEffect(() => {
    const unseen = inbox.entries.filter((entry) => entry.state === "new");
    if (unseen.length === 0 || !reach) return;
    for (const entry of unseen) fresh.current.add(entry.id);
    Promise.all(unseen.map((entry) => calls.markEntry(entry.id, "seen"))).then(onChange).catch(onRefused);
  }, [inbox, reach, onChange, onRefused]);
  const mark = (entries: readonly InboxEntry[], as: "read" | "archive"): void => {
    Promise.all(entries.map((entry) => calls.markEntry(entry.id, as))).then(onChange).catch(onRefused);
  };
  const entries = inbox.entries.filter((entry) => entry.state !== "archived");
  const unread = entries.filter((entry) => entry.state !== "read");
  return (
    <>
      {entries.length === 0 && <p className="quiet">{t.inboxEmpty}</p>}
      {unread.length > 1 && (
        <button type="button" className="plain" disabled={!reach} onClick={() => mark(unread, "read")}>
          {t.markAllRead}
        </button>
      )}
      <ol>
        {entries.map((entry) => (
          <Entry
            key={entry.id}
            entry={entry}
            fresh={entry.state === "new" || (entry.state === "seen" && fresh.current.has(entry.id))}
            timeZone={timeZoneOf(entry.fair)}
            onMark={(as) => mark([entry], as)}
          />
        ))}
      </ol>
    </>
  );
}

/** What was put away, to be looked up. */
function Archived({ timeZoneOf, onRefused }: Pick<Props, "timeZoneOf" | "onRefused">): ReactElement {
  const { t, language } = useSpeech();
  const read = useRead(useCallback(() => calls.archivedInbox(language), [language]), onRefused);
  return (
    <>
      <Reading of={read} />
      {read.value?.entries.length === 0 && <p className="quiet">{t.nothingArchived}</p>}
      <ol>
        {read.value?.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} fresh={false} timeZone={timeZoneOf(entry.fair)} onMark={null} />
        ))}
      </ol>
    </>
  );
}

interface EntryProps {
  readonly entry: InboxEntry;
  readonly fresh: boolean;
  readonly timeZone: string | undefined;
  /** Null where nothing more can become of it. */
  readonly onMark: ((as: "read" | "archive") => void) | null;
}

function Entry({ entry, fresh, timeZone, onMark }: EntryProps): ReactElement {
  const { t, language } = useSpeech();
  const reach = useReach();
  const classes = fresh ? "entry fresh" : `entry ${entry.state}`;
  return (
    <li className={classes} data-entry={entry.id} data-kind={entry.kind} data-state={entry.state}>
      <h3>{entry.title}</h3>
      <p>{entry.text}</p>
      <footer>
        <time dateTime={entry.at}>{withOwnClock(momentIn(language, entry.at, timeZone), language, [Date.parse(entry.at)], timeZone ?? "UTC")}</time>
        <span className={fresh ? "tag new" : "quiet"}>{t.entryState[fresh ? "new" : entry.state]}</span>
        {onMark !== null && (
          <span className="entry-actions">
            {entry.state !== "read" && (
              <button type="button" className="plain" disabled={!reach} onClick={() => onMark("read")}>
                {t.markRead}
              </button>
        )}
          <button type="button" className="plain" disabled={!reach} onClick={() => onMark("archive")}>
            {t.archive}
          </button>
        </span>
        )}
      </footer>
    </li>
  );
}
