import { useCallback, useEffect, useRef, useState } from "react";

import * as calls from "../api/calls.ts";
import type { Reservation } from "../api/types.ts";
import type { Picture } from "../live/picture.ts";
import { clockOffsetMs } from "./countdown.ts";

export interface Reservations {
  readonly list: readonly Reservation[];
  readonly offsetMs: number;
  readonly put: (reservation: Reservation) => void;
  readonly refresh: () => void;
}

const SOON_MS = 120;
const LATER_MS = 3000;

/**
 * The reservations that this account may see, read again when the live picture says that something moved: at once
 * where it touches a booth among them, else after a few seconds, so that a rush elsewhere does not become a rush here.
 * What moves no booth, as when somebody is named as co-exhibitor, is heard of by `news`, the newest inbox entry.
 */
export function useReservations(fair: string, picture: Picture, news: string | undefined): Reservations {
  const [list, setList] = useState<readonly Reservation[]>([]);
  const [offsetMs, setOffsetMs] = useState(0);
  const timer = useRef<{ due: number; handle: ReturnType<typeof setTimeout> } | null>(null);
  const known = useRef<readonly Reservation[]>([]);
  const before = useRef(picture);
  known.current = list;

  const read = useCallback(async (): Promise<void> => {
    const found = await calls.reservations(fair);
    setList((now) => merged(now, found));
  }, [fair]);

  const readIn = useCallback(
    (ms: number): void => {
      const due = Date.now() + ms;
      if (timer.current !== null && timer.current.due <= due) return;
      if (timer.current !== null) clearTimeout(timer.current.handle);
      const handle = setTimeout(() => {
        timer.current = null;
        // Where it cannot be read now, the live feed is down as well and says so; its return reads again.
        read().catch(() => readIn(LATER_MS));
      }, ms);
      timer.current = { due, handle };
    },
    [read],
  );

  useEffect(() => {
    setList([]);
    readIn(0);
    return () => {
      if (timer.current !== null) clearTimeout(timer.current.handle);
      timer.current = null;
    };
  }, [readIn]);

  useEffect(() => {
    const last = before.current;
    before.current = picture;
    if (last === picture) return;
    const own = new Set(known.current.flatMap((reservation) => reservation.booths));
    const touched = [...own].some((booth) => last.booths.get(booth) !== picture.booths.get(booth));
    readIn(touched ? SOON_MS : LATER_MS * (0.5 + Math.random()));
  }, [picture, readIn]);

  useEffect(() => {
    if (news !== undefined) readIn(SOON_MS);
  }, [news, readIn]);

  const put = useCallback((reservation: Reservation): void => {
    setOffsetMs(clockOffsetMs(reservation.server_now, Date.now()));
    setList((now) => merged(now, [reservation, ...now.filter((one) => one.id !== reservation.id)]));
  }, []);

  const refresh = useCallback(() => readIn(0), [readIn]);
  const newest = list[0]?.server_now;
  useEffect(() => {
    if (newest !== undefined) setOffsetMs(clockOffsetMs(newest, Date.now()));
  }, [newest]);
  return { list, offsetMs, put, refresh };
}

/** What was read, except where this page already knows a higher version: an answer may overtake a list. */
export function merged(known: readonly Reservation[], read: readonly Reservation[]): readonly Reservation[] {
  const versions = new Map(known.map((reservation) => [reservation.id, reservation]));
  return read.map((reservation) => {
    const before = versions.get(reservation.id);
    return before !== undefined && before.version > reservation.version ? before : reservation;
  });
}
