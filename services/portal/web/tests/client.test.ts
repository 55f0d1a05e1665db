import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { command, sendCsrf } from "../src/api/client.ts";
import { Problem } from "../src/api/problem.ts";

interface Sent {
  readonly path: string;
  readonly key: string | null;
  readonly csrf: string | null;
}

let sent: Sent[];
let answers: (() => Response)[];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    sent.push({ path, key: headers.get("Idempotency-Key"), csrf: headers.get("X-CSRF-Token") });
    const next = answers.shift();
    if (next === undefined) throw new Error("no answer was prepared");
    return Promise.resolve().then(next);
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ok = (): Response => new Response('{"id":"r1"}', { status: 201 });
const busy = (): Response => new Response("{}", { status: 503 });
const refused = (): Response => new Response('{"type":"urn:pavilion:problem:booth-taken"}', { status: 409 });
const broken = (): Response => {
  throw new TypeError("connection reset");
};

async function settle<T>(promise: Promise<T>): Promise<T | Problem> {
  const caught = promise.catch((error: unknown) => {
    if (error instanceof Problem) return error;
    throw error;
  });
  await vi.runAllTimersAsync();
  return caught;
}

describe("a command", () => {
  it("is sent again with the same key until an answer comes", async () => {
    answers = [broken, busy, ok];
    sendCsrf("token");
    expect(await settle(command("/a", { n: 1 }))).toEqual({ id: "r1" });
    expect(sent.length).toBe(3);
    expect(new Set(sent.map((one) => one.key)).size).toBe(1);
    expect(sent[0]?.csrf).toBe("token");
  });

  it("is not kept for later where the browser has no network", async () => {
    answers = [broken, ok];
    vi.stubGlobal("navigator", { onLine: false });
    expect(await settle(command("/offline", {}))).toBeInstanceOf(Problem);
    expect(sent.length).toBe(1);
  });

  it("keeps its key for the reader's next press while its outcome is unknown", async () => {
    answers = [broken, broken, broken, broken, ok];
    expect(await settle(command("/b", {}))).toBeInstanceOf(Problem);
    await settle(command("/b", {}));
    expect(new Set(sent.map((one) => one.key)).size).toBe(1);
  });

  it("is a new intent when the reader comes back minutes later", async () => {
    answers = [broken, broken, broken, broken, ok];
    await settle(command("/e", {}));
    vi.setSystemTime(Date.now() + 130_000);
    await settle(command("/e", {}));
    expect(new Set(sent.map((one) => one.key)).size).toBe(2);
  });

  it("is a new intent after a definite answer, whether yes or no", async () => {
    answers = [ok, refused, ok];
    for (let press = 0; press < 3; press += 1) await settle(command("/c", {}));
    expect(new Set(sent.map((one) => one.key)).size).toBe(3);
  });

  it("refused is not sent again", async () => {
    answers = [refused];
    const problem = await settle(command("/d", {}));
    expect(problem).toMatchObject({ slug: "booth-taken", status: 409 });
    expect(sent.length).toBe(1);
  });
});
