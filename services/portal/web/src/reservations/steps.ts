import type { Step } from "../api/calls.ts";
import type { ReservationState } from "../api/types.ts";

const OF_HOLDER: Readonly<Partial<Record<ReservationState, readonly Step[]>>> = {
  held: ["confirm", "extend", "cancel"],
  confirmed: ["cancel"],
};

const OF_ORGANIZER: Readonly<Partial<Record<ReservationState, readonly Step[]>>> = {
  held: ["cancel"],
  confirmed: ["sell", "cancel"],
  sold: ["cancel"],
};

/** What can be done with a reservation in this state: by the exhibitor who has it, or by the fair's organizer. */
export function mayBe(state: ReservationState, organizer: boolean): ReadonlySet<Step> {
  return new Set((organizer ? OF_ORGANIZER : OF_HOLDER)[state]);
}
