/** What somebody looks for among a hall's booths, and what is like a booth that they lost. */

import type { BoothNow, PlanFeature } from "../api/types.ts";
import { boxOf, centre } from "../plan/geometry.ts";
import { minorUnits } from "../prices/money.ts";
import type { Prices } from "../prices/prices.ts";
import type { Standing } from "./useStanding.ts";

export interface Filters {
  readonly sought: string;
  readonly onlyFree: boolean;
  /** Square metres, as typed; empty for any. */
  readonly areaMin: string;
  readonly areaMax: string;
  /** In whole units of the fair's currency, as typed; empty for any. */
  readonly priceMax: string;
  /** At least so many open sides. */
  readonly sides: number;
  /** The code of a product group that is shown there; empty for any. */
  readonly group: string;
}

export const NO_FILTERS: Filters = { sought: "", onlyFree: false, areaMin: "", areaMax: "", priceMax: "", sides: 0, group: "" };

export function isFiltering(filters: Filters): boolean {
  const { sought, onlyFree, areaMin, areaMax, priceMax, sides, group } = filters;
  return sought.trim() !== "" || onlyFree || areaMin !== "" || areaMax !== "" || priceMax !== "" || sides > 0 || group !== "";
}

/** What is known of the booths among which something is looked for. */
export interface Known {
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly chosen: ReadonlySet<string>;
  readonly prices: Prices;
  /** Where those stand whose names are looked for. */
  readonly named: Standing;
  /** Where those stand who show the product group; null while that is not known. */
  readonly showing: Standing;
}

/** A hall's booths as people count them: A-2 before A-10. */
export function byNumber(features: readonly PlanFeature[]): readonly PlanFeature[] {
  const order = new Intl.Collator("en", { numeric: true });
  return features.toSorted((a, b) => order.compare(a.properties.number, b.properties.number));
}

/** The booths that are looked for; what is chosen already stays in sight of “only free”. */
export function matching(features: readonly PlanFeature[], known: Known, filters: Filters): readonly PlanFeature[] {
  if (!isFiltering(filters)) return features;
  const { booths, chosen, prices, named, showing } = known;
  const sought = filters.sought.trim().toLowerCase();
  const [min, max] = [filters.areaMin, filters.areaMax].map(Number) as [number, number];
  const most = filters.priceMax === "" ? null : Number(filters.priceMax) * minorUnits(prices.currency || "EUR");
  const affordable = (amount: number | null | undefined): boolean => most === null || (typeof amount === "number" && amount <= most);
  return features.filter(
    ({ properties: { booth, number, area_m2, open_sides } }) =>
      (number.toLowerCase().includes(sought) || named?.has(booth) === true) &&
      (filters.group === "" || showing === null || showing.has(booth)) &&
      affordable(prices.of.get(booth)) &&
      (!filters.onlyFree || booths.get(booth)?.state === "free" || chosen.has(booth)) &&
      (filters.areaMin === "" || area_m2 >= min) &&
      (filters.areaMax === "" || area_m2 <= max) &&
      open_sides >= filters.sides,
  );
}

/** Whether a booth of any hall is what is looked for by number, name or product group; its size and price are told in its hall. */
export function fitsAnywhere(booth: string, { named, showing }: Pick<Known, "named" | "showing">, { sought, group }: Filters): boolean {
  const words = sought.trim().toLowerCase();
  if (words === "" && group === "") return false;
  return (booth.slice(booth.indexOf("/") + 1).toLowerCase().includes(words) || named?.has(booth) === true) && (group === "" || showing?.has(booth) === true);
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
