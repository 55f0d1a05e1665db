import { useCallback, useEffect, useState } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import type { Timeline } from "../api/types.ts";
import type { TimeWindow } from "./time.ts";

const EVERY_MS = 15_000;

export interface TimelineNow {
  /** Null while the window in view has not been read yet. */
  readonly timeline: Timeline | null;
  /** Whether what is shown may be out of date, because it could not be read again. */
  readonly stale: boolean;
  readonly again: () => void;
}

/** The window in view and nothing else, read again every quarter of a minute while the page is looked at. */
export function useTimeline(venue: string, window: TimeWindow, onRefused: (error: unknown) => void): TimelineNow {
  const [found, setFound] = useState<{ readonly of: string; readonly timeline: Timeline } | null>(null);
  const [stale, setStale] = useState(false);
  const [turn, setTurn] = useState(0);
  const { start, end } = window;
  const wanted = `${venue} ${start} ${end}`;
  useEffect(() => {
    const stop = new AbortController();
    let handle: ReturnType<typeof setTimeout>;
    async function round(): Promise<void> {
      if (!document.hidden) {
        try {
          const timeline = await calls.timeline(venue, start, end, stop.signal);
          setFound({ of: wanted, timeline });
          setStale(false);
        } catch (error) {
          if (stop.signal.aborted) return;
          // What cannot be read now is read at the next round, and says that it is old; a no is told.
          setStale(true);
          if (!(error instanceof Problem && error.passing)) return onRefused(error);
        }
      }
      if (!stop.signal.aborted) handle = setTimeout(() => void round(), EVERY_MS);
    }
    void round();
    return () => {
      stop.abort();
      clearTimeout(handle);
    };
  }, [venue, start, end, wanted, turn, onRefused]);
  const again = useCallback((): void => setTurn((n) => n + 1), []);
  return { timeline: found?.of === wanted ? found.timeline : null, stale, again };
}
