import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Feed } from "../src/live/feed.ts";

/** The portal's end of an event stream. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 1;
  constructor() {
    super();
    Source.all.push(this);
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
  tell(event: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }
  static get open(): Source[] {
    return Source.all.filter(({ readyState }) => readyState !== Source.CLOSED);
  }
}

/** Channels of one browser; what is posted by those asleep, and what is being lost, is not heard. */
class Channel {
  static all = new Set<Channel>();
  static asleep = new Set<Channel>();
  static losing = false;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  constructor(readonly name: string) {
    Channel.all.add(this);
  }
  postMessage(data: unknown): void {
    if (Channel.losing || Channel.asleep.has(this)) return;
    for (const other of [...Channel.all]) {
      if (other !== this && other.name === this.name && !Channel.asleep.has(other)) other.onmessage?.({ data });
    }
  }
  close(): void {
    Channel.all.delete(this);
  }
}

/** Locks as browsers have them: one holder, the others in a queue, and a thief whom none can refuse. */
class Locks {
  readonly #queues = new Map<string, { begin: () => void; rob: () => void }[]>();
  request(name: string, { steal = false, signal }: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<void>): Promise<void> {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return new Promise((done, failed) => {
      const abort = (): void => failed(new DOMException("taken", "AbortError"));
      const leave = (): void => {
        const first = queue[0] === entry;
        if (queue.includes(entry)) queue.splice(queue.indexOf(entry), 1);
        if (first) queue[0]?.begin();
      };
      const entry = {
        begin: (): void => void hold().then(() => (leave(), done())),
        rob: (): void => (queue.splice(queue.indexOf(entry), 1), abort()),
      };
      signal?.addEventListener("abort", () => queue[0] !== entry && (leave(), abort()));
      if (steal) {
        queue[0]?.rob();
        queue.unshift(entry);
      } else queue.push(entry);
      if (queue[0] === entry) entry.begin();
    });
  }
}

const booth = (number: string, state: string, version: number): object => ({ booth: `1/${number}`, state, version, area_m2: 9 });
const snapshot = { sequence: 5, booths: [booth("A", "free", 1), booth("B", "free", 1)] };

interface Tab {
  readonly feed: Feed;
  readonly close: () => void;
}

let tabs: Tab[] = [];

function tab(account = "emma"): Tab {
  const feed = new Feed("/live", account);
  const opened = { feed, close: feed.subscribe(() => undefined) };
  tabs.push(opened);
  return opened;
}

function stateOf({ feed }: Tab, number: string): string | undefined {
  return feed.state.picture.booths.get(`1/${number}`)?.state;
}

beforeEach(() => {
  vi.useFakeTimers();
  Source.all = [];
  Channel.all.clear();
  Channel.asleep.clear();
  Channel.losing = false;
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("navigator", { locks: new Locks() });
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", new EventTarget());
});
afterEach(() => {
  for (const { close } of tabs) close();
  tabs = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the tabs of one account", () => {
  it("have one stream, and each the whole picture, whenever it came", () => {
    const first = tab();
    Source.open[0]?.tell("snapshot", snapshot);
    const second = tab();
    expect(Source.all.length).toBe(1);
    expect(second.feed.state).toEqual(first.feed.state);
    expect(second.feed.state.connection).toBe("live");

    Source.open[0]?.tell("booths", { sequence: 6, booths: [booth("A", "held", 2)] });
    expect([first, second].map((one) => stateOf(one, "A"))).toEqual(["held", "held"]);
    expect(second.feed.state.picture.sequence).toBe(6);
  });

  it("wait together for the first snapshot", () => {
    const both = [tab(), tab()];
    expect(both.map(({ feed }) => feed.state.connection)).toEqual(["connecting", "connecting"]);
    Source.open[0]?.tell("snapshot", snapshot);
    expect(both.map(({ feed }) => feed.state.connection)).toEqual(["live", "live"]);
  });

  it("go on with a stream of the next one's when the tab that had it closes, and miss nothing", async () => {
    const [first, second, third] = [tab(), tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    first.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(Source.open.length).toBe(1);
    // What changed while nobody listened is in the successor's snapshot.
    Source.open[0]?.dispatchEvent(new Event("open"));
    Source.open[0]?.tell("snapshot", { sequence: 9, booths: [booth("A", "free", 1), booth("B", "sold", 4)] });
    expect([second, third].map((one) => stateOf(one, "B"))).toEqual(["sold", "sold"]);
    Source.open[0]?.tell("booths", { sequence: 10, booths: [booth("A", "held", 2)] });
    expect([second, third].map((one) => stateOf(one, "A"))).toEqual(["held", "held"]);
    expect(stateOf(first, "A")).toBe("free");
  });

  it("doubt what they show where the successor finds no server", async () => {
    const [first, second, third] = [tab(), tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    first.close();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([second, third].map(({ feed }) => feed.state.connection)).toEqual(["stale", "stale"]);
  });

  it("take the stream from a tab that sleeps, which then follows", async () => {
    const [first, second] = [tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    const [asleep] = Channel.all;
    if (asleep) Channel.asleep.add(asleep);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(Source.all.length).toBe(2);
    expect(Source.open.length).toBe(1);
    Channel.asleep.clear();
    Source.open[0]?.tell("snapshot", { sequence: 9, booths: [booth("A", "sold", 3), booth("B", "free", 1)] });
    expect([first, second].map((one) => stateOf(one, "A"))).toEqual(["sold", "sold"]);
  });

  it("leave the stream where it is while its tab answers", async () => {
    const both = [tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(Source.all.length).toBe(1);
    expect(both.map(({ feed }) => feed.state.connection)).toEqual(["live", "live"]);
  });

  it("ask for all of it where a message was lost between them", () => {
    const [, second] = [tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    Channel.losing = true;
    Source.open[0]?.tell("booths", { sequence: 6, booths: [booth("A", "held", 2)] });
    Channel.losing = false;
    expect(stateOf(second, "A")).toBe("free");
    Source.open[0]?.tell("booths", { sequence: 7, booths: [booth("B", "held", 2)] });
    expect([stateOf(second, "A"), stateOf(second, "B")]).toEqual(["held", "held"]);
  });

  it("notice a loss that nothing follows, too", async () => {
    const [, second] = [tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    Channel.losing = true;
    Source.open[0]?.tell("booths", { sequence: 6, booths: [booth("A", "held", 2)] });
    Channel.losing = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stateOf(second, "A")).toBe("held");
  });

  it("say together that the connection is lost, and that it is back", async () => {
    const both = [tab(), tab()];
    Source.open[0]?.tell("snapshot", snapshot);
    window.dispatchEvent(new Event("offline"));
    expect(both.map(({ feed }) => feed.state.connection)).toEqual(["stale", "stale"]);
    Source.open[0]?.dispatchEvent(new Event("open"));
    expect(both.map(({ feed }) => feed.state.connection)).toEqual(["live", "live"]);
  });
});

it("two accounts in one browser hear nothing of each other", () => {
  const [emma, olga] = [tab("emma"), tab("olga")];
  expect(Source.open.length).toBe(2);
  Source.open[0]?.tell("snapshot", snapshot);
  expect(emma.feed.state.connection).toBe("live");
  expect(olga.feed.state.picture.booths.size).toBe(0);
});

it("where a browser has no locks each tab has a stream of its own", () => {
  vi.stubGlobal("navigator", {});
  tab();
  tab();
  expect(Source.open.length).toBe(2);
});
