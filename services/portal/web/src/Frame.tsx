import { useCallback, useState, type ReactElement, type ReactNode } from "react";

import * as calls from "./api/calls.ts";
import { Problem } from "./api/problem.ts";
import type { Inbox, Session } from "./api/types.ts";
import { hasInbox, Header, type Place } from "./Header.tsx";
import { InboxDialog } from "./inbox/InboxDialog.tsx";
import { useInbox } from "./inbox/useInbox.ts";
import { NoticeBar, type Notice, type Say } from "./notices.tsx";
import { useSpeech, type Language } from "./texts/index.ts";

export interface FrameProps {
  readonly session: Session;
  readonly onLanguage: (language: Language) => void;
  /** The session is over; `next` is where the provider is signed out of, too. */
  readonly onSignedOut: (next?: string | null) => void;
}

/** What every page behind the sign-in needs: what is said, the inbox, and where refusals go. */
export interface Tools extends FrameProps {
  readonly notice: Notice | null;
  readonly say: Say;
  readonly inbox: Inbox;
  readonly refreshInbox: () => Promise<void>;
  readonly acted: () => void;
  readonly refused: (error: unknown) => void;
}

export function useTools(props: FrameProps): Tools {
  const { session, onSignedOut } = props;
  const { language } = useSpeech();
  const [notice, say] = useState<Notice | null>(null);
  const [pulse, setPulse] = useState(0);
  const { inbox, refresh } = useInbox(hasInbox(session), pulse, language, onSignedOut);
  const refused = useCallback(
    (error: unknown): void => {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) onSignedOut();
      else say({ kind: "refused", problem: error });
    },
    [onSignedOut],
  );
  const acted = useCallback((): void => setPulse((n) => n + 1), []);
  return { ...props, notice, say, inbox, refreshInbox: refresh, acted, refused };
}

interface Props {
  readonly tools: Tools;
  readonly place: Place;
  /** What the header says of where the reader is: the fair, the venue. */
  readonly context: ReactNode;
  readonly timeZoneOf: (fair: string | null) => string | undefined;
  readonly children: ReactNode;
}

/** The header, the page, what was last said, and the inbox over it. */
export function Frame({ tools, place, context, timeZoneOf, children }: Props): ReactElement {
  const { session, notice, say, inbox, refreshInbox, refused, onSignedOut, onLanguage } = tools;
  const [inboxOpen, setInboxOpen] = useState(false);
  const quieten = useCallback((): void => say(null), [say]);
  return (
    <>
      <Header
        session={session}
        place={place}
        context={context}
        unseen={inbox.unseen}
        onInbox={() => setInboxOpen(true)}
        onLanguage={onLanguage}
        onSignOut={() => void calls.signOut().then(onSignedOut, refused)}
      />
      <main className="page">{children}</main>
      <NoticeBar notice={notice} onClose={quieten} />
      {inboxOpen && (
        <InboxDialog
          inbox={inbox}
          organizer={session.organizer !== null}
          timeZoneOf={timeZoneOf}
          onChange={refreshInbox}
          onRefused={refused}
          onClose={() => setInboxOpen(false)}
        />
      )}
    </>
  );
}
