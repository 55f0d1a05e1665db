/** What the services answer to those who run a fair, as the desk reads it. */

import type { Values } from "./texts/findings.ts";
import type { BoothStateName, Exhibitor, Names } from "../api/types.ts";

/** A booth that is not free, and who has it; `reason` is why a blocked one is out of sale. */
export interface Taken {
  readonly booth: string;
  readonly state: BoothStateName;
  readonly since: string | null;
  readonly until: string | null;
  readonly reservation: string | null;
  readonly exhibitor: string | null;
  readonly co_exhibitors: readonly string[];
  readonly reason: string;
}

export interface Tally {
  readonly booths: number;
  readonly area_m2: number;
  readonly amount_minor: number;
}

/** The states in which floor can be, in the order in which they are shown. */
export const FLOOR_STATES = ["sold", "reserved", "held", "blocked", "free"] as const;
export type FloorState = (typeof FLOOR_STATES)[number];
export type Standing = Readonly<Record<FloorState, Tally>>;

export const STEPS = ["held", "confirmed", "sold", "cancelled", "expired"] as const;
export type Step = (typeof STEPS)[number];

export const STANDING = ["sold", "reserved", "held"] as const;

export type SalesDay = Readonly<Record<Step, Tally>> & {
  readonly day: string;
  readonly standing: Readonly<Record<(typeof STANDING)[number], Tally>>;
};

export interface Sales {
  readonly time_zone: string;
  readonly currency: string;
  readonly days: readonly SalesDay[];
  readonly halls: readonly (Standing & { readonly hall: string })[];
  readonly sizes: readonly (Standing & { readonly over_m2: number; readonly up_to_m2: number | null })[];
  readonly complete: boolean;
}

export interface ExhibitorEntry extends Exhibitor {
  readonly names: Names;
  readonly country: string;
  readonly stands: readonly string[];
  readonly categories: readonly string[];
  readonly email: string | null;
  readonly language: string;
  readonly version: number;
}

export interface ExhibitorPage {
  readonly items: readonly ExhibitorEntry[];
  readonly cursor: string | null;
}

/** What of an exhibitor's entry is written. */
export interface ExhibitorFields {
  readonly name: string;
  readonly names: Names;
  readonly country: string;
  readonly stands: readonly string[];
  readonly categories: readonly string[];
  readonly email: string | null;
  readonly language: string;
}

export interface Finding {
  readonly at: string;
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
  readonly code: string;
  readonly values: Values;
}

export type ChangeKind = "created" | "changed" | "withdrawn";

export interface EntryChange {
  readonly at: string;
  readonly id: string;
  readonly name: string;
  readonly kind: ChangeKind;
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
}

export interface ImportReport {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly counts: Readonly<Record<ChangeKind | "unchanged", number>>;
  readonly changes: readonly EntryChange[];
  readonly digest: string;
}

/** A booth that a plan may not change. */
export interface NotFree {
  readonly booth: string;
  readonly reason: string;
  readonly state: BoothStateName;
}

/** Minutes by the clock in which at least a part was booked. */
interface TakenMinutes {
  readonly show_minutes: number;
  readonly build_up_minutes: number;
  readonly dismantling_minutes: number;
}

/** `share` is of floor and time: where half of a space was booked, it is half. */
interface Used {
  readonly share: number;
  readonly taken: TakenMinutes;
}

export interface MonthUsed {
  readonly month: string;
  readonly venue: Used;
  readonly spaces: readonly (Used & { readonly space: string })[];
}
