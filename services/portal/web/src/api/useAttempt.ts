import { useCallback, useState } from "react";

import { Problem } from "./problem.ts";

export interface Attempt {
  readonly busy: boolean;
  /** What refused the last one. */
  readonly problem: Problem | null;
  /** Sends a command and tells whether it was done; one that is refused says why in its place, which stays as it is. */
  readonly attempt: (send: () => Promise<unknown>) => Promise<boolean>;
}

/** The commands of one dialog. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const attempt = useCallback(async (send: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await send();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, problem, attempt };
}
