/** A refusal as the services speak it (RFC 9457), and the ways in which no answer comes at all. */

import type { Alternative } from "./types.ts";

export interface ProblemItem {
  readonly booth?: string;
  readonly reason?: string;
  readonly state?: string;
  readonly overlapping?: string;
  readonly start?: string;
  readonly end?: string;
  readonly field?: string;
  readonly problem?: string;
  readonly remedy?: string;
  readonly code?: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

export class Problem extends Error {
  constructor(
    readonly slug: string,
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly items: readonly ProblemItem[],
    readonly retryAfterSeconds: number | null,
    /** Fields that were filled in wrongly. */
    readonly errors: readonly ProblemItem[] = [],
    /** What could be had instead of spaces that could not. */
    readonly alternatives: readonly Alternative[] = [],
    /** All that the answer says, for who knows more of it. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
    this.name = "Problem";
  }

  /** Whether the same request, with the same key, may still succeed: the services answered "not now", not "no". */
  get passing(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 504 || this.slug === "idempotency-key-in-progress";
  }
}

const PREFIX = "urn:pavilion:problem:";

export function problemOf(status: number, body: unknown, retryAfter: string | null): Problem {
  const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const type = typeof fields["type"] === "string" ? fields["type"] : "";
  const slug = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : `status-${status}`;
  const items = Array.isArray(fields["items"]) ? (fields["items"] as ProblemItem[]) : [];
  const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  const errors = Array.isArray(fields["errors"]) ? (fields["errors"] as ProblemItem[]) : [];
  const alternatives = Array.isArray(fields["alternatives"]) ? (fields["alternatives"] as Alternative[]) : [];
  return new Problem(slug, status, text(fields["title"]), text(fields["detail"]), items, seconds, errors, alternatives, fields);
}

export function unreachable(): Problem {
  return new Problem("unreachable", 0, "", "", [], null);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
