import { useCallback, useEffect, useState } from "react";

import type { BoothNow } from "./api/types.ts";

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (booth: string) => void;
  readonly drop: (booths: readonly string[]) => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The booths chosen so far, over all halls. Only free ones can be chosen, and one that somebody else takes meanwhile
 * is left out and told. While the reader's own hold is under way nothing is left out: the taker is the reader.
 */
export function useSelection(
  booths: ReadonlyMap<string, BoothNow>,
  mine: ReadonlySet<string>,
  holding: boolean,
  onLost: (booths: readonly string[]) => void,
): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);

  const toggle = useCallback(
    (booth: string): void =>
      setChosen((before) => {
        const after = new Set(before);
        if (after.delete(booth)) return after;
        return booths.get(booth)?.state === "free" ? after.add(booth) : before;
      }),
    [booths],
  );
  const drop = useCallback(
    (dropped: readonly string[]): void => setChosen((before) => new Set([...before].filter((booth) => !dropped.includes(booth)))),
    [],
  );
  const clear = useCallback((): void => setChosen(NONE), []);

  useEffect(() => {
    if (holding) return;
    const gone = [...chosen].filter((booth) => booths.get(booth)?.state !== "free");
    if (gone.length === 0) return;
    drop(gone);
    const lost = gone.filter((booth) => !mine.has(booth));
    if (lost.length > 0) onLost(lost);
  }, [booths, chosen, mine, holding, onLost, drop]);

  return { chosen, toggle, drop, clear };
}
