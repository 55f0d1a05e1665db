/** The ways out of the page to whoever signs people in, and what is said on the way back. */

import { Problem } from "../api/problem.ts";
import type { Language } from "../texts/index.ts";

/** Where a sign-in begins that comes back to `back`, a path of this page with its hash. */
export function startAddress(back: string, language: Language): string {
  return `/session/start?${new URLSearchParams({ return: back, lang: language })}`;
}

/** Where the reader is now, to come back to. */
export function here({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): string {
  return pathname + search + hash;
}

export interface ComingBack {
  /** What went wrong; null where somebody only signed out. */
  readonly problem: Problem | null;
  readonly back: string;
}

/** What the address `/sign-in?…` says of a sign-in that came to nothing. */
export function comingBack(search: string): ComingBack {
  const query = new URLSearchParams(search);
  const slug = query.get("problem");
  const seconds = /^\d{1,6}$/.test(query.get("seconds") ?? "") ? Number(query.get("seconds")) : null;
  const problem = slug === null ? null : new Problem(slug, seconds === null ? 400 : 429, "", "", [], seconds);
  return { problem, back: query.get("return") ?? "/" };
}
