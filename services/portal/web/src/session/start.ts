/** The ways out of the page to whoever signs people in, and what is said on the way back. */

import { Problem } from "../api/problem.ts";
import type { Language } from "../texts/index.ts";

/** Where a sign-in begins that comes back to `back`, a path of this page with its hash; `afresh` asks who it is again. */
export function startAddress(back: string, language: Language, afresh = false): string {
  return `/session/start?${new URLSearchParams({ return: back, lang: language, ...(afresh && { afresh: "1" }) })}`;
}

/**
 * What may be wrong with an account: whoever it happens to would come back with the same one, which the provider
 * remembers. Where it gives an account no role it is asked for more, which it may refuse.
 */
const OF_THE_ACCOUNT: readonly string[] = ["no-role", "several-roles", "no-tenant", "provider-misconfigured"];

/** Whether only another account, or the same one once it was mended, can help. */
export function wantsAnother(problem: Problem | null): boolean {
  return problem !== null && OF_THE_ACCOUNT.includes(problem.slug);
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
