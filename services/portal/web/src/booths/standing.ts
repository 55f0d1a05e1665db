/** Which booths an exhibitors' list means: lists write `3.2/D050/F051` for the stand that the plan calls `D-050 F-051`. */

import type { Exhibitor } from "../api/types.ts";

/** A stand's addresses on its gangways, each as letters and digits alone, and all of them together. */
function addresses(number: string): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return [plain(number), ...number.split(/[\s/;,+&]+/u).map(plain)].filter((address) => address !== "");
}

/** A booth by its label, `3/A-011`, and its number in its hall. */
export interface BoothPlace {
  readonly booth: string;
  readonly number: string;
}

/** Who stands where, as far as the place is known: names by booth. */
export function standing(
  exhibitors: readonly Exhibitor[],
  places: readonly BoothPlace[],
  nameOf: (exhibitor: Exhibitor) => string,
): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>();
  for (const { booth, number } of places) {
    const hall = booth.slice(0, booth.indexOf("/"));
    for (const address of addresses(number)) {
      const key = `${hall}/${address}`;
      known.set(key, [...(known.get(key) ?? []), booth]);
    }
  }
  const found = new Map<string, readonly string[]>();
  for (const one of exhibitors) {
    for (const stand of one.stands) {
      const at = stand.indexOf("/");
      const there = addresses(stand.slice(at + 1)).flatMap((address) => known.get(`${stand.slice(0, Math.max(at, 0))}/${address}`) ?? []);
      for (const booth of new Set(there)) found.set(booth, [...(found.get(booth) ?? []), nameOf(one)]);
    }
  }
  return found;
}
