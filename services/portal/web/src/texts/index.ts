/** The page's languages: which there are, which one is on, and how a refusal reads in it. */

import { createContext, useContext } from "react";

import type { Problem, ProblemItem } from "../api/problem.ts";
import type { BoothNow, BoothStateName, Names } from "../api/types.ts";
import { en, type Texts } from "./en.ts";
import { ru } from "./ru.ts";
import { zh } from "./zh.ts";

export type { Texts };

export const LANGUAGES = { zh, ru, en } as const;
export type Language = keyof typeof LANGUAGES;

const STORED_AS = "pavilion.language";

export function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(LANGUAGES, value);
}

/** What the reader chose last here, else what their browser asks for, else English. */
export function firstLanguage(): Language {
  const wishes = [localStorage.getItem(STORED_AS), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wishes.find(isLanguage) ?? "en";
}

export function hasChosenLanguage(): boolean {
  return isLanguage(localStorage.getItem(STORED_AS));
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORED_AS, language);
}

export interface Speech {
  readonly language: Language;
  readonly t: Texts;
}

export const SpeechContext = createContext<Speech>({ language: "en", t: en });

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}

/** A name in the reader's language, else in English, else in any. */
export function nameIn(names: Names | undefined, language: Language, otherwise: string): string {
  return names?.[language] ?? names?.["en"] ?? Object.values(names ?? {})[0] ?? otherwise;
}

// Making one costs a hundred times what using it does, and a plan has thousands of areas.
const AREAS = new Map<Language, Intl.NumberFormat>();

export function areaIn(m2: number, language: Language): string {
  const format = AREAS.get(language) ?? new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  AREAS.set(language, format);
  return format.format(m2);
}

/** A refusal as sentences: what happened, and which booths with what state. */
export function refusal(problem: Problem, t: Texts): string {
  const known = new Map(Object.entries(t.problem));
  const sentences = [known.get(problem.slug) ?? fallback(problem, t)];
  const places = problem.items.filter((item) => item.booth !== undefined).map((item) => place(item, t));
  if (places.length > 0) sentences.push(`${places.join("; ")}.`);
  if (problem.status === 429 && problem.retryAfterSeconds !== null) sentences.push(t.waitSeconds(problem.retryAfterSeconds));
  return sentences.join(" ");
}

/** A refused booth; where another is in the way, the state told is that one's. */
function place({ booth = "", state, overlapping }: ProblemItem, t: Texts): string {
  const word = stateWord(state, t);
  return overlapping === undefined ? t.itemTaken(booth, word) : t.itemOverlapping(booth, overlapping, word);
}

function fallback(problem: Problem, t: Texts): string {
  if (problem.status === 503 || problem.status === 504) return t.problem.unavailable;
  if (problem.status === 401) return t.problem["signed-out"];
  if (problem.status === 403) return t.problem.forbidden;
  return problem.detail || problem.title || t.problem.unexpected;
}

/** How a booth is, in words; where its floor is taken, by which stand. */
export function boothState(now: BoothNow | undefined, t: Texts): string {
  if (now === undefined) return t.unknownState;
  return now.over === undefined ? t.state[now.state] : t.floorTaken(now.over.slice(now.over.indexOf("/") + 1));
}

function stateWord(state: string | undefined, t: Texts): string {
  return t.state[state as BoothStateName] ?? t.unknownState;
}
