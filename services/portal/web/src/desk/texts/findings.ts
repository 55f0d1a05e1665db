/** What is wrong or odd in a file or an entry, in languages other than the catalog's own. */

import type { Language } from "../../texts/index.ts";
import { ru } from "./findings-ru.ts";
import { zh } from "./findings-zh.ts";

/** The codes of the catalog's findings. */
export const FINDING_CODES = [
  "area-differs",
  "cell-too-long",
  "cells-uneven",
  "column-twice",
  "column-unknown",
  "crossed",
  "crowded",
  "empty",
  "far-position",
  "group-unknown",
  "half-character",
  "hall-unknown",
  "holds-many",
  "id-taken",
  "id-twice",
  "inside-many",
  "language-unknown",
  "list-unusable",
  "more-findings",
  "name-column-missing",
  "name-missing",
  "namesake",
  "no-address",
  "no-area",
  "no-area-stated",
  "no-collection",
  "no-feature",
  "no-features",
  "no-id",
  "no-language-tag",
  "no-list",
  "no-polygon",
  "no-position",
  "no-rings",
  "no-rows",
  "no-size",
  "not-json",
  "not-json-at-all",
  "not-utf-8",
  "number-missing",
  "number-odd",
  "number-twice",
  "number-unusable",
  "other-hall",
  "outline-too-long",
  "outside",
  "overlap",
  "ring-open",
  "ring-too-short",
  "size-differs",
  "size-missing",
  "text-unusable",
  "too-many-features",
  "too-many-positions",
  "too-many-rows",
  "unreadable-row",
  "utf-16",
  "wrong-separator",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export type Values = Readonly<Record<string, string | number>>;

/** How values are told: a place in the file, a number, and anything else as it is. */
export interface Telling {
  readonly place: (name: string) => string;
  readonly number: (name: string) => string;
  readonly count: (name: string) => number;
  readonly text: (name: string) => string;
}

export type FindingTexts = Readonly<Record<FindingCode, (tell: Telling) => string>>;

interface Told {
  readonly problem?: string;
  readonly remedy?: string;
  readonly code?: string;
  readonly values?: Values;
}

const TRANSLATED: Readonly<Record<Language, FindingTexts | null>> = { en: null, ru, zh };

/** What is wrong and how to mend it, with the language that it is told in: English where the catalog has no word for others. */
export function findingIn(language: Language, found: Told, placeIn: (at: string) => string): { readonly text: string; readonly lang: Language } {
  const { values = {} } = found;
  const texts: Readonly<Record<string, (tell: Telling) => string>> | null = TRANSLATED[language];
  const tell = texts?.[found.code ?? ""];
  if (tell === undefined) return { text: `${found.problem ?? ""}: ${found.remedy ?? ""}.`, lang: "en" };
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const text = tell({
    place: (name) => placeIn(String(values[name] ?? "")),
    number: (name) => numbers.format(Number(values[name] ?? 0)),
    count: (name) => Number(values[name] ?? 0),
    text: (name) => String(values[name] ?? ""),
  });
  return { text, lang: language };
}
