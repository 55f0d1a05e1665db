import { useEffect, useMemo, useState } from "react";

import * as calls from "../api/calls.ts";
import type { Exhibitor } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";
import { standing, type BoothPlace } from "./standing.ts";

const PAUSE_MS = 250;
const WORD_MIN = 2;

/** Names by booth of those exhibitors whom a search finds; null where nobody is looked for, or the answer is to come. */
export type Standing = ReadonlyMap<string, readonly string[]> | null;

/** Where those stand whose names begin with some words. */
export function useNamed(fair: string, sought: string, places: readonly BoothPlace[], onRefused: (error: unknown) => void): Standing {
  const words = sought.trim();
  return useStanding(fair, words.length >= WORD_MIN ? words : "", "", places, onRefused);
}

/** Where those stand who show a product group. */
export function useShowing(fair: string, group: string, places: readonly BoothPlace[], onRefused: (error: unknown) => void): Standing {
  return useStanding(fair, "", group, places, onRefused);
}

/** Asked for once the reader pauses. */
function useStanding(
  fair: string,
  words: string,
  group: string,
  places: readonly BoothPlace[],
  onRefused: (error: unknown) => void,
): Standing {
  const { language } = useSpeech();
  const seeking = words !== "" || group !== "";
  const [found, setFound] = useState<readonly Exhibitor[] | null>(null);
  useEffect(() => {
    setFound(null);
    if (!seeking) return;
    const stop = new AbortController();
    const ask = (): void => {
      calls.exhibitorsOf(fair, words, group, stop.signal).then(setFound, (error: unknown) => {
        if (!stop.signal.aborted) onRefused(error);
      });
    };
    const timer = setTimeout(ask, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [fair, words, group, seeking, onRefused]);
  return useMemo(
    () => (seeking && found !== null ? standing(found, places, (one) => one.names?.[language] ?? one.name) : null),
    [seeking, found, places, language],
  );
}
