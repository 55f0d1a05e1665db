import { useCallback, useEffect, useRef } from "react";

import type { Reservation } from "../api/types.ts";

/**
 * Tells of each hold that ran out, once: when the countdown gives it back to `onEnd`, or when the list says so first.
 */
export function useExpired(list: readonly Reservation[], tell: (reservation: Reservation) => void): (reservation: Reservation) => void {
  const told = useRef(new Set<string>());
  const before = useRef(list);
  const once = useCallback(
    (reservation: Reservation): void => {
      if (told.current.has(reservation.id)) return;
      told.current.add(reservation.id);
      tell(reservation);
    },
    [tell],
  );
  useEffect(() => {
    for (const reservation of newlyExpired(before.current, list)) once(reservation);
    before.current = list;
  }, [list, once]);
  return once;
}

/** The reservations that were held in the list before and have expired in this one. */
export function newlyExpired(before: readonly Reservation[], list: readonly Reservation[]): readonly Reservation[] {
  const held = new Set(before.filter(({ state }) => state === "held").map(({ id }) => id));
  return list.filter(({ id, state }) => state === "expired" && held.has(id));
}
