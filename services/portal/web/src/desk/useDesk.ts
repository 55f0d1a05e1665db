/** What the desk knows of its fair beside the live picture: who has which booth, and how the sale goes. */

import { useCallback, useEffect, useRef, useState } from "react";

import { useRead, type Read } from "../api/useRead.ts";
import type { Picture } from "../live/picture.ts";
import * as calls from "./calls.ts";
import type { Sales, Taken } from "./types.ts";

/** A rush of sales is read once, when it has calmed for so long or has lasted for three times that. */
const CALM_MS = 400;

type Refused = (error: unknown) => void;

/** An answer that is asked for anew when the picture moves. */
function useAnswer<T>(ask: () => Promise<T>, picture: Picture, refused: Refused): Read<T> {
  const read = useRead(ask, refused);
  const { again } = read;
  const waiting = useRef<{ readonly since: number; readonly handle: ReturnType<typeof setTimeout> } | null>(null);
  const seen = useRef(picture.booths);
  useEffect(() => {
    if (seen.current === picture.booths) return;
    seen.current = picture.booths;
    const since = waiting.current?.since ?? Date.now();
    if (waiting.current !== null) clearTimeout(waiting.current.handle);
    const left = Math.max(0, Math.min(CALM_MS, since + 3 * CALM_MS - Date.now()));
    const handle = setTimeout(() => {
      waiting.current = null;
      void again();
    }, left);
    waiting.current = { since, handle };
  }, [picture.booths, again]);
  useEffect(
    () => () => {
      // What waits would ask the former question.
      if (waiting.current !== null) clearTimeout(waiting.current.handle);
      waiting.current = null;
    },
    [again],
  );
  return read;
}

export function useTaken(fair: string, open: boolean, picture: Picture, refused: Refused): Read<ReadonlyMap<string, Taken>> {
  const ask = useCallback(async () => {
    const found = open ? await calls.taken(fair) : [];
    return new Map(found.map((one) => [one.booth, one]));
  }, [fair, open]);
  return useAnswer(ask, picture, refused);
}

export function useSales(fair: string, hall: string, picture: Picture, refused: Refused): Read<Sales> {
  const ask = useCallback(() => calls.sales(fair, hall), [fair, hall]);
  return useAnswer(ask, picture, refused);
}

const NAMES_PAGE = 200;
const PAGES_MAX = 100;

/** The names of all that take part, by id, in the reader's language where there is one. */
export function useNames(fair: string, language: string, turn: number): ReadonlyMap<string, string> {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    let wanted = true;
    const read = async (): Promise<void> => {
      const found = new Map<string, string>();
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX && wanted; page += 1) {
        const { items, cursor: next }: Awaited<ReturnType<typeof calls.exhibitors>> = await calls.exhibitors(fair, "", cursor, NAMES_PAGE);
        for (const one of items) found.set(one.id, one.names[language] ?? one.name);
        if (next === null) break;
        cursor = next;
      }
      if (wanted) setNames(found);
    };
    // Without names everybody goes by their id; the tab of exhibitors says what is wrong.
    read().catch(() => undefined);
    return () => void (wanted = false);
  }, [fair, language, turn]);
  return names;
}
