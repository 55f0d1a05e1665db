import type { ReactElement } from "react";

import type { Fair, Session } from "./api/types.ts";
import { titlesOf } from "./landing.ts";
import { LanguageSwitch } from "./session/LanguageSwitch.tsx";
import { nameIn, useSpeech, type Language } from "./texts/index.ts";

interface Props {
  readonly session: Session;
  readonly fairs: readonly Fair[];
  readonly fair: Fair | undefined;
  readonly unseen: number;
  readonly onFair: (slug: string) => void;
  readonly onInbox: () => void;
  readonly onLanguage: (language: Language) => void;
  readonly onSignOut: () => void;
}

export function Header(props: Props): ReactElement {
  const { session, fairs, fair, unseen, onFair, onInbox, onLanguage, onSignOut } = props;
  const { t, language } = useSpeech();
  const titles = titlesOf(
    fairs,
    (one) => nameIn(one.name, language, one.slug),
    (one) => dates(one, language),
  );
  return (
    <header className="top">
      <a className="brand" href="#/">
        <img src="/icon.svg" width="28" height="28" alt="" />
        <span>{t.brand}</span>
      </a>
      <div className="fair-name">
        {fairs.length > 1 ? (
          <select aria-label={t.fair} value={fair?.slug} onChange={(event) => onFair(event.target.value)}>
            {fairs.map((one, n) => (
              <option key={one.slug} value={one.slug}>
                {titles[n]}
              </option>
            ))}
          </select>
        ) : (
          <strong>{fair !== undefined && nameIn(fair.name, language, fair.slug)}</strong>
        )}
        {fair !== undefined && <span className="quiet dates">{dates(fair, language)}</span>}
      </div>
      <LanguageSwitch onChoose={onLanguage} />
      {hasInbox(session) && (
        <button type="button" className="inbox-button" onClick={onInbox} aria-label={t.inboxUnseen(unseen)}>
          {t.inbox}
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

/** The show days; dates of the calendar, so no time zone may shift them. */
function dates(fair: Fair, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  return format.formatRange(new Date(fair.starts), new Date(fair.ends));
}
