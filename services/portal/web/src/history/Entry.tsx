import { useEffect, useState, type ReactElement, type ReactNode } from "react";

import * as calls from "../api/calls.ts";
import type { Cause, Happening, PastEvent, Told } from "../api/types.ts";
import { ExhibitorName } from "../reservations/ExhibitorName.tsx";
import { useSpeech } from "../texts/index.ts";
import { causeIn, momentIn, toldIn } from "./sentences.ts";

interface Props {
  readonly happening: Happening;
  readonly zone: string;
  /** What it is about, where the list is not about that alone. */
  readonly subject?: ReactNode;
  readonly sentence: string;
  /** Null while it is not known. */
  readonly told: readonly Told[] | null;
}

/** One thing that happened, as a story: what led to it, what it was, and whom it was told; the event itself behind that. */
export function Entry({ happening, zone, subject, sentence, told }: Props): ReactElement {
  const { language } = useSpeech();
  const { event, cause } = happening;
  return (
    <>
      <time dateTime={event.time}>{momentIn(language, event.time, zone)}</time>
      <p className="cause">
        <CauseLine cause={cause} />
      </p>
      <div className="line">
        {subject}
        <p className="event">{sentence}</p>
      </div>
      {told !== null && <ToldLine event={event} told={told} zone={zone} />}
      <RawEvent event={event} />
    </>
  );
}

function CauseLine({ cause }: { readonly cause: Cause | null }): ReactElement {
  const { t } = useSpeech();
  const who = useAsker(cause);
  return <>{causeIn(cause, who, t)}</>;
}

/** Who asked, by name: exhibitors have one in the catalog. */
function useAsker(cause: Cause | null): string {
  const { t, language } = useSpeech();
  const [name, setName] = useState<string | null>(null);
  const exhibitor = cause?.role === "exhibitor" ? cause.tenant : null;
  useEffect(() => {
    if (exhibitor === null) return;
    let wanted = true;
    // Without its name it goes by its id.
    calls.exhibitorOnce(exhibitor).then(
      (found) => wanted && setName(found.names?.[language] ?? found.name),
      () => wanted && setName(null),
    );
    return () => void (wanted = false);
  }, [exhibitor, language]);
  if (cause === null || cause.role === null) return "";
  if (cause.tenant === null) return t.happenings.role[cause.role];
  return cause.role === "exhibitor" ? (name ?? cause.tenant) : t.happenings.organizer(cause.tenant);
}

function ToldLine({ event, told, zone }: { readonly event: PastEvent; readonly told: readonly Told[]; readonly zone: string }): ReactElement {
  const { t, language } = useSpeech();
  const people = told.filter(({ recipient_kind }) => recipient_kind !== "participant");
  const participants = told.length - people.length;
  if (told.length === 0) {
    return <p className="quiet told">{typeof event.data["told_by"] === "string" ? t.toldTogether : t.happenings.toldNobody}</p>;
  }
  return (
    <div className="told">
      <span className="quiet">{t.happenings.told}</span>
      <ul>
        {people.map((one) => (
          <li key={`${one.recipient_kind}/${one.recipient}`}>
            {one.recipient_kind === "exhibitor" ? <ExhibitorName id={one.recipient} /> : t.happenings.organizer(one.recipient)}
            <span className={one.mail?.state === "parked" ? "way failed" : "way"}>{toldIn(one, language, zone, t)}</span>
          </li>
        ))}
        {participants > 0 && <li>{t.happenings.participants(participants)}</li>}
      </ul>
    </div>
  );
}

/** The event as it travelled, for those who build on it. */
function RawEvent({ event }: { readonly event: PastEvent }): ReactElement {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const text = JSON.stringify(event, null, 2);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid(t.happenings.copied),
      () => setSaid(t.happenings.notCopied),
    );
  };
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t.happenings.raw}</summary>
      {open && (
        <>
          <p className="links">
            <code>{event.type}</code>
            <a href={`/schemas/${event.type}.json`} target="_blank" rel="noreferrer">
              {t.happenings.schema}
            </a>
            <button type="button" onClick={copy}>
              {t.happenings.copy}
            </button>
            <span role="status" className="quiet">
              {said}
            </span>
          </p>
          <pre tabIndex={0}>{text}</pre>
        </>
      )}
    </details>
  );
}
