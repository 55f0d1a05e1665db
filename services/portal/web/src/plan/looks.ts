/** How each booth looks now, kept outside the components, so that a change draws the booths that it touches and no other. */

import { useCallback, useSyncExternalStore } from "react";

import type { BoothNow } from "../api/types.ts";

export interface Look {
  readonly now: BoothNow | undefined;
  readonly chosen: boolean;
  readonly mine: boolean;
  /** Something is looked for, and this is not it. */
  readonly dimmed: boolean;
  /** Who has it, by name, where the reader may know. */
  readonly who?: string | undefined;
}

/** All that decides how booths look. */
export interface Facts {
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly chosen: ReadonlySet<string>;
  readonly mine: ReadonlySet<string>;
  readonly seen: ReadonlySet<string> | null;
  readonly who?: ReadonlyMap<string, string> | undefined;
}

export class Looks {
  readonly #looks = new Map<string, Look>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #all = new Set<(changed: readonly string[]) => void>();

  constructor(booths: Iterable<string>, facts: Facts) {
    for (const booth of booths) this.#looks.set(booth, lookOf(booth, facts));
  }

  /** Takes what is so now, and tells of those booths whose look became another. */
  take(facts: Facts): void {
    const changed: string[] = [];
    for (const [booth, before] of this.#looks) {
      if (isAs(before, booth, facts)) continue;
      this.#looks.set(booth, lookOf(booth, facts));
      changed.push(booth);
    }
    if (changed.length === 0) return;
    for (const hear of this.#all) hear(changed);
    for (const booth of changed) for (const hear of this.#listeners.get(booth) ?? []) hear();
  }

  /** The same object for as long as the booth looks the same. */
  of(booth: string): Look {
    return this.#looks.get(booth) ?? UNKNOWN;
  }

  /** Hears which booths look different now. */
  subscribeAll(hear: (changed: readonly string[]) => void): () => void {
    this.#all.add(hear);
    return () => void this.#all.delete(hear);
  }

  /** Hears when one booth looks different. */
  subscribe(booth: string, hear: () => void): () => void {
    const heard = this.#listeners.get(booth) ?? new Set();
    this.#listeners.set(booth, heard.add(hear));
    return () => void heard.delete(hear);
  }
}

const UNKNOWN: Look = { now: undefined, chosen: false, mine: false, dimmed: false };

function lookOf(booth: string, { booths, chosen, mine, seen, who }: Facts): Look {
  return { now: booths.get(booth), chosen: chosen.has(booth), mine: mine.has(booth), dimmed: seen !== null && !seen.has(booth), who: who?.get(booth) };
}

function isAs(look: Look, booth: string, { booths, chosen, mine, seen, who }: Facts): boolean {
  return (
    isSame(look.now, booths.get(booth)) &&
    look.chosen === chosen.has(booth) &&
    look.mine === mine.has(booth) &&
    look.who === who?.get(booth) &&
    look.dimmed === (seen !== null && !seen.has(booth))
  );
}

/** An overlapped booth is made anew with every picture, and a snapshot makes all of them anew. */
function isSame(one: BoothNow | undefined, other: BoothNow | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.state === other.state && one.over === other.over);
}

/** One booth's look; the component that asks is drawn again when it changes. */
export function useLook(looks: Looks, booth: string): Look {
  const subscribe = useCallback((hear: () => void) => looks.subscribe(booth, hear), [looks, booth]);
  return useSyncExternalStore(subscribe, () => looks.of(booth));
}
