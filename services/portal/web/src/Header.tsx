import type { ReactElement, ReactNode } from "react";

import type { Session } from "./api/types.ts";
import { DESK_HASH } from "./desk/address.ts";
import { HAPPENINGS_HASH } from "./history/address.ts";
import { LanguageSwitch } from "./session/LanguageSwitch.tsx";
import { BOOKINGS_HASH } from "./bookings/address.ts";
import { FAIRS_HASH } from "./fairs/address.ts";
import { useSpeech, type Language } from "./texts/index.ts";
import { VENUES_HASH } from "./venues/address.ts";

/** The parts of Pavilion that the header leads to; the desk is for those who run fairs. */
export type Place = "fairs" | "bookings" | "venues" | "desk" | "happenings";

interface Props {
  readonly session: Session;
  readonly place: Place;
  readonly context: ReactNode;
  readonly unseen: number;
  readonly onInbox: () => void;
  readonly onLanguage: (language: Language) => void;
  readonly onSignOut: () => void;
}

export function Header({ session, place, context, unseen, onInbox, onLanguage, onSignOut }: Props): ReactElement {
  const { t } = useSpeech();
  return (
    <header className="top">
      <a className="brand" aria-label={t.brand} href="#/">
        <img src="/icon.svg" width="28" height="28" alt="" />
        <span>{t.brand}</span>
      </a>
      <nav className="places" aria-label={t.places}>
        <a href={FAIRS_HASH} aria-current={place === "fairs" ? "page" : undefined}>
          {t.fairs}
        </a>
        {session.exhibitor !== null && (
          <a href={BOOKINGS_HASH} aria-current={place === "bookings" ? "page" : undefined}>
            {t.myBookings}
          </a>
        )}
        <a href={VENUES_HASH} aria-current={place === "venues" ? "page" : undefined}>
          {t.venues}
        </a>
        {runsFairs(session) && (
          <a href={DESK_HASH} aria-current={place === "desk" ? "page" : undefined}>
            <span className="wide">{t.desk}</span>
            <span className="narrow">{t.deskShort}</span>
          </a>
        )}
        {session.exhibitor === null && (
          <a href={HAPPENINGS_HASH} aria-current={place === "happenings" ? "page" : undefined}>
            <span className="wide">{t.happenings.title}</span>
            <span className="narrow">{t.happenings.short}</span>
          </a>
        )}
      </nav>
      <div className="context">{context}</div>
      <LanguageSwitch onChoose={onLanguage} />
      {hasInbox(session) && (
        <button type="button" className="inbox-button" onClick={onInbox} aria-label={t.inboxUnseen(unseen)}>
          {t.inbox}{" "}
          {unseen > 0 && (
            <span className="badge" aria-hidden="true">
              {unseen}
            </span>
          )}
        </button>
      )}
      <div className="who">
        <span>{session.display}</span>
        <span className="quiet">{t.role[session.role]}</span>
      </div>
      <button type="button" className="plain" onClick={onSignOut}>
        {t.signOut}
      </button>
    </header>
  );
}

/** Exhibitors and organizers are told things; administrators and services are not. */
export function hasInbox(session: Session): boolean {
  return session.exhibitor !== null || session.organizer !== null;
}

/** Organizers run their own fairs, administrators all. */
export function runsFairs(session: Session): boolean {
  return session.organizer !== null || session.role === "admin";
}
