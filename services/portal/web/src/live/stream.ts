/** One event stream of the portal: opened while somebody listens, opened again when it is lost, doubted in time. */

import { noteReached, noteUnreachable, whenUnreachable } from "../api/reach.ts";

const REOPEN_FIRST_MS = 500;
const REOPEN_MAX_MS = 10_000;
/** A stream ends now and then by itself and is taken up again at once; what takes longer is a loss. */
const GRACE_MS = 1_500;
/** Whoever doubted it so short a time ago and was wrong is believed less: one address that is never answered is no lost stream. */
const DOUBTED_MS = 30_000;

export interface StreamEars {
  /** The kinds of events that are wanted. */
  readonly events: readonly string[];
  /** What is done with an event; `text` is its JSON. */
  readonly told: (event: string, text: string) => void;
  /** A resumed stream may have nothing to tell; having been opened is then the proof that nothing is missing. */
  readonly opened?: () => void;
  /** What is shown may be old from here on, until it is opened or tells something. */
  readonly lost: () => void;
}

export class Stream {
  readonly #path: string;
  readonly #ears: StreamEars;
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #doubts = 0;
  #doubtedAt = Number.NEGATIVE_INFINITY;
  #grace: ReturnType<typeof setTimeout> | null = null;
  #lively = false;
  #deaf: (() => void) | null = null;

  constructor(path: string, ears: StreamEars) {
    this.#path = path;
    this.#ears = ears;
  }

  /** Opens the stream; where it takes over from another, what was heard by that one is doubted unless it opens soon. */
  begin(takesOver = false): void {
    this.#deaf = whenUnreachable(this.doubt);
    this.#open();
    if (takesOver) this.#grace = setTimeout(() => this.#tellLost(), GRACE_MS);
  }

  end(): void {
    this.#deaf?.();
    this.#close();
  }

  #open(): void {
    const source = new EventSource(this.#path);
    this.#source = source;
    for (const name of this.#ears.events) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        this.#heard();
        this.#ears.told(name, event.data);
      });
    }
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#heard();
      this.#forgive();
      this.#ears.opened?.();
    });
    source.addEventListener("error", () => this.#lost(source));
    window.addEventListener("offline", this.doubt);
    window.addEventListener("online", this.#online);
  }

  #heard(): void {
    this.#lively = true;
    noteReached();
  }

  #lost(source: EventSource): void {
    // A dropped connection is taken up again by the browser itself, with Last-Event-ID. A refused one is not.
    if (source.readyState !== EventSource.CLOSED || this.#source !== source) {
      this.#grace ??= setTimeout(() => this.#tellLost(), GRACE_MS);
      return;
    }
    this.#tellLost();
    this.#failures += 1;
    this.#close();
    this.#openLater(this.#failures);
  }

  #openLater(turn: number): void {
    const wait = Math.min(REOPEN_MAX_MS, REOPEN_FIRST_MS * 2 ** Math.min(turn, 6)) * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  /** Whether it is open and nothing speaks against it. */
  get lively(): boolean {
    return this.#lively;
  }

  /**
   * A request found no server, or the browser says that there is no network. A stream that is open still may not know
   * yet that its other end is gone: a new one will show it. While one is already lost or being opened it tells by itself.
   */
  readonly doubt = (): void => {
    if (!this.#lively) return;
    const now = Date.now();
    this.#doubts = now - this.#doubtedAt < DOUBTED_MS ? this.#doubts + 1 : 0;
    this.#doubtedAt = now;
    this.#tellLost();
    this.#close();
    if (this.#doubts === 0) this.#open();
    else this.#openLater(this.#doubts);
  };

  /** Back on a network, a stream that seems open may be dead without knowing; a new one is known to live. */
  readonly #online = (): void => {
    this.#close();
    this.#open();
  };

  #forgive(): void {
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#grace = null;
  }

  #tellLost(): void {
    this.#forgive();
    this.#lively = false;
    this.#ears.lost();
    noteUnreachable();
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#forgive();
    this.#source?.close();
    this.#source = null;
    window.removeEventListener("offline", this.doubt);
    window.removeEventListener("online", this.#online);
  }
}
