import { useEffect, useRef, useState, type ReactElement } from "react";

import { useReach } from "./api/reach.ts";
import type { Problem } from "./api/problem.ts";
import type { Read } from "./api/useRead.ts";
import { refusal, useSpeech } from "./texts/index.ts";

const AGAIN_FIRST_MS = 1_000;
const AGAIN_MAX_MS = 30_000;

/**
 * Something could not be read: what it was, and the way to ask again. Where nobody answered it is asked by itself once
 * the portal is back, ever more rarely where that finds nobody again.
 */
export function Refused({ problem, onAgain }: { readonly problem: Problem; readonly onAgain: () => Promise<void> | void }): ReactElement {
  const { t } = useSpeech();
  const [asking, setAsking] = useState(false);
  const again = (): void => {
    setAsking(true);
    void Promise.resolve(onAgain()).finally(() => setAsking(false));
  };
  const reach = useReach();
  const unanswered = problem.slug === "unreachable";
  const back = useRef(again);
  back.current = again;
  const tries = useRef(0);
  useEffect(() => {
    if (!reach || !unanswered) return;
    const wait = tries.current === 0 ? 0 : Math.min(AGAIN_MAX_MS, AGAIN_FIRST_MS * 2 ** tries.current);
    tries.current += 1;
    const handle = setTimeout(() => back.current(), wait);
    return () => clearTimeout(handle);
  }, [reach, unanswered, problem]);
  return (
    <div className="card empty" role="alert">
      <p>
        {t.couldNotRead} {unanswered ? t.noAnswer : refusal(problem, t)}
      </p>
      <button type="button" disabled={asking} onClick={again}>
        {t.tryAgain}
      </button>
    </div>
  );
}

/** Why what was asked for was not done, in the place where it was asked for. */
export function WhyNot({ problem }: { readonly problem: Problem | null }): ReactElement | null {
  const { t } = useSpeech();
  if (problem === null) return null;
  return (
    <p role="alert" className="refusal">
      {refusal(problem, t)}
    </p>
  );
}

/** In the place of what is read: that it is on its way, or that it cannot be had and how to ask again. */
export function Reading({ of }: { readonly of: Read<unknown> }): ReactElement | null {
  const { t } = useSpeech();
  if (of.problem !== null) return <Refused problem={of.problem} onAgain={of.again} />;
  return of.value === null ? <p className="waiting">{t.loading}</p> : null;
}
