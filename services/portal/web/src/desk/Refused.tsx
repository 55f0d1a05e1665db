import type { ReactElement } from "react";

import type { Problem } from "../api/problem.ts";
import { refusal } from "../texts/index.ts";
import { useDeskSpeech } from "./texts/index.ts";

/** Something could not be read: what it was, and the way to ask again. */
export function Refused({ problem, onAgain }: { readonly problem: Problem; readonly onAgain: () => void }): ReactElement {
  const { t, d } = useDeskSpeech();
  return (
    <div className="card empty" role="alert">
      <p>
        {d.couldNotRead} {refusal(problem, t)}
      </p>
      <button type="button" onClick={onAgain}>
        {t.tryAgain}
      </button>
    </div>
  );
}
