/** English with a mark round every text, so that what the page shows without one was never marked for translation. */

import { en as real, type Texts } from "../src/texts/en.ts";

export type { Texts };

export function marked(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? "" : `⟦${value}⟧`;
  if (typeof value === "function") return (...given: unknown[]): unknown => marked((value as (...words: unknown[]) => unknown)(...given));
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, marked(text)]));
  return value;
}

export const en = marked(real) as Texts;
