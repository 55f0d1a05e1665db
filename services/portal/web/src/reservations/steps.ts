import type { Step } from "../api/calls.ts";
import type { Reservation, ReservationState } from "../api/types.ts";

const OF_HOLDER: Readonly<Partial<Record<ReservationState, readonly Step[]>>> = {
  held: ["confirm", "extend", "cancel"],
  confirmed: ["cancel"],
};

const OF_ORGANIZER: Readonly<Partial<Record<ReservationState, readonly Step[]>>> = {
  held: ["cancel"],
  confirmed: ["sell", "cancel"],
  sold: ["cancel"],
};

/** As whom somebody looks at a reservation; a companion is one of its co-exhibitors, and only looks. */
export type Looker = "holder" | "companion" | "organizer";

/** What can be done with a reservation in this state. */
export function mayBe(state: ReservationState, looker: Looker): ReadonlySet<Step> {
  if (looker === "companion") return new Set();
  return new Set((looker === "organizer" ? OF_ORGANIZER : OF_HOLDER)[state]);
}

export function lookerAt(reservation: Reservation, exhibitor: string | null): Looker {
  if (exhibitor === null) return "organizer";
  return reservation.exhibitor === exhibitor ? "holder" : "companion";
}

export function isLive({ state }: Reservation): boolean {
  return state === "held" || state === "confirmed" || state === "sold";
}
