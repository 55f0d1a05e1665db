import { useState, type ReactElement } from "react";

import type { Step } from "../api/calls.ts";
import type { Fair, Reservation } from "../api/types.ts";
import { DownloadMenu } from "../downloads/DownloadMenu.tsx";
import { soughtHash } from "../history/address.ts";
import { useSpeech } from "../texts/index.ts";
import { ReservationCard } from "./ReservationCard.tsx";
import { isLive, lookerAt } from "./steps.ts";

interface Props {
  readonly fair: Pick<Fair, "slug" | "time_zone" | "hold_extensions_max">;
  readonly list: readonly Reservation[];
  readonly offsetMs: number;
  /** Whose list it is; null for an organizer, who sees everybody's. */
  readonly exhibitor: string | null;
  readonly commanding: boolean;
  readonly busy: string | null;
  readonly onStep: (reservation: Reservation, step: Step) => void;
  readonly onCoExhibitors: (reservation: Reservation, exhibitors: readonly string[]) => void;
  readonly onEnd: (reservation: Reservation) => void;
  /** Which one has just been made: it comes into view and has the focus. */
  readonly fresh?: string | null;
  readonly onShown?: () => void;
}

const SHOWN_FIRST = 20;

/** Reservations that stand, then those that are past. An organizer sees everybody's, with who. */
export function ReservationList({ fair, list, offsetMs, exhibitor, commanding, busy, onStep, onCoExhibitors, onEnd, fresh = null, onShown }: Props): ReactElement {
  const { t } = useSpeech();
  const ofFair = exhibitor === null;
  const [shown, setShown] = useState(SHOWN_FIRST);
  const standing = list.filter(isLive).toSorted(byUrgency);
  const past = list.filter((reservation) => !isLive(reservation));
  const card = (reservation: Reservation): ReactElement => (
    <ReservationCard
      key={reservation.id}
      onShown={reservation.id === fresh && onShown !== undefined ? onShown : null}
      reservation={reservation}
      zone={fair.time_zone}
      offsetMs={offsetMs}
      looker={lookerAt(reservation, exhibitor)}
      extensionsMax={fair.hold_extensions_max}
      commanding={commanding}
      busy={busy === reservation.id}
      onStep={onStep}
      onCoExhibitors={onCoExhibitors}
      onEnd={onEnd}
    />
  );
  return (
    <section className="card reservations" aria-labelledby={`reservations-at-${fair.slug}`}>
      <div className="titled">
        <h2 id={`reservations-at-${fair.slug}`}>
          {ofFair ? t.reservationsOfFair : t.reservations} {standing.length > 0 && <span className="count">{standing.length}</span>}
        </h2>
        {list.length > 0 && (
          <>
            {!ofFair && <a href={soughtHash({ fair: fair.slug })}>{t.happenings.title}</a>}
            <DownloadMenu tables={["reservations"]} query={`fair=${encodeURIComponent(fair.slug)}`} />
          </>
        )}
      </div>
      {standing.length === 0 && <p className="quiet">{ofFair ? t.noReservationsOfFair : t.noReservations}</p>}
      <ul className="cards">{standing.slice(0, shown).map(card)}</ul>
      {standing.length > shown && (
        <button type="button" className="plain" onClick={() => setShown((n) => n + SHOWN_FIRST)}>
          {t.showMore(standing.length - shown)}
        </button>
      )}
      {past.length > 0 && (
        <details>
          <summary>{t.past(past.length)}</summary>
          <ul className="cards">{past.slice(0, SHOWN_FIRST).map(card)}</ul>
        </details>
      )}
    </section>
  );
}

/** Holds first, the one that ends soonest at the top; the rest as the service gave them. */
function byUrgency(a: Reservation, b: Reservation): number {
  const ends = (reservation: Reservation): number =>
    reservation.state === "held" && reservation.expires_at !== null ? Date.parse(reservation.expires_at) : Number.MAX_SAFE_INTEGER;
  return ends(a) - ends(b);
}
