import { useEffect, useRef, useState, type ReactElement } from "react";

import { useReach } from "./api/reach.ts";

import type { Problem } from "./api/problem.ts";
import type { Read } from "./api/useRead.ts";
import { refusal, useSpeech } from "./texts/index.ts";

/** Something could not be read: what it was, and the way to ask again. It is asked by itself once the portal is back. */
export function Refused({ problem, onAgain }: { readonly problem: Problem; readonly onAgain: () => Promise<void> | void }): ReactElement {
  const { t } = useSpeech();
  const [asking, setAsking] = useState(false);
  const again = (): void => {
    setAsking(true);
    void Promise.resolve(onAgain()).finally(() => setAsking(false));
  };
  const reach = useReach();
  const back = useRef(again);
  back.current = again;
  const away = useRef(!reach);
  useEffect(() => {
    if (reach && away.current) back.current();
    away.current = !reach;
  }, [reach]);
  return (
    <div className="card empty" role="alert">
      <p>
        {t.couldNotRead} {problem.slug === "unreachable" ? t.noAnswer : refusal(problem, t)}
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
