/** The booths of a fair as last heard: a snapshot, then changes merged by version. */

import type { BoothNow, BoothsMessage } from "../api/types.ts";

export interface Picture {
  readonly sequence: number;
  readonly booths: ReadonlyMap<string, BoothNow>;
}

export const EMPTY: Picture = { sequence: 0, booths: new Map() };

/**
 * Takes a full snapshot. It replaces the picture; only where it is older than what is known (a reconnect answered by
 * a process that lags behind) does a booth keep the higher version.
 */
export function takeSnapshot(known: Picture, message: BoothsMessage): Picture {
  const booths = new Map(message.booths.map((booth) => [booth.booth, shown(booth)]));
  if (message.sequence < known.sequence) {
    for (const [id, before] of known.booths) {
      const now = booths.get(id);
      if (now === undefined || before.version > now.version) booths.set(id, before);
    }
  }
  return { sequence: Math.max(known.sequence, message.sequence), booths };
}

/** Merges a delta; what was heard before (same or lower version) changes nothing. */
export function takeChanges(known: Picture, message: BoothsMessage): Picture {
  const newer = message.booths.filter((booth) => booth.version > (known.booths.get(booth.booth)?.version ?? -1));
  const sequence = Math.max(known.sequence, message.sequence);
  if (newer.length === 0) return sequence === known.sequence ? known : { sequence, booths: known.booths };
  const booths = new Map(known.booths);
  for (const booth of newer) booths.set(booth.booth, shown(booth));
  return { sequence, booths };
}

/** A booth that left the floor plan takes no new hold, though it may be free or somebody's still. */
function shown(booth: BoothNow): BoothNow {
  return booth.withdrawn === true && booth.state === "free" ? { ...booth, state: "withdrawn" } : booth;
}
