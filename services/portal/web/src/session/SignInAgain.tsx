import type { ReactElement } from "react";

import { refusal, useSpeech, type Language } from "../texts/index.ts";
import { LanguageSwitch } from "./LanguageSwitch.tsx";
import { rememberSignIn } from "./memory.ts";
import { startAddress, wantsAnother, type ComingBack } from "./start.ts";

interface Props extends ComingBack {
  readonly onLanguage: (language: Language) => void;
}

/** For whoever was signed out, or whose sign-in came to nothing: why, and the way to begin again. */
export function SignInAgain({ problem, back, onLanguage }: Props): ReactElement {
  const { t, language } = useSpeech();
  const another = wantsAnother(problem);
  function begin(): void {
    rememberSignIn(true);
    location.assign(startAddress(back, language, another));
  }
  return (
    <main className="sign-in">
      <div className="card">
        <LanguageSwitch onChoose={onLanguage} />
        <img src="/icon.svg" width="48" height="48" alt="" />
        <h1>{t.brand}</h1>
        {problem === null ? (
          <p role="status">{t.problem["signed-out"]}</p>
        ) : (
          <p role="alert" className="refusal">
            {refusal(problem, t)}
          </p>
        )}
        <button type="button" className="primary" onClick={begin}>
          {another ? t.signInAsAnother : t.signIn}
        </button>
      </div>
    </main>
  );
}
