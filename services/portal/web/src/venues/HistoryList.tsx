import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Delivery, History, PastEvent } from "../api/types.ts";
import { useSpeech, type Language, type Texts } from "../texts/index.ts";
import { whenIn } from "./words.ts";

interface Props {
  readonly booking: string;
  readonly zone: string;
  /** Changes when there may be more to tell. */
  readonly turn: number;
  readonly names: ReadonlyMap<string, string>;
  readonly onRefused: (error: unknown) => void;
}

/** What happened to a booking, the newest first: each event as a sentence, whom mails told of it, and the event itself. */
export function HistoryList({ booking, zone, turn, names, onRefused }: Props): ReactElement {
  const { t, language } = useSpeech();
  const [history, setHistory] = useState<History | null>(null);
  useEffect(() => void calls.history(booking).then(setHistory, onRefused), [booking, turn, onRefused]);
  if (history === null) return <p className="waiting">{t.loading}</p>;
  return (
    <ol className="history" reversed>
      {history.events.map((event) => (
        <li key={event.id}>
          <time dateTime={event.at}>{momentIn(language, event.at, zone)}</time>
          <p>{sentence(event, names, language, zone, t)}</p>
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
      {mails?.length === 0 && <p className="quiet">{t.noMails}</p>}
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

export function momentIn(language: Language, moment: string, zone: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23", timeZone: zone });
  return format.format(Date.parse(moment));
}

/** An event in words; one of a type that is younger than this page goes by its name. */
export function sentence(event: PastEvent, names: ReadonlyMap<string, string>, language: Language, zone: string, t: Texts): string {
  const words = t.happened as Readonly<Record<string, string>>;
  const kind = event.type.split(".").at(-2) ?? event.type;
  const data = event.data;
  const parts = [words[kind] ?? kind];
  const text = (name: string): string => (typeof data[name] === "string" ? (data[name] as string) : "");
  if (kind === "rescheduled") parts.push(`${placesIn(data["former"], names, language, zone)} → ${placesIn(data["uses"], names, language, zone)}`);
  const rank = data["rank"];
  if (typeof rank === "number") parts.push(data["waits"] === true ? t.optionWaits(rank) : t.optionRank(rank));
  const deadline = text("expires_at") || text("answer_by");
  if (deadline !== "") parts.push(t.byThen(momentIn(language, deadline, zone)));
  const why = text("reason") || text("override");
  if (why !== "") parts.push(`“${why}”`);
  return parts.join(" · ");
}

function placesIn(uses: unknown, names: ReadonlyMap<string, string>, language: Language, zone: string): string {
  if (!Array.isArray(uses)) return "";
  const shown = (uses as readonly { space: string; show: { start: string; end: string } }[]).map(({ space, show }) => {
    const name = [...names].find(([id]) => id.endsWith(`/${space}`))?.[1] ?? space;
    return `${name}, ${whenIn(language, Date.parse(show.start), Date.parse(show.end), zone)}`;
  });
  return shown.length > 1 ? `${shown[0]} (+${shown.length - 1})` : (shown[0] ?? "");
}
