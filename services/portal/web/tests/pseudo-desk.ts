/** The desk's English, marked likewise. */

import { en as real, type DeskTexts } from "../src/desk/texts/desk-en.ts";
import { marked } from "./pseudo.ts";

export type { DeskTexts };

export const en = marked(real) as DeskTexts;
