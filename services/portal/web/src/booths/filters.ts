/** What somebody looks for among a hall's booths, and what is like a booth that they lost. */

import type { BoothNow, PlanFeature } from "../api/types.ts";
import { boxOf, centre } from "../plan/geometry.ts";

export interface Filters {
  readonly sought: string;
  readonly onlyFree: boolean;
  /** Square metres, as typed; empty for any. */
  readonly areaMin: string;
  readonly areaMax: string;
  /** At least so many open sides. */
  readonly sides: number;
}

export const NO_FILTERS: Filters = { sought: "", onlyFree: false, areaMin: "", areaMax: "", sides: 0 };

export function isFiltering(filters: Filters): boolean {
  const { sought, onlyFree, areaMin, areaMax, sides } = filters;
  return sought.trim() !== "" || onlyFree || areaMin !== "" || areaMax !== "" || sides > 0;
}

/** The booths that are looked for; what is chosen already stays in sight of “only free”. */
export function matching(
  features: readonly PlanFeature[],
  booths: ReadonlyMap<string, BoothNow>,
  chosen: ReadonlySet<string>,
  sides: ReadonlyMap<string, number>,
  filters: Filters,
): readonly PlanFeature[] {
  const sought = filters.sought.trim().toLowerCase();
  const [min, max] = [filters.areaMin, filters.areaMax].map(Number) as [number, number];
  return features.filter(
    ({ properties: { booth, number, area_m2 } }) =>
      number.toLowerCase().includes(sought) &&
      (!filters.onlyFree || booths.get(booth)?.state === "free" || chosen.has(booth)) &&
      (filters.areaMin === "" || area_m2 >= min) &&
      (filters.areaMax === "" || area_m2 <= max) &&
      (sides.get(booth) ?? 0) >= filters.sides,
  );
}

const ALIKE = 0.3;

/** The nearest free booths of about the same size as one that was lost, the nearest first. */
export function similarFree(
  lost: string,
  features: readonly PlanFeature[],
  booths: ReadonlyMap<string, BoothNow>,
  chosen: ReadonlySet<string>,
  most: number,
): readonly string[] {
  const from = features.find(({ properties }) => properties.booth === lost);
  if (from === undefined) return [];
  const middle = (feature: PlanFeature): readonly [number, number] => centre(boxOf(feature.geometry.coordinates[0] ?? []));
  const [x, y] = middle(from);
  const area = from.properties.area_m2;
  return features
    .filter(({ properties: { booth, area_m2 } }) => booths.get(booth)?.state === "free" && !chosen.has(booth) && Math.abs(area_m2 - area) <= ALIKE * area)
    .map((feature) => {
      const [atX, atY] = middle(feature);
      return { booth: feature.properties.booth, far: Math.hypot(atX - x, atY - y) };
    })
    .toSorted((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ booth }) => booth);
}
