import { useCallback, useEffect, useRef, useState } from "react";

import { Problem } from "./problem.ts";

interface Known<T> {
  /** Null until it is there. */
  readonly value: T | null;
  /** Why it could not be read when it was read last; what was there stays. */
  readonly problem: Problem | null;
}

export interface Read<T> extends Known<T> {
  /** Reads again; what is there stays in sight meanwhile, and so does what is said of it. */
  readonly again: () => Promise<void>;
}

const NOTHING = { value: null, problem: null };

/** An answer that a page stands on. With another question it begins anew, with null nothing is asked; `refused` hears of a session that has ended. */
export function useRead<T>(ask: (() => Promise<T>) | null, refused: (error: unknown) => void): Read<T> {
  const [known, setKnown] = useState<Known<T>>(NOTHING);
  const turn = useRef(0);
  const again = useCallback(async (): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    if (ask === null) return;
    try {
      const value = await ask();
      if (mine === turn.current) setKnown({ value, problem: null });
    } catch (error) {
      if (mine !== turn.current) return;
      if (error instanceof Problem && error.status !== 401) setKnown(({ value }) => ({ value, problem: error }));
      else refused(error);
    }
  }, [ask, refused]);
  useEffect(() => {
    setKnown(NOTHING);
    void again();
    return () => void (turn.current += 1);
  }, [again]);
  return { ...known, again };
}

/** Reads again when `turn` is another one: what was read may have changed. */
export function useReadAgain(again: () => Promise<void>, turn: unknown): void {
  const seen = useRef(turn);
  useEffect(() => {
    if (Object.is(seen.current, turn)) return;
    seen.current = turn;
    void again();
  }, [turn, again]);
}
