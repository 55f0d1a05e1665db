/** One way to the portal: cookies by themselves, the CSRF token on writes, an idempotency key per intent. */

import { Problem, problemOf, unreachable } from "./problem.ts";
import { noteReached, noteUnreachable } from "./reach.ts";

const ATTEMPTS_MAX = 4;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 3000;

let csrfToken = "";

export function sendCsrf(token: string): void {
  csrfToken = token;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await send("GET", path, undefined, {}, signal)) as T;
}

/** A file that the server makes, with the name that it gives. Throws `Problem`. */
export async function getFile(path: string): Promise<{ readonly name: string; readonly content: Blob }> {
  let response: Response;
  let content: Blob;
  try {
    response = await fetch(path, { credentials: "same-origin" });
    content = await response.blob();
  } catch {
    noteUnreachable();
    throw unreachable();
  }
  noteReached();
  if (!response.ok) throw problemOf(response.status, parse(await content.text()), response.headers.get("Retry-After"));
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return { name: decodeURIComponent(name ?? "download"), content };
}

export async function remove<T>(path: string): Promise<T> {
  return (await send("DELETE", path, undefined, {})) as T;
}

/** Sends a file as it is. Writing it twice writes the same, so it needs no key; nothing repeats it by itself. */
export async function putFile<T>(path: string, file: Blob, mediaType: string): Promise<T> {
  return (await send("PUT", path, file, { "Content-Type": mediaType })) as T;
}

export async function postPlain<T>(path: string, body: unknown): Promise<T> {
  return (await send("POST", path, body, {})) as T;
}

/**
 * Intents whose outcome is not known yet, by what they ask for. Pressing the same button again after a broken
 * connection sends the same key, so that what did go through the first time is answered and not done twice. Later
 * than that it is a new intent: the old answer, of a hold that has run out since, would be no answer to it.
 */
const openIntents = new Map<string, { readonly key: string; readonly since: number }>();
const INTENT_MAX_MS = 120_000;

interface Manner {
  readonly method?: "POST" | "PUT" | "PATCH";
  /** What is changed was read as this version, and nothing else is to be changed. */
  readonly version?: number;
}

/** Sends a command; repeats it with its key, for seconds, while no definite answer comes. Throws `Problem`. */
export async function command<T>(path: string, body: unknown, { method = "POST", version }: Manner = {}): Promise<T> {
  const match = version === undefined ? {} : { "If-Match": `"v${version}"` };
  const intent = `${method} ${path} ${JSON.stringify(body)}`;
  const open = openIntents.get(intent);
  const key = open !== undefined && Date.now() - open.since < INTENT_MAX_MS ? open.key : crypto.randomUUID();
  if (key !== open?.key) openIntents.set(intent, { key, since: Date.now() });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = (await send(method, path, body, { ...match, "Idempotency-Key": key })) as T;
      openIntents.delete(intent);
      return answer;
    } catch (error) {
      if (!(error instanceof Problem) || !error.passing) {
        openIntents.delete(intent);
        throw error;
      }
      // Without a network it is not kept until there is one: by then the reader may want something else.
      if (attempt >= ATTEMPTS_MAX || navigator.onLine === false) throw error;
      await pause(waitMs(attempt, error.retryAfterSeconds));
    }
  }
}

function waitMs(attempt: number, retryAfterSeconds: number | null): number {
  const backoff = BACKOFF_FIRST_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  return Math.min(BACKOFF_MAX_MS, Math.max(backoff, (retryAfterSeconds ?? 0) * 1000));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function send(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<unknown> {
  const request: RequestInit = { method, headers: { ...headers, Accept: "application/json" }, credentials: "same-origin" };
  const sent = request.headers as Record<string, string>;
  if (method !== "GET") sent["X-CSRF-Token"] = csrfToken;
  if (body instanceof Blob) request.body = body;
  else if (body !== undefined) {
    sent["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  if (signal) request.signal = signal;
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, request);
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    noteUnreachable();
    throw unreachable();
  }
  noteReached();
  const answer = parse(text);
  if (!response.ok) throw problemOf(response.status, answer, response.headers.get("Retry-After"));
  return answer;
}

function parse(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
