import { useCallback, useEffect, useRef, useState } from "react";

import { Problem } from "./problem.ts";

export interface Attempt {
  readonly busy: boolean;
  /** What refused the last one. */
  readonly problem: Problem | null;
  /** Sends a command and tells whether it was done; one that is refused says why in its place, which stays as it is. */
  readonly attempt: (send: () => Promise<unknown>) => Promise<boolean>;
  /** What was refused no longer counts. */
  readonly forget: () => void;
}

/**
 * The commands of one dialog. `refused` hears of a session that has ended, and of what is refused once the dialog has
 * gone. `version` is that of what is commanded: once it is another, a command whose answer never came is not to be
 * sent again; what became of it is in sight.
 */
export function useAttempt(refused: (error: unknown) => void, version?: number): Attempt {
  const [busy, setBusy] = useState(false);
  const [sentAt, setSentAt] = useState(version);
  const now = useRef(version);
  now.current = version;
  const [problem, setProblem] = useState<Problem | null>(null);
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => void (open.current = false);
  }, []);
  const attempt = useCallback(
    async (send: () => Promise<unknown>): Promise<boolean> => {
      setBusy(true);
      setProblem(null);
      setSentAt(now.current);
      try {
        await send();
        return true;
      } catch (error) {
        if (open.current && error instanceof Problem && error.status !== 401) setProblem(error);
        else refused(error);
        return false;
      } finally {
        setBusy(false);
      }
    },
    [refused],
  );
  const forget = useCallback((): void => setProblem(null), []);
  const settled = problem?.passing === true && version !== sentAt;
  return { busy, problem: settled ? null : problem, attempt, forget };
}
