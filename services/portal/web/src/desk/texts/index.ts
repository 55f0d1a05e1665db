/** The desk's words, which come with the desk and not before. */

import { useSpeech, type Language, type Texts } from "../../texts/index.ts";
import { en, type DeskTexts } from "./desk-en.ts";
import { ru } from "./desk-ru.ts";
import { zh } from "./desk-zh.ts";

export type { DeskTexts };

export const DESK_LANGUAGES: Readonly<Record<Language, DeskTexts>> = { zh, ru, en };

/** The language, the page's texts as `t`, and the desk's own as `d`. */
export function useDeskSpeech(): { readonly language: Language; readonly t: Texts; readonly d: DeskTexts } {
  const { language, t } = useSpeech();
  return { language, t, d: DESK_LANGUAGES[language] };
}

export function shareIn(part: number, whole: number, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  return format.format(whole === 0 ? 0 : part / whole);
}
