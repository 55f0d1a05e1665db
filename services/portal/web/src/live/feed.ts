/** The fair's live feed: one event stream, its picture, and whether it can be trusted just now. */

import type { BoothsMessage } from "../api/types.ts";
import { EMPTY, takeChanges, takeSnapshot, type Picture } from "./picture.ts";
import { SharedStream } from "./shared.ts";

export type Connection = "connecting" | "live" | "stale";

export interface LiveState {
  readonly picture: Picture;
  readonly connection: Connection;
}

export class Feed {
  #state: LiveState = { picture: EMPTY, connection: "connecting" };
  readonly #listeners = new Set<() => void>();
  readonly #stream: SharedStream;

  /** `account` is whose picture it is; the tabs of one account share a stream. */
  constructor(path: string, account: string) {
    this.#stream = new SharedStream(path, account, {
      events: {
        snapshot: (data) => this.#take(data as BoothsMessage, takeSnapshot),
        booths: (data) => this.#take(data as BoothsMessage, takeChanges),
      },
      opened: () => {
        if (this.#state.picture.sequence > 0) this.#set({ ...this.#state, connection: "live" });
      },
      lost: () => this.#set({ ...this.#state, connection: "stale" }),
      whole: () => {
        const { sequence, booths } = this.#state.picture;
        return this.#state.picture === EMPTY ? null : { event: "snapshot", data: { sequence, booths: [...booths.values()] } };
      },
    });
  }

  get state(): LiveState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#stream.begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stream.end();
    };
  }

  #take(message: BoothsMessage, merge: (known: Picture, message: BoothsMessage) => Picture): void {
    const picture = merge(this.#state.picture, message);
    if (picture !== this.#state.picture || this.#state.connection !== "live") this.#set({ picture, connection: "live" });
  }

  #set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
