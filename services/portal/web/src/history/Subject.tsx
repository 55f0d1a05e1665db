import type { ReactElement } from "react";

import type { PastEvent } from "../api/types.ts";
import { ExhibitorName } from "../reservations/ExhibitorName.tsx";
import { useSpeech } from "../texts/index.ts";
import type { Sought } from "./address.ts";
import { boothsOf, isOfSpaces, placesIn } from "./sentences.ts";

interface Props {
  readonly event: PastEvent;
  readonly names: ReadonlyMap<string, string>;
  readonly zone: string;
  readonly onSought: (sought: Partial<Sought>) => void;
}

/** What an event is about: the booths, each a way to what happened to it, and whose they are; or the spaces and times. */
export function Subject({ event, names, zone, onSought }: Props): ReactElement {
  const { t, language } = useSpeech();
  const { exhibitor, title, organizer } = event.data as Readonly<Record<string, string | undefined>>;
  if (isOfSpaces(event)) {
    return (
      <p className="subject">
        <strong>{title || t.untitled}</strong> <span>{placesIn(event.data["uses"], names, language, zone)}</span>{" "}
        <span className="quiet">{t.happenings.organizer(organizer ?? "")}</span>
      </p>
    );
  }
  return (
    <div className="subject">
      <ul className="chips">
        {boothsOf(event).map((booth) => (
          <li key={booth}>
            <button type="button" className="plain" aria-label={t.happenings.onlyBooth(booth)} onClick={() => onSought({ booth })}>
              {booth}
            </button>
          </li>
        ))}
      </ul>
      {exhibitor !== undefined && exhibitor !== null && <ExhibitorName id={exhibitor} />}
    </div>
  );
}
