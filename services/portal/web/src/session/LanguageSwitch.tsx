import type { ReactElement } from "react";

import { LANGUAGES, useSpeech, type Language } from "../texts/index.ts";

export function LanguageSwitch({ onChoose }: { readonly onChoose: (language: Language) => void }): ReactElement {
  const { t, language } = useSpeech();
  // The name has what is shown, the short word on a phone and the long one elsewhere.
  const called = (one: Language): string => [...new Set([LANGUAGES[one].language, LANGUAGES[one].languageShort])].join(" ");
  return (
    <div className="languages" role="group" aria-label={t.chooseLanguage}>
      {(Object.keys(LANGUAGES) as Language[]).map((one) => (
        <button key={one} type="button" lang={one} aria-pressed={one === language} aria-label={called(one)} onClick={() => onChoose(one)}>
          <span className="wide">{LANGUAGES[one].language}</span>
          <span className="narrow">{LANGUAGES[one].languageShort}</span>
        </button>
      ))}
    </div>
  );
}
