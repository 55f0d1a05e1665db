import { useCallback, useEffect, useRef, useState } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import type { Timeline } from "../api/types.ts";
import { SharedStream } from "../live/shared.ts";
import type { TimeWindow } from "./time.ts";

const RETRY_MS = 3_000;

export interface TimelineNow {
  /** Null while the window in view has not been read yet. */
  readonly timeline: Timeline | null;
  /** Whether what is shown may be out of date, because nobody says when it changes or it could not be read. */
  readonly stale: boolean;
  /** Reads it again; settles when that has been shown. */
  readonly again: () => Promise<void>;
}

/** The window in view and nothing else, read again whenever the venue says that something changed. */
export function useTimeline(venue: string, account: string, window: TimeWindow, onRefused: (error: unknown) => void): TimelineNow {
  const [found, setFound] = useState<{ readonly of: string; readonly timeline: Timeline } | null>(null);
  const [live, setLive] = useState(true);
  const [failed, setFailed] = useState(false);
  const read = useRef<() => Promise<void>>(() => Promise.resolve());
  const { start, end } = window;
  const wanted = `${venue} ${start} ${end}`;

  useEffect(() => {
    const stop = new AbortController();
    // One reading at a time, so that many changes at once starve none; who asks meanwhile waits for the one that follows.
    let last = Promise.resolve();
    let waiting: Promise<void> | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      waiting = null;
      try {
        const timeline = await calls.timeline(venue, start, end, stop.signal);
        setFound({ of: wanted, timeline });
        setFailed(false);
      } catch (error) {
        if (stop.signal.aborted) return;
        // What cannot be read now is read again in a moment; a no is told.
        setFailed(true);
        if (error instanceof Problem && error.passing) retry = setTimeout(() => void read.current(), RETRY_MS);
        else onRefused(error);
      }
    };
    read.current = () => {
      waiting ??= last.then(once);
      last = waiting;
      return waiting;
    };
    void read.current();
    return () => {
      clearTimeout(retry);
      stop.abort();
    };
  }, [venue, start, end, wanted, onRefused]);

  useEffect(() => {
    const stream = new SharedStream(`/api/booking/venues/${encodeURIComponent(venue)}/live`, account, {
      events: {
        changed: () => {
          setLive(true);
          void read.current();
        },
      },
      lost: () => setLive(false),
      // Whoever comes later reads by itself, once it hears that somebody listens.
      whole: () => ({ event: "changed", data: null }),
    });
    stream.begin();
    return () => stream.end();
  }, [venue, account]);

  const again = useCallback((): Promise<void> => read.current(), []);
  return { timeline: found?.of === wanted ? found.timeline : null, stale: failed || !live, again };
}
