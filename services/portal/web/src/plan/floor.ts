/** Floor is sold once: a free booth inside or over a stand that somebody else has cannot be had. */

import type { BoothNow, InboxEntry, PlanFeature, Reservation } from "../api/types.ts";
import { isLive } from "../reservations/steps.ts";

/**
 * The booths with those free ones marked whose floor is taken, each with the booth in the way. `open` are booths whose
 * reservations let the reader in; where nothing is marked the same map comes back.
 */
export function withTakenFloor(
  features: readonly PlanFeature[],
  booths: ReadonlyMap<string, BoothNow>,
  open: ReadonlySet<string>,
): ReadonlyMap<string, BoothNow> {
  let marked: Map<string, BoothNow> | null = null;
  for (const { properties } of features) {
    const others = sharing(properties);
    // Most share their floor with nobody, and there may be thousands.
    if (others.length === 0) continue;
    const now = booths.get(properties.booth);
    if (now?.state !== "free") continue;
    const over = others.find((other) => isInTheWay(other, booths, open));
    if (over === undefined) continue;
    marked ??= new Map(booths);
    marked.set(properties.booth, { ...now, state: "overlapped", over });
  }
  return marked ?? booths;
}

/** The stands over a booth's floor, and those on it. */
function sharing({ part_of = [], parts = [] }: Partial<PlanFeature["properties"]>): readonly string[] {
  if (parts.length === 0) return part_of;
  return part_of.length === 0 ? parts : [...part_of, ...parts];
}

/** One that left the plan while it was free is in nobody's way. */
function isInTheWay(other: string, booths: ReadonlyMap<string, BoothNow>, open: ReadonlySet<string>): boolean {
  const state = booths.get(other)?.state;
  return state !== undefined && state !== "free" && state !== "withdrawn" && !open.has(other);
}

/**
 * Booths over whose floor an exhibitor may book: those of the reservations that it sees (its own, and those that name
 * it as co-exhibitor), and those that its inbox says it was admitted to, for nothing else tells it of these.
 */
export function openTo(
  exhibitor: string | null,
  fair: string,
  reservations: readonly Reservation[],
  inbox: readonly InboxEntry[],
): ReadonlySet<string> {
  if (exhibitor === null) return new Set();
  const seen = reservations.filter(isLive);
  const admitted = inbox.filter((entry) => entry.kind === "admitted" && entry.fair === fair && entry.params?.audience === "admitted");
  return new Set([...seen.flatMap(({ booths }) => booths), ...admitted.flatMap(({ params }) => params?.booths ?? [])]);
}
