/** Which booths an exhibitors' list means: lists write `3.2/D050/F051` for the stand that the plan calls `D-050 F-051`. */

import type { Exhibitor, PlanFeature } from "../api/types.ts";

/** A stand's addresses on its gangways, each as letters and digits alone, and all of them together. */
function addresses(number: string): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return [plain(number), ...number.split(/[\s/;,+&]+/u).map(plain)].filter((address) => address !== "");
}

/** Who stands where, as far as the plan shows the place: names by booth. */
export function standing(
  exhibitors: readonly Exhibitor[],
  features: readonly PlanFeature[],
  nameOf: (exhibitor: Exhibitor) => string,
): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>();
  for (const { properties } of features) {
    const hall = properties.booth.slice(0, properties.booth.indexOf("/"));
    for (const address of addresses(properties.number)) {
      const key = `${hall}/${address}`;
      known.set(key, [...(known.get(key) ?? []), properties.booth]);
    }
  }
  const found = new Map<string, readonly string[]>();
  for (const one of exhibitors) {
    for (const stand of one.stands) {
      const at = stand.indexOf("/");
      const places = addresses(stand.slice(at + 1)).flatMap((address) => known.get(`${stand.slice(0, Math.max(at, 0))}/${address}`) ?? []);
      for (const booth of new Set(places)) found.set(booth, [...(found.get(booth) ?? []), nameOf(one)]);
    }
  }
  return found;
}
