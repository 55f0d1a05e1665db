import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Delivery, History, PastEvent } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";
import { momentIn } from "./sentences.ts";

interface Props {
  /** `space-bookings` or `reservations`. */
  readonly of: calls.Told;
  readonly id: string;
  readonly zone: string;
  /** Changes when there may be more to tell. */
  readonly turn: number | string;
  /** An event in words. */
  readonly tell: (event: PastEvent) => string;
}

/** What happened, behind a heading that opens it: read only when somebody wants to know. */
export function WhatHappened(props: Props): ReactElement {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <details className="what-happened" onToggle={({ currentTarget, target }) => target === currentTarget && setOpen(currentTarget.open)}>
      <summary>{t.whatHappened}</summary>
      {open && <HistoryList {...props} />}
    </details>
  );
}

/** The newest first: each event as a sentence, whom mails told of it, and the event itself. */
function HistoryList({ of, id, zone, turn, tell }: Props): ReactElement {
  const { t, language } = useSpeech();
  const [history, setHistory] = useState<History | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let asked = true;
    calls.history(of, id).then(
      (found) => {
        if (!asked) return;
        setHistory(found);
        setFailed(false);
      },
      () => asked && setFailed(true),
    );
    return () => void (asked = false);
  }, [of, id, turn]);
  if (failed) return <p className="quiet">{t.problem.unexpected}</p>;
  if (history === null) return <p className="waiting">{t.loading}</p>;
  return (
    <ol className="history" reversed>
      {history.events.map((event) => (
        <li key={event.id}>
          <time dateTime={event.at}>{momentIn(language, event.at, zone)}</time>
          <p>{tell(event)}</p>
          <Told event={event} />
        </li>
      ))}
      {!history.complete && <li className="quiet">{t.historyCut}</li>}
    </ol>
  );
}

/** Read only when somebody wants to know. */
function Told({ event }: { readonly event: PastEvent }): ReactElement {
  const { t } = useSpeech();
  const [mails, setMails] = useState<readonly Delivery[] | null>(null);
  const [failed, setFailed] = useState(false);
  const opened = (open: boolean): void => {
    if (!open || mails !== null) return;
    setFailed(false);
    calls.mailsAbout(event.id).then(setMails, () => setFailed(true));
  };
  return (
    <details onToggle={({ currentTarget }) => opened(currentTarget.open)}>
      <summary>{t.historyMore}</summary>
      {failed && <p className="quiet">{t.problem.unexpected}</p>}
      {mails?.length === 0 && <p className="quiet">{typeof event.data["told_by"] === "string" ? t.toldTogether : t.noMails}</p>}
      <ul>
        {(mails ?? []).map((mail) => (
          <li key={mail.id}>{t.mailTo(mail.recipient, (t.mailState as Readonly<Record<string, string>>)[mail.state] ?? mail.state)}</li>
        ))}
      </ul>
      <p className="quiet">
        <code>{event.type}</code>
      </p>
      <pre tabIndex={0}>{JSON.stringify(event.data, null, 2)}</pre>
    </details>
  );
}
