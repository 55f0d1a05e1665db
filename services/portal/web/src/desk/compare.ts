/** A new floor plan held against the old one: what each booth becomes, and where the file's faults are. */

import type { PlanFeature, Ring } from "../api/types.ts";
import type { EntryChange, Finding, NotFree } from "./types.ts";

/** `read` is a booth of a file with faults: what would become of it nobody can say yet. */
export type Fate = "read" | "created" | "changed" | "unchanged" | "withdrawn" | "refused" | "faulty";

export interface Drawn {
  /** The booth's number; a feature without one goes by its place in the file. */
  readonly name: string;
  readonly fate: Fate;
  readonly rings: readonly Ring[];
  /** Where a changed booth stood. */
  readonly before: readonly Ring[];
}

export interface NewFeature {
  /** Its place in the file, from 1. */
  readonly position: number;
  readonly number: string;
  readonly rings: readonly Ring[];
}

/** What of a file can be drawn: features with an outline of numbers. Null where it is no GeoJSON at all. */
export function featuresOf(text: string): { readonly hall: string | null; readonly features: readonly NewFeature[] } | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const file = fields(read);
  if (!Array.isArray(file["features"])) return null;
  const features = (file["features"] as readonly unknown[]).flatMap((one, n): NewFeature[] => {
    const { properties, geometry } = fields(one);
    const rings = fields(geometry)["coordinates"];
    if (!isRings(rings)) return [];
    const number = fields(properties)["number"];
    return [{ position: n + 1, number: typeof number === "string" ? number.trim().replace(/\s+/g, " ") : String(number ?? ""), rings }];
  });
  const hall = file["hall"] ?? fields(file["properties"])["hall"];
  return { hall: typeof hall === "string" ? hall : null, features };
}

/** The old plan's booths and the new one's, each with what becomes of it; `changes` and `refused` are the catalog's word. */
export function compared(
  old: readonly PlanFeature[],
  features: readonly NewFeature[],
  changes: readonly EntryChange[],
  refused: readonly NotFree[],
  faults: readonly Finding[],
): readonly Drawn[] {
  const before = new Map(old.map((one) => [one.properties.number, one.geometry.coordinates]));
  const now = new Set(features.map(({ number }) => number));
  const changed = new Set(changes.filter(({ kind }) => kind === "changed").map(({ name }) => name));
  const kept = new Set(refused.map(({ booth }) => booth.slice(booth.indexOf("/") + 1)));
  const faulty = new Set(faults.flatMap(({ at }) => positionOf(at) ?? []));
  if (faults.length > 0) {
    return features.map(({ position, number, rings }): Drawn => {
      return { name: number || `#${position}`, fate: faulty.has(position) ? "faulty" : "read", rings, before: [] };
    });
  }
  const gone = old.filter(({ properties }) => !now.has(properties.number));
  return [
    ...gone.map(({ properties: { number }, geometry }): Drawn => {
      return { name: number, fate: kept.has(number) ? "refused" : "withdrawn", rings: geometry.coordinates, before: [] };
    }),
    ...features.map(({ position, number, rings }): Drawn => {
      const stood = before.get(number);
      const fate = kept.has(number) ? "refused" : stood === undefined ? "created" : changed.has(number) ? "changed" : "unchanged";
      return { name: number || `#${position}`, fate, rings, before: stood !== undefined && !sameRings(stood, rings) ? stood : [] };
    }),
  ];
}

/** The place in the file of the feature that a finding is about; null where it is about the file. */
export function positionOf(at: string): number | null {
  const digits = /^feature (\d+)\b/.exec(at)?.[1];
  return digits === undefined ? null : Number(digits);
}

function sameRings(one: readonly Ring[], other: readonly Ring[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isRings(value: unknown): value is readonly Ring[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((ring) => Array.isArray(ring) && ring.every((at) => Array.isArray(at) && typeof at[0] === "number" && typeof at[1] === "number"))
  );
}
