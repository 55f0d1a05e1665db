import { useCallback, useMemo, useSyncExternalStore } from "react";

import { Feed, type LiveState } from "./feed.ts";

/** The live picture of one fair, for as long as somebody looks at it. */
export function useLive(fair: string, account: string): LiveState {
  const feed = useMemo(() => new Feed(`/api/booking/live?fair=${encodeURIComponent(fair)}`, account), [fair, account]);
  const subscribe = useCallback((listener: () => void) => feed.subscribe(listener), [feed]);
  return useSyncExternalStore(subscribe, () => feed.state);
}
