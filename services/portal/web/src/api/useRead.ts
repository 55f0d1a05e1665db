import { useCallback, useEffect, useRef, useState } from "react";

import { Problem } from "./problem.ts";

export interface Read<T> {
  /** Null until it is there, and for good while `problem` says why it is not. */
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly again: () => Promise<void>;
}

/**
 * An answer that a page stands on; with another question it begins anew, with null nothing is asked.
 *
 * Where a first reading fails, `problem` says so in its place. What is there stays when a later one fails, and
 * `refused` hears of that, and of a session that has ended.
 */
export function useRead<T>(ask: (() => Promise<T>) | null, refused: (error: unknown) => void): Read<T> {
  const [known, setKnown] = useState<{ readonly value: T | null; readonly problem: Problem | null }>({ value: null, problem: null });
  const turn = useRef(0);
  const there = useRef(false);
  const again = useCallback(async (): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    if (ask === null) return;
    if (!there.current) setKnown({ value: null, problem: null });
    try {
      const value = await ask();
      if (mine !== turn.current) return;
      there.current = true;
      setKnown({ value, problem: null });
    } catch (error) {
      if (mine !== turn.current) return;
      if (error instanceof Problem && error.status !== 401 && !there.current) setKnown({ value: null, problem: error });
      else refused(error);
    }
  }, [ask, refused]);
  useEffect(() => {
    there.current = false;
    setKnown({ value: null, problem: null });
    void again();
    return () => void (turn.current += 1);
  }, [again]);
  return { ...known, again };
}
