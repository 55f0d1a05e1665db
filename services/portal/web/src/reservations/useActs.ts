import { useCallback, useState } from "react";

import { Problem } from "../api/problem.ts";
import type { Reservation } from "../api/types.ts";
import type { Say } from "../notices.tsx";
import type { Texts } from "../texts/index.ts";
import { useExpired } from "./useExpired.ts";
import type { Reservations } from "./useReservations.ts";

/** Who hears what came of it. */
export interface Hearers {
  readonly say: Say;
  readonly acted: () => void;
  readonly refused: (error: unknown) => void;
}

/** What else is to be done before the reader can act again. */
interface After {
  readonly done?: (reservation: Reservation) => void;
  readonly refused?: (problem: Problem) => void;
}

export interface Acts {
  /** What is under way: a reservation's id, or `hold`. */
  readonly busy: string | null;
  /** Sends a command on reservations and tells what came of it; refused, they are read again. */
  readonly act: (what: string, done: keyof Texts["done"], send: () => Promise<Reservation>, after?: After) => Promise<void>;
  /** A countdown came to its end. */
  readonly ranOut: (reservation: Reservation) => void;
}

/** What a reader does with reservations, one thing at a time, and that their own holds ran out. */
export function useActs(reservations: Reservations, exhibitor: string | null, { say, acted, refused }: Hearers): Acts {
  const [busy, setBusy] = useState<string | null>(null);
  const { put, refresh } = reservations;
  const act = useCallback<Acts["act"]>(
    async (what, done, send, after = {}) => {
      setBusy(what);
      say(null);
      try {
        const reservation = await send();
        put(reservation);
        after.done?.(reservation);
        say({ kind: "done", what: done });
        acted();
      } catch (error) {
        refused(error);
        if (error instanceof Problem) after.refused?.(error);
        refresh();
      } finally {
        setBusy(null);
      }
    },
    [put, refresh, say, acted, refused],
  );
  const expired = useExpired(
    reservations.list,
    useCallback(
      (reservation: Reservation): void => {
        if (reservation.exhibitor === exhibitor) say({ kind: "expired", booths: reservation.booths });
      },
      [exhibitor, say],
    ),
  );
  const ranOut = useCallback(
    (reservation: Reservation): void => {
      expired(reservation);
      refresh();
    },
    [expired, refresh],
  );
  return { busy, act, ranOut };
}
