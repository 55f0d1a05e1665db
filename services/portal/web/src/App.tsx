import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactElement } from "react";

import * as calls from "./api/calls.ts";
import { sendCsrf } from "./api/client.ts";
import { Problem } from "./api/problem.ts";
import type { Session } from "./api/types.ts";
import { BOOKINGS_HASH } from "./bookings/address.ts";
import { BookingsPage } from "./bookings/BookingsPage.tsx";
import { FAIRS_HASH } from "./fairs/address.ts";
import { FairsPage } from "./fairs/FairsPage.tsx";
import { deskOf } from "./desk/address.ts";
import { FairPage } from "./FairPage.tsx";
import type { FrameProps } from "./Frame.tsx";
import { soughtOf } from "./history/address.ts";
import { useHash } from "./useHash.ts";
import { VenuePage } from "./VenuePage.tsx";
import { viewOf } from "./venues/address.ts";
import { hasSignedIn, rememberSignIn } from "./session/memory.ts";
import { SignIn } from "./session/SignIn.tsx";
import { SignInAgain } from "./session/SignInAgain.tsx";
import { comingBack, here, startAddress } from "./session/start.ts";
import {
  LANGUAGES,
  SpeechContext,
  firstLanguage,
  hasChosenLanguage,
  isLanguage,
  refusal,
  rememberLanguage,
  useSpeech,
  type Language,
} from "./texts/index.ts";

type Who = Session | "unknown" | "nobody";

/** The page: its address, and who is signed in, decide what is shown; the language goes to everything below. */
export function App(): ReactElement {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const speech = useMemo(() => ({ language, t: LANGUAGES[language] }), [language]);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const chooseLanguage = useCallback((chosen: Language): void => {
    rememberLanguage(chosen);
    setLanguage(chosen);
  }, []);

  return (
    <SpeechContext value={speech}>
      {location.pathname === "/oidc/authorize" && <SignIn onLanguage={chooseLanguage} />}
      {location.pathname === "/sign-in" && <SignInAgain {...comingBack(location.search)} onLanguage={chooseLanguage} />}
      {!["/oidc/authorize", "/sign-in"].includes(location.pathname) && (
        <Guarded onLanguage={chooseLanguage} onAccountLanguage={setLanguage} />
      )}
    </SpeechContext>
  );
}

interface GuardedProps {
  readonly onLanguage: (language: Language) => void;
  readonly onAccountLanguage: (language: Language) => void;
}

/** What only those see who are signed in; whoever comes without a session is led to where one signs in. */
function Guarded({ onLanguage, onAccountLanguage }: GuardedProps): ReactElement {
  const { t } = useSpeech();
  const [who, setWho] = useState<Who>("unknown");
  const [failed, setFailed] = useState<Problem | null>(null);

  const signedIn = useCallback(
    (session: Session): void => {
      sendCsrf(session.csrf);
      rememberSignIn(true);
      if (!hasChosenLanguage() && isLanguage(session.language)) onAccountLanguage(session.language);
      setWho(session);
    },
    [onAccountLanguage],
  );

  const signedOut = useCallback((next?: string | null): void => {
    rememberSignIn(false);
    if (next) location.assign(next);
    else setWho("nobody");
  }, []);

  const leave = useCallback((): void => {
    rememberSignIn(true);
    location.replace(startAddress(here(location), firstLanguage()));
  }, []);

  const look = useCallback(async (): Promise<void> => {
    setFailed(null);
    // Where nobody signed in before, asking would only put a refusal into the browser's console.
    if (!hasSignedIn()) return leave();
    try {
      signedIn(await calls.session());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) leave();
      else setFailed(error);
    }
  }, [signedIn, leave]);

  useEffect(() => void look(), [look]);

  // Another tab may have signed out, or somebody else in: all tabs have one session.
  const account = typeof who === "object" ? who.account : null;
  useEffect(() => {
    if (account === null) return;
    const check = (): void => {
      if (document.hidden) return;
      calls.session().then(
        (session) => session.account !== account && location.reload(),
        (error: unknown) => error instanceof Problem && error.status === 401 && signedOut(),
      );
    };
    window.addEventListener("focus", check);
    document.addEventListener("visibilitychange", check);
    return () => {
      window.removeEventListener("focus", check);
      document.removeEventListener("visibilitychange", check);
    };
  }, [account, signedOut]);

  return (
    <>
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
      {failed === null && who === "nobody" && <SignInAgain problem={null} back={here(location)} onLanguage={onLanguage} />}
      {failed === null && typeof who === "object" && (
        <Place key={who.account} session={who} onLanguage={onLanguage} onSignedOut={signedOut} />
      )}
    </>
  );
}

/** What few read, or only who runs a fair, is loaded when it is first asked for. */
const HappeningsPage = lazy(() => import("./history/HappeningsPage.tsx").catch(() => ({ default: NotLoaded })));
const DeskPage = lazy(() => import("./desk/DeskPage.tsx").catch(() => ({ default: NotLoaded })));

function Loading(): ReactElement {
  return <p className="waiting">{useSpeech().t.loading}</p>;
}

function NotLoaded(): ReactElement {
  const { happenings } = useSpeech().t;
  return (
    <main className="waiting" role="alert">
      <p>{happenings.notLoaded}</p>
      <button type="button" onClick={() => location.reload()}>
        {happenings.reload}
      </button>
    </main>
  );
}

/** Which page the address leads to. */
function Place(props: FrameProps): ReactElement {
  const hash = useHash();
  if (hash === BOOKINGS_HASH) return <BookingsPage {...props} />;
  if (hash === FAIRS_HASH) return <FairsPage {...props} />;
  const [desk, sought, view] = [deskOf(hash), soughtOf(hash), viewOf(hash)];
  if (desk !== null || sought !== null) {
    return (
      <Suspense fallback={<Loading />}>
        {desk !== null ? <DeskPage view={desk} {...props} /> : sought !== null && <HappeningsPage sought={sought} {...props} />}
      </Suspense>
    );
  }
  return view === null ? <FairPage {...props} /> : <VenuePage view={view} {...props} />;
}
