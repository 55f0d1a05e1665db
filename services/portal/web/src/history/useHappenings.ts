import { useCallback, useEffect, useRef, useState } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import type { Happening } from "../api/types.ts";
import { Stream } from "../live/stream.ts";
import { begun, caughtUp, continued, told, type Log } from "./log.ts";

const PAGE = 40;

export interface HappeningsNow {
  /** Null while the first page has not been read. */
  readonly log: Log | null;
  /** Why it could not be read; `again` tries anew. */
  readonly failed: Problem | null;
  /** Whether nobody says what happens now. */
  readonly lost: boolean;
  /** How many have come to the top by themselves since the page was opened. */
  readonly came: number;
  readonly again: () => void;
  readonly earlier: () => Promise<void>;
  readonly catchUp: () => void;
}

/** What happened and fits a query, followed live; `reading` tells whether the reader would be disturbed by being moved. */
export function useHappenings(query: string, following: boolean, reading: () => boolean, onRefused: (error: unknown) => void): HappeningsNow {
  const [found, setFound] = useState<{ readonly of: string; readonly log: Log } | null>(null);
  const [failed, setFailed] = useState<Problem | null>(null);
  const [lost, setLost] = useState(false);
  const [came, setCame] = useState(0);
  const [turn, setTurn] = useState(0);
  const isReading = useRef(reading);
  isReading.current = reading;
  const log = found?.of === query ? found.log : null;
  const again = useCallback((): void => setTurn((n) => n + 1), []);

  useEffect(() => {
    const stop = new AbortController();
    setFailed(null);
    setCame(0);
    calls.happenings(new URLSearchParams(`${query}&limit=${PAGE}`), stop.signal).then(
      (page) => setFound({ of: query, log: begun(page) }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        if (error instanceof Problem && error.status !== 401) setFailed(error);
        else onRefused(error);
      },
    );
    return () => stop.abort();
  }, [query, turn, onRefused]);

  const start = log?.position ?? null;
  useEffect(() => {
    if (!following || start === null) return;
    // A stream that is opened anew tells from the start again.
    const heard = new Set<string>();
    const hear = (event: string, text: string): void => {
      setLost(false);
      if (event === "reset") return again();
      const { happenings } = JSON.parse(text) as { readonly happenings: readonly Happening[] };
      if (happenings.length === 0) return;
      const still = isReading.current();
      setFound((now) => (now?.of === query ? { of: query, log: told(now.log, happenings, still) } : now));
      const fresh = happenings.filter(({ event }) => !heard.has(event.id));
      for (const { event } of fresh) heard.add(event.id);
      if (!still) setCame((n) => n + fresh.length);
    };
    // Not shared with other tabs: each looks for something else, and goes on from its own place.
    const stream = new Stream(`/api/booking/happenings/live?${query}&after=${start}`, {
      events: ["happenings", "reset"],
      told: hear,
      opened: () => setLost(false),
      lost: () => setLost(true),
    });
    stream.begin();
    return () => {
      stream.end();
      setLost(false);
    };
  }, [query, following, start, again]);

  const next = log?.next ?? null;
  const earlier = useCallback(async (): Promise<void> => {
    if (next === null) return;
    try {
      const page = await calls.happenings(new URLSearchParams(`${query}&limit=${PAGE}&cursor=${encodeURIComponent(next)}`), new AbortController().signal);
      setFound((now) => (now?.of === query ? { of: query, log: continued(now.log, page) } : now));
    } catch (error) {
      onRefused(error);
    }
  }, [query, next, onRefused]);
  const catchUp = useCallback((): void => setFound((now) => (now === null ? now : { ...now, log: caughtUp(now.log) })), []);
  return { log, failed, lost, came, again, earlier, catchUp };
}
