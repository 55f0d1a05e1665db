import { useCallback, useEffect, useState, type ReactElement } from "react";

import * as calls from "./api/calls.ts";
import { Problem } from "./api/problem.ts";
import type { Fair, Hall, Session } from "./api/types.ts";
import { Booking } from "./Booking.tsx";
import { HallTabs } from "./HallTabs.tsx";
import { hasInbox, Header } from "./Header.tsx";
import { InboxDialog } from "./inbox/InboxDialog.tsx";
import { useInbox } from "./inbox/useInbox.ts";
import { landingFair, placeHash, placeOf, today, type Place } from "./landing.ts";
import { NoticeBar, type Notice } from "./notices.tsx";
import { useSpeech, type Language } from "./texts/index.ts";

interface Props {
  readonly session: Session;
  readonly onLanguage: (language: Language) => void;
  readonly onSignedOut: () => void;
}

/** Everything behind the sign-in: the fair and hall in view, the inbox, and what was last said to the reader. */
export function FairPage({ session, onLanguage, onSignedOut }: Props): ReactElement {
  const { t, language } = useSpeech();
  const [fairs, setFairs] = useState<readonly Fair[] | null>(null);
  const [halls, setHalls] = useState<readonly Hall[] | null>(null);
  const [place, go] = usePlace();
  const [notice, setNotice] = useState<Notice | null>(null);
  const [inboxOpen, setInboxOpen] = useState(false);
  const [pulse, setPulse] = useState(0);
  const { inbox, refresh } = useInbox(hasInbox(session), pulse, language);

  const refused = useCallback(
    (error: unknown): void => {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) onSignedOut();
      else setNotice({ kind: "refused", problem: error });
    },
    [onSignedOut],
  );

  useEffect(() => void calls.fairs().then(setFairs, refused), [refused]);
  const own = useOwnFair(session);
  const open = (fairs ?? []).filter((fair) => fair.state !== "draft");
  const fair = landingFair(open, place.fair, own, today(Date.now()));
  const slug = fair?.slug;

  useEffect(() => {
    setHalls(null);
    if (slug !== undefined) void calls.halls(slug).then((found) => setHalls(found.filter((one) => one.booths > 0)), refused);
  }, [slug, refused]);
  const hall = halls?.find((one) => one.hall === place.hall) ?? halls?.[0];

  const elsewhere =
    place.fair !== "" && place.fair !== slug
      ? t.fairUnknown(place.fair)
      : place.hall !== "" && place.hall !== hall?.hall
        ? t.hallUnknown(place.hall)
        : null;

  const quieten = useCallback((): void => setNotice(null), []);
  const acted = useCallback((): void => setPulse((n) => n + 1), []);
  const signOut = (): void => void calls.signOut().then(onSignedOut, refused);

  return (
    <>
      <Header
        session={session}
        fairs={open}
        fair={fair}
        unseen={inbox.unseen}
        onFair={(chosen) => go({ fair: chosen, hall: "" })}
        onInbox={() => setInboxOpen(true)}
        onLanguage={onLanguage}
        onSignOut={signOut}
      />
      <main className="page">
        {fairs === null && <p className="waiting">{t.loading}</p>}
        {fairs !== null && fair === undefined && <p className="waiting">{t.noFair}</p>}
        {fair !== undefined && halls?.length === 0 && <p className="waiting">{t.noHalls}</p>}
        {fair !== undefined && halls !== null && halls.length > 0 && (
          <>
            {elsewhere !== null && (
              <p role="status" className="elsewhere">
                {elsewhere}
              </p>
            )}
            <HallTabs fair={fair} halls={halls} hall={hall} />
          </>
        )}
        {fair !== undefined && hall !== undefined && (
          <Booking
            key={fair.slug}
            session={session}
            fair={fair}
            hall={hall}
            inbox={inbox.entries}
            onActed={acted}
            onRefused={refused}
            onNotice={setNotice}
          />
        )}
      </main>
      <NoticeBar notice={notice} onClose={quieten} />
      {inboxOpen && (
        <InboxDialog
          inbox={inbox}
          organizer={session.organizer !== null}
          timeZoneOf={(slug) => open.find((one) => one.slug === slug)?.time_zone}
          onChange={refresh}
          onRefused={refused}
          onClose={() => setInboxOpen(false)}
        />
      )}
    </>
  );
}

/** An exhibitor's own fair comes first; null while it is not known and for those who have none. */
function useOwnFair(session: Session): string | null {
  const [fair, setFair] = useState<string | null>(null);
  useEffect(() => {
    if (session.exhibitor === null) return;
    // Where it cannot be read the first published fair is shown, and the reader can choose.
    calls.exhibitor(session.exhibitor).then(
      (found) => setFair(found.fair),
      () => setFair(null),
    );
  }, [session.exhibitor]);
  return fair;
}

/** The fair and hall in the address, so that a link and the back button lead there. */
function usePlace(): [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const moved = (): void => setPlace(placeOf(location.hash));
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);
  return [place, ({ fair, hall }) => void (location.hash = placeHash(fair, hall))];
}
