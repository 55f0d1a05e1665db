/** An import in its steps: a file, what would become of it, and then just that or nothing. */

import { useCallback, useRef, useState } from "react";

import { Problem } from "../api/problem.ts";
import type { Importing } from "./calls.ts";
import { decoded } from "./table.ts";
import type { ImportReport } from "./types.ts";

/** What the catalog takes at most. */
export const FILE_BYTES_MAX = 8 * 1024 * 1024;

/** What keeps a file from being sent at all. */
export type Unfit = "emptyFile" | "tooLarge" | "notText";

export type Stage =
  | { readonly kind: "none" }
  | { readonly kind: "looking"; readonly name: string }
  | { readonly kind: "unfit"; readonly name: string; readonly why: Unfit }
  | { readonly kind: "seen"; readonly file: File; readonly text: string; readonly report: ImportReport; readonly problem: Problem | null }
  | { readonly kind: "failed"; readonly file: File; readonly problem: Problem };

export interface ImportWay {
  readonly stage: Stage;
  readonly busy: boolean;
  readonly look: (file: File) => Promise<void>;
  readonly finish: () => Promise<void>;
  readonly reset: () => void;
}

/** `send` does a dry run, or the import with the digest of one; `onDone` hears what was done. */
export function useImport(send: (file: Blob, how: Importing) => Promise<ImportReport>, onDone: (report: ImportReport) => void): ImportWay {
  const [stage, setStage] = useState<Stage>({ kind: "none" });
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);

  const look = useCallback(
    async (file: File): Promise<void> => {
      turn.current += 1;
      const mine = turn.current;
      setStage({ kind: "looking", name: file.name });
      // A file that was changed on the disk since it was chosen cannot be read any more, and is told as one that holds no text.
      const bytes = file.size > FILE_BYTES_MAX ? new ArrayBuffer(0) : await file.arrayBuffer().catch(() => null);
      const text = bytes === null ? null : decoded(bytes);
      const unfit = unfitness(file.size, text);
      let next: Stage;
      if (unfit !== null || text === null) next = { kind: "unfit", name: file.name, why: unfit ?? "notText" };
      else {
        try {
          next = { kind: "seen", file, text, report: await send(file, { dry: true }), problem: null };
        } catch (problem) {
          if (!(problem instanceof Problem)) throw problem;
          const report = reportOf(problem);
          next = report === null ? { kind: "failed", file, problem } : { kind: "seen", file, text, report, problem };
        }
      }
      if (mine === turn.current) setStage(next);
    },
    [send],
  );

  const finish = useCallback(async (): Promise<void> => {
    if (stage.kind !== "seen") return;
    setBusy(true);
    try {
      const report = await send(stage.file, { digest: stage.report.digest });
      setStage({ kind: "none" });
      onDone(report);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      setStage({ kind: "failed", file: stage.file, problem });
    } finally {
      setBusy(false);
    }
  }, [stage, send, onDone]);

  const reset = useCallback((): void => {
    turn.current += 1;
    setStage({ kind: "none" });
  }, []);
  return { stage, busy, look, finish, reset };
}

export function unfitness(size: number, text: string | null): Unfit | null {
  if (size > FILE_BYTES_MAX) return "tooLarge";
  if (text === null) return "notText";
  return text.trim() === "" ? "emptyFile" : null;
}

/** The report that a refusal carries, null where it carries none. */
export function reportOf(problem: Problem): ImportReport | null {
  const { errors, warnings, counts, changes } = problem.members;
  if (!Array.isArray(errors) || !Array.isArray(warnings) || !Array.isArray(changes) || typeof counts !== "object" || counts === null) return null;
  return { ...(problem.members as unknown as ImportReport), digest: "" };
}
