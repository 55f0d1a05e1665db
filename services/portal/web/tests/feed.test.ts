import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { get } from "../src/api/client.ts";
import { Problem } from "../src/api/problem.ts";
import { Feed } from "../src/live/feed.ts";

class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Stream[] = [];
  readyState = 1;
  constructor() {
    super();
    Stream.opened.push(this);
  }
  close(): void {
    this.readyState = Stream.CLOSED;
  }
}

beforeEach(() => {
  Stream.opened = [];
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", new EventTarget());
  // As in a page that came over plain HTTP: each tab has a stream of its own.
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("connection refused")));
});
afterEach(() => vi.unstubAllGlobals());

it("a request that finds no server makes the feed doubt its stream at once, and a new one proves it", async () => {
  const feed = new Feed("/live", "emma");
  const leave = feed.subscribe(() => undefined);
  const snapshot = { sequence: 1, booths: [] };
  Stream.opened[0]?.dispatchEvent(new MessageEvent("snapshot", { data: JSON.stringify(snapshot) }));
  expect(feed.state.connection).toBe("live");

  await expect(get("/anything")).rejects.toBeInstanceOf(Problem);
  expect(feed.state.connection).toBe("stale");
  expect(Stream.opened.length).toBe(2);
  expect(Stream.opened[0]?.readyState).toBe(Stream.CLOSED);
  await expect(get("/anything")).rejects.toBeInstanceOf(Problem);
  expect(Stream.opened.length).toBe(2);

  Stream.opened[1]?.dispatchEvent(new Event("open"));
  expect(feed.state.connection).toBe("live");
  leave();
  await expect(get("/anything")).rejects.toBeInstanceOf(Problem);
  expect(Stream.opened.length).toBe(2);
});
