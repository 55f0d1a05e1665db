import { useCallback, useEffect, useMemo, useState, type ReactElement } from "react";

import * as calls from "./api/calls.ts";
import { sendCsrf } from "./api/client.ts";
import { Problem } from "./api/problem.ts";
import type { Session } from "./api/types.ts";
import { BOOKINGS_HASH } from "./bookings/address.ts";
import { BookingsPage } from "./bookings/BookingsPage.tsx";
import { FAIRS_HASH } from "./fairs/address.ts";
import { FairsPage } from "./fairs/FairsPage.tsx";
import { FairPage } from "./FairPage.tsx";
import type { FrameProps } from "./Frame.tsx";
import { useHash } from "./useHash.ts";
import { VenuePage } from "./VenuePage.tsx";
import { viewOf } from "./venues/address.ts";
import { hasSignedIn, rememberSignIn } from "./session/memory.ts";
import { SignIn } from "./session/SignIn.tsx";
import {
  LANGUAGES,
  SpeechContext,
  firstLanguage,
  hasChosenLanguage,
  isLanguage,
  refusal,
  rememberLanguage,
  type Language,
} from "./texts/index.ts";

type Who = Session | "unknown" | "nobody";

/** The page: who is signed in decides what is shown, the language goes to everything below. */
export function App(): ReactElement {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [who, setWho] = useState<Who>("unknown");
  const [failed, setFailed] = useState<Problem | null>(null);
  const speech = useMemo(() => ({ language, t: LANGUAGES[language] }), [language]);
  const { t } = speech;

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const chooseLanguage = useCallback((chosen: Language): void => {
    rememberLanguage(chosen);
    setLanguage(chosen);
  }, []);

  const signedIn = useCallback((session: Session): void => {
    sendCsrf(session.csrf);
    rememberSignIn(true);
    if (!hasChosenLanguage() && isLanguage(session.language)) setLanguage(session.language);
    setWho(session);
  }, []);

  const signedOut = useCallback((): void => {
    rememberSignIn(false);
    setWho("nobody");
  }, []);

  const look = useCallback(async (): Promise<void> => {
    setFailed(null);
    // Where nobody signed in before, asking would only put a refusal into the browser's console.
    if (!hasSignedIn()) return setWho("nobody");
    try {
      signedIn(await calls.session());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) signedOut();
      else setFailed(error);
    }
  }, [signedIn, signedOut]);

  useEffect(() => void look(), [look]);

  return (
    <SpeechContext value={speech}>
      {failed !== null && (
        <main className="sign-in">
          <div className="card">
            <p role="alert">{refusal(failed, t)}</p>
            <button type="button" onClick={() => void look()}>
              {t.tryAgain}
            </button>
          </div>
        </main>
      )}
      {failed === null && who === "unknown" && <p className="waiting">{t.loading}</p>}
      {failed === null && who === "nobody" && <SignIn onSignedIn={signedIn} onLanguage={chooseLanguage} />}
      {failed === null && typeof who === "object" && (
        <Place key={who.account} session={who} onLanguage={chooseLanguage} onSignedOut={signedOut} />
      )}
    </SpeechContext>
  );
}

/** Which page the address leads to. */
function Place(props: FrameProps): ReactElement {
  const hash = useHash();
  const view = viewOf(hash);
  if (hash === BOOKINGS_HASH) return <BookingsPage {...props} />;
  if (hash === FAIRS_HASH) return <FairsPage {...props} />;
  return view === null ? <FairPage {...props} /> : <VenuePage view={view} {...props} />;
}
