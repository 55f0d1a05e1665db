/**
 * One event stream for all tabs of a browser that show the same: the tab that holds a lock has it, and tells the others.
 * When that tab goes the lock passes on, and its successor opens a stream of its own, which begins with a snapshot. What
 * the others hear is numbered, so that whoever missed something knows it, and asks for all of it.
 */

import { noteReached, whenUnreachable } from "../api/reach.ts";
import { Stream } from "./stream.ts";

/** So often a tab asks the one that has the stream whether it is still there. */
const ASK_EVERY_MS = 5_000;
/** One that was asked so long ago and said nothing is asleep. */
const ANSWER_MAX_MS = 4_000;
/** Tabs that run different versions of the page must not take each other's words for their own. */
const DIALECT = 1;

export interface Whole {
  readonly event: string;
  readonly data: unknown;
}

export interface LiveEars {
  /** What is done with each kind of event. */
  readonly events: Readonly<Record<string, (data: unknown) => void>>;
  /** A resumed stream may have nothing to tell; having been opened is then the proof that nothing is missing. */
  readonly opened?: () => void;
  /** What is shown may be old from here on, until it is opened or tells something. */
  readonly lost: () => void;
  /** The event after which another tab knows what this one does; null while that is nothing. */
  readonly whole: () => Whole | null;
}

/** `term` names the tab that has the stream, since it has it; `count` how many events it told. */
type Said =
  | { readonly say: "told"; readonly term: string; readonly count: number; readonly event: string; readonly text: string }
  | { readonly say: "whole"; readonly term: string; readonly count: number; readonly event: string; readonly text: string; readonly lively: boolean }
  | { readonly say: "here"; readonly term: string; readonly count: number; readonly lively: boolean }
  | { readonly say: "ask"; readonly term: string; readonly count: number }
  | { readonly say: "lost" }
  | { readonly say: "doubt" };

export class SharedStream {
  readonly #path: string;
  readonly #name: string;
  readonly #ears: LiveEars;
  #channel: BroadcastChannel | null = null;
  #stream: Stream | null = null;
  #term = "";
  #count = 0;
  /** Since when this tab waits for an answer, by the clock of `performance`; null while it does not. */
  #askedAt: number | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #deaf: (() => void) | null = null;
  #waiting = new AbortController();
  #release: (() => void) | null = null;

  /** `account` keeps apart what different people see in one browser. */
  constructor(path: string, account: string, ears: LiveEars) {
    this.#path = path;
    this.#name = `pavilion-live-${DIALECT} ${account} ${path}`;
    this.#ears = ears;
  }

  begin(): void {
    // Browsers give locks only to pages that came over HTTPS or from the same machine.
    if (!("locks" in navigator) || !("BroadcastChannel" in globalThis)) return this.#open();
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }: MessageEvent<Said>) => this.#hear(data);
    this.#follow();
    this.#compete(false);
  }

  end(): void {
    this.#stopFollowing();
    this.#stream?.end();
    this.#stream = null;
    this.#channel?.close();
    this.#channel = null;
    this.#waiting.abort();
    this.#release?.();
    this.#release = null;
  }

  /** Waits for its turn to have the stream, or takes it from a tab that does not answer. */
  #compete(steal: boolean): void {
    this.#waiting.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    const lead = (): Promise<void> => {
      if (waiting.signal.aborted) return Promise.resolve();
      this.#stopFollowing();
      this.#open();
      return new Promise((release) => (this.#release = release));
    };
    navigator.locks.request(this.#name, steal ? { steal } : { signal: waiting.signal }, lead).catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
      if (waiting.signal.aborted) return;
      // Somebody found this tab asleep, and has the stream now.
      this.#stream?.end();
      this.#stream = null;
      this.#follow();
      this.#compete(false);
    });
  }

  #open(): void {
    // Pages that came without HTTPS lack it, and have no channel to tell terms apart on.
    this.#term = this.#channel === null ? "" : crypto.randomUUID();
    this.#count = 0;
    this.#stream = new Stream(this.#path, {
      events: Object.keys(this.#ears.events),
      told: (event, text) => {
        this.#count += 1;
        this.#take(event, text);
        this.#say({ say: "told", term: this.#term, count: this.#count, event, text });
      },
      opened: () => {
        this.#ears.opened?.();
        this.#say({ say: "here", term: this.#term, count: this.#count, lively: true });
      },
      lost: () => {
        this.#ears.lost();
        this.#say({ say: "lost" });
      },
    });
    this.#stream.begin(this.#ears.whole() !== null);
  }

  #follow(): void {
    this.#deaf = whenUnreachable(this.#unreachable);
    window.addEventListener("offline", this.#unreachable);
    window.addEventListener("online", this.#askAgain);
    document.addEventListener("visibilitychange", this.#askAgain);
    this.#askedAt = null;
    this.#timer = setInterval(() => this.#check(), ASK_EVERY_MS);
    this.#ask();
  }

  #stopFollowing(): void {
    this.#deaf?.();
    this.#deaf = null;
    window.removeEventListener("offline", this.#unreachable);
    window.removeEventListener("online", this.#askAgain);
    document.removeEventListener("visibilitychange", this.#askAgain);
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** A tab that the browser put to sleep keeps its lock and says nothing. */
  #check(): void {
    if (this.#askedAt === null || performance.now() - this.#askedAt < ANSWER_MAX_MS) return this.#ask();
    this.#askedAt = null;
    this.#ears.lost();
    this.#compete(true);
  }

  #ask(): void {
    this.#askedAt ??= performance.now();
    this.#say({ say: "ask", term: this.#term, count: this.#count });
  }

  readonly #askAgain = (): void => this.#ask();

  readonly #unreachable = (): void => {
    this.#ears.lost();
    this.#say({ say: "doubt" });
  };

  #hear(said: Said): void {
    if (this.#stream !== null) this.#answer(said, this.#stream);
    else this.#learn(said);
  }

  #answer(said: Said, stream: Stream): void {
    if (said.say === "doubt") stream.doubt();
    if (said.say !== "ask") return;
    const [term, count, lively] = [this.#term, this.#count, stream.lively];
    // One that has told nothing yet is still being opened: what it tells first is a snapshot, and that is asked for.
    const whole = count === 0 || (said.term === term && said.count === count) ? null : this.#ears.whole();
    if (whole === null) this.#say({ say: "here", term, count, lively });
    else this.#say({ say: "whole", term, count, event: whole.event, text: JSON.stringify(whole.data), lively });
  }

  #learn(said: Said): void {
    switch (said.say) {
      case "told":
        if (said.term === this.#term && said.count === this.#count + 1) {
          this.#count = said.count;
          noteReached();
          this.#take(said.event, said.text);
        } else if (said.term !== this.#term || said.count > this.#count) this.#ask();
        return;
      case "whole":
        if (this.#askedAt === null) return;
        this.#askedAt = null;
        [this.#term, this.#count] = [said.term, said.count];
        this.#take(said.event, said.text);
        if (said.lively) noteReached();
        else this.#ears.lost();
        return;
      case "here":
        this.#askedAt = null;
        if (said.count > 0 && (said.term !== this.#term || said.count !== this.#count)) this.#ask();
        else if (said.count > 0 && said.lively) this.#proven();
        else if (said.count > 0) this.#ears.lost();
        return;
      case "lost":
        this.#ears.lost();
        return;
      case "ask":
      case "doubt":
    }
  }

  #proven(): void {
    noteReached();
    this.#ears.opened?.();
  }

  #take(event: string, text: string): void {
    this.#ears.events[event]?.(JSON.parse(text));
  }

  #say(said: Said): void {
    this.#channel?.postMessage(said);
  }
}
