import { useCallback, useEffect, useState } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import type { Inbox } from "../api/types.ts";

export interface InboxNow {
  readonly inbox: Inbox;
  readonly refresh: () => Promise<void>;
}

const IDLE_MS = 10_000;
const EAGER_MS = 1000;
const EAGER_READS = 5;

/**
 * The inbox, read every ten seconds while the page is looked at, and every second for a few seconds after `pulse`
 * changes: what was just done will be told there in a moment.
 */
export function useInbox(wanted: boolean, pulse: number, language: string, onSignedOut: () => void): InboxNow {
  const [inbox, setInbox] = useState<Inbox>({ entries: [], unseen: 0 });
  const refresh = useCallback(async (): Promise<void> => setInbox(await calls.inbox(language)), [language]);
  useEffect(() => {
    let reads = pulse === 0 ? EAGER_READS : 0;
    let handle: ReturnType<typeof setTimeout>;
    let going = wanted;
    async function round(): Promise<void> {
      reads += 1;
      // An inbox that cannot be read now is read at the next round; nothing on the page depends on it. A session that is
      // over is found out here, where streams and other reads only try again.
      if (!document.hidden) await refresh().catch((error: unknown) => error instanceof Problem && error.status === 401 && onSignedOut());
      if (going) handle = setTimeout(() => void round(), reads < EAGER_READS ? EAGER_MS : IDLE_MS);
    }
    if (wanted) void round();
    return () => {
      going = false;
      clearTimeout(handle);
    };
  }, [wanted, pulse, refresh, onSignedOut]);
  return { inbox, refresh };
}
