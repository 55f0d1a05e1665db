import { useEffect, useMemo, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { useReach } from "../api/reach.ts";
import type { Fair, InboxEntry } from "../api/types.ts";
import { useRead } from "../api/useRead.ts";
import { Deadlines } from "../fairs/Deadlines.tsx";
import { showDays } from "../fairs/dates.ts";
import { inOrder } from "../fairs/order.ts";
import { Frame, useTools, type FrameProps, type Tools } from "../Frame.tsx";
import { placeHash } from "../landing.ts";
import { EMPTY } from "../live/picture.ts";
import { Unreachable } from "../live/Unreachable.tsx";
import { Reading } from "../Refused.tsx";
import { ReservationList } from "../reservations/ReservationList.tsx";
import { isLive } from "../reservations/steps.ts";
import { useActs } from "../reservations/useActs.ts";
import { useReservations } from "../reservations/useReservations.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { dayOf } from "../venues/time.ts";

const AGAIN_MS = 30_000;

/** The fairs at which the reader has something, or had. */
async function placesBooked(): Promise<ReadonlySet<string>> {
  return new Set((await calls.reservations(null)).map(({ fair }) => fair));
}

/** Everything that an exhibitor has at any fair, with the days to keep there. */
export function BookingsPage(props: FrameProps): ReactElement {
  const { t } = useSpeech();
  const tools = useTools(props);
  const { inbox, refused } = tools;
  const readFairs = useRead(calls.fairs, refused);
  const fairs = readFairs.value;
  const readBooked = useRead(placesBooked, refused);
  const booked = readBooked.value;
  const news = inbox.entries[0]?.id;
  const { again } = readBooked;
  useEffect(() => {
    if (news !== undefined) void again();
  }, [news, again]);
  const shown = useMemo(
    () => inOrder((fairs ?? []).filter(({ slug }) => booked?.has(slug)), (fair) => dayOf(Date.now(), fair.time_zone)),
    [fairs, booked],
  );
  return (
    <Frame tools={tools} place="bookings" context={null} timeZoneOf={(slug) => fairs?.find((one) => one.slug === slug)?.time_zone}>
      <h1 className="page-title">{t.myBookings}</h1>
      <Reading of={readFairs.value === null ? readFairs : readBooked} />
      {fairs !== null && booked !== null && shown.length === 0 && <p className="waiting">{t.noBookings}</p>}
      {shown.map((fair) => (
        <AtFair key={fair.slug} fair={fair} tools={tools} news={inbox.entries.find((entry) => entry.fair === fair.slug)} />
      ))}
    </Frame>
  );
}

interface AtFairProps {
  readonly fair: Fair;
  readonly tools: Tools;
  readonly news: InboxEntry | undefined;
}

/** What the reader has at one fair. It is read again whenever the inbox tells of that fair. */
function AtFair({ fair, tools, news }: AtFairProps): ReactElement {
  const { t, language } = useSpeech();
  const { exhibitor } = tools.session;
  const reservations = useReservations(fair.slug, EMPTY, news?.id);
  const { busy, act, ranOut } = useActs(reservations, exhibitor, tools);
  const reach = useReach();
  const { refresh } = reservations;
  useEffect(() => {
    // What nobody is told of in the inbox is seen here all the same, once the reader looks.
    const handle = setInterval(() => !document.hidden && refresh(), AGAIN_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(handle);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [refresh]);
  const today = dayOf(Date.now(), fair.time_zone);
  const standing = reservations.list.some(isLive);
  return (
    <section className="at-fair" aria-labelledby={`at-${fair.slug}`}>
      <header>
        <h2 id={`at-${fair.slug}`}>
          <a href={placeHash(fair.slug, "")}>{nameIn(fair.name, language, fair.slug)}</a>
        </h2>
        <span className="quiet">{showDays(fair, language)}</span>
      </header>
      <div className="at-fair-parts">
        {!reach && <Unreachable />}
        <ReservationList
          fair={fair}
          list={reservations.list}
          offsetMs={reservations.offsetMs}
          exhibitor={exhibitor}
          commanding={fair.state === "published" && reach}
          busy={busy}
          onStep={(reservation, step) => void act(reservation.id, step, () => calls.step(reservation.id, step))}
          onCoExhibitors={({ id }, exhibitors) => void act(id, "coExhibitors", () => calls.setCoExhibitors(id, exhibitors))}
          onEnd={ranOut}
        />
        {standing && fair.deadlines.length > 0 && (
          <section className="card about" aria-label={t.deadlines}>
            <Deadlines deadlines={fair.deadlines} today={today} />
          </section>
        )}
      </div>
    </section>
  );
}
