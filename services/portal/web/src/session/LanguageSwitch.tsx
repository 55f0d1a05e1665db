import type { ReactElement } from "react";

import { LANGUAGES, useSpeech, type Language } from "../texts/index.ts";

export function LanguageSwitch({ onChoose }: { readonly onChoose: (language: Language) => void }): ReactElement {
  const { t, language } = useSpeech();
  return (
    <div className="languages" role="group" aria-label={t.chooseLanguage}>
      {(Object.keys(LANGUAGES) as Language[]).map((one) => (
        <button key={one} type="button" lang={one} aria-pressed={one === language} aria-label={LANGUAGES[one].language} onClick={() => onChoose(one)}>
          <span className="wide">{LANGUAGES[one].language}</span>
          <span className="narrow">{LANGUAGES[one].languageShort}</span>
        </button>
      ))}
    </div>
  );
}
