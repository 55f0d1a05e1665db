import { useCallback, useEffect, useState } from "react";

import * as calls from "../api/calls.ts";
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
export function useInbox(pulse: number): InboxNow {
  const [inbox, setInbox] = useState<Inbox>({ entries: [], unseen: 0 });
  const refresh = useCallback(async (): Promise<void> => setInbox(await calls.inbox()), []);
  useEffect(() => {
    let reads = pulse === 0 ? EAGER_READS : 0;
    let handle: ReturnType<typeof setTimeout>;
    let wanted = true;
    async function round(): Promise<void> {
      reads += 1;
      // An inbox that cannot be read now is read at the next round; nothing on the page depends on it.
      if (!document.hidden) await refresh().catch(() => undefined);
      if (wanted) handle = setTimeout(() => void round(), reads < EAGER_READS ? EAGER_MS : IDLE_MS);
    }
    void round();
    return () => {
      wanted = false;
      clearTimeout(handle);
    };
  }, [pulse, refresh]);
  return { inbox, refresh };
}
