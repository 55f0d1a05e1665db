import { useEffect, useRef, useState } from "react";

import * as calls from "../api/calls.ts";
import type { Happening, Told } from "../api/types.ts";

/** Mails leave a moment after what they tell of; what is younger is asked about again. */
const SETTLED_MS = 20_000;
const AGAIN_MS = 2_500;

/** Who was told of each of these, by event; what is not known yet is missing. */
export function useTold(happenings: readonly Happening[]): ReadonlyMap<string, readonly Told[]> {
  const [told, setTold] = useState<ReadonlyMap<string, readonly Told[]>>(new Map());
  const settled = useRef(new Set<string>());
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const wanted = happenings.map(({ event }) => event).filter(({ id }) => !settled.current.has(id));
    if (wanted.length === 0) return;
    let asked = true;
    let again: ReturnType<typeof setTimeout> | undefined;
    const now = Date.now();
    const hear = (found: readonly Told[]): void => {
      if (!asked) return;
      const of = wanted.map(({ id }): [string, readonly Told[]] => [id, found.filter(({ event }) => event === id)]);
      setTold((before) => new Map([...before, ...of]));
      const young = wanted.filter(({ time }) => now - Date.parse(time) < SETTLED_MS);
      for (const { id } of wanted) if (!young.some((one) => one.id === id)) settled.current.add(id);
      if (young.length > 0) again = setTimeout(() => setTurn((n) => n + 1), AGAIN_MS);
    };
    // Where it cannot be asked now, the story is told without it.
    calls.toldOf(wanted.map(({ id }) => id)).then(hear, () => undefined);
    return () => {
      asked = false;
      clearTimeout(again);
    };
  }, [happenings, turn]);
  return told;
}
