/** The fair's live feed: one event stream, its picture, and whether it can be trusted just now. */

import type { BoothsMessage } from "../api/types.ts";
import { whenUnreachable } from "../api/client.ts";
import { EMPTY, takeChanges, takeSnapshot, type Picture } from "./picture.ts";

export type Connection = "connecting" | "live" | "stale";

export interface LiveState {
  readonly picture: Picture;
  readonly connection: Connection;
}

const REOPEN_FIRST_MS = 500;
const REOPEN_MAX_MS = 10_000;

export class Feed {
  #state: LiveState = { picture: EMPTY, connection: "connecting" };
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #deaf: (() => void) | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get state(): LiveState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#deaf = whenUnreachable(this.#doubt);
      this.#open();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#deaf?.();
      this.#close();
    };
  }

  #open(): void {
    const source = new EventSource(this.#path);
    this.#source = source;
    source.addEventListener("snapshot", (event) => this.#take(event, takeSnapshot));
    source.addEventListener("booths", (event) => this.#take(event, takeChanges));
    source.addEventListener("open", () => {
      // A resumed stream may have nothing to tell; having been opened is then the proof that nothing is missing.
      this.#failures = 0;
      if (this.#state.picture.sequence > 0) this.#set({ ...this.#state, connection: "live" });
    });
    source.addEventListener("error", () => this.#lost(source));
    window.addEventListener("offline", this.#offline);
    window.addEventListener("online", this.#online);
  }

  #take(event: MessageEvent<string>, merge: (known: Picture, message: BoothsMessage) => Picture): void {
    const picture = merge(this.#state.picture, JSON.parse(event.data) as BoothsMessage);
    if (picture !== this.#state.picture || this.#state.connection !== "live") this.#set({ picture, connection: "live" });
  }

  #lost(source: EventSource): void {
    this.#set({ ...this.#state, connection: "stale" });
    // A dropped connection is taken up again by the browser itself, with Last-Event-ID. A refused one is not.
    if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
    this.#failures += 1;
    const wait = Math.min(REOPEN_MAX_MS, REOPEN_FIRST_MS * 2 ** Math.min(this.#failures, 6)) * (0.75 + Math.random() / 2);
    this.#close();
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  /**
   * A request found no server. A stream that is open still may not know yet that its other end is gone: a new one
   * will show it. While one is already lost or being opened it tells by itself.
   */
  readonly #doubt = (): void => {
    if (this.#state.connection !== "live") return;
    this.#set({ ...this.#state, connection: "stale" });
    this.#close();
    this.#open();
  };

  readonly #offline = (): void => this.#set({ ...this.#state, connection: "stale" });

  /** Back on a network, a stream that seems open may be dead without knowing; a new one is known to live. */
  readonly #online = (): void => {
    this.#close();
    this.#open();
  };

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#source?.close();
    this.#source = null;
    window.removeEventListener("offline", this.#offline);
    window.removeEventListener("online", this.#online);
  }

  #set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
