import { useEffect, useRef, useState, type ReactElement } from "react";

import type { Step } from "../api/calls.ts";
import type { Reservation } from "../api/types.ts";
import { USABLE } from "../focus.ts";
import { WhatHappened } from "../history/HistoryList.tsx";
import { ofBooths } from "../history/sentences.ts";
import { inWords } from "../prices/prices.ts";
import { PaperLinks } from "../print/PaperLinks.tsx";
import { useSpeech } from "../texts/index.ts";
import { CoExhibitors } from "./CoExhibitors.tsx";
import { Countdown } from "./Countdown.tsx";
import { ExhibitorName } from "./ExhibitorName.tsx";
import { isLive, mayBe, type Looker } from "./steps.ts";

interface Props {
  readonly reservation: Reservation;
  /** The fair's. */
  readonly zone: string;
  readonly offsetMs: number;
  readonly looker: Looker;
  /** How often the fair lets a hold be extended. */
  readonly extensionsMax: number;
  readonly commanding: boolean;
  readonly busy: boolean;
  readonly onStep: (reservation: Reservation, step: Step) => void;
  readonly onCoExhibitors: (reservation: Reservation, exhibitors: readonly string[]) => void;
  readonly onEnd: (reservation: Reservation) => void;
  /** Hears that it has come into view, where it has just been made. */
  readonly onShown: (() => void) | null;
}

/**
 * One reservation: its booths, its state, and what can be done with it now. What cannot be taken back is asked first.
 */
export function ReservationCard(props: Props): ReactElement {
  const { reservation, zone, offsetMs, looker, extensionsMax, commanding, busy, onStep, onCoExhibitors, onEnd, onShown } = props;
  const { t, language } = useSpeech();
  const [asked, setAsked] = useState<"cancel" | "sell" | null>(null);
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (onShown === null) return;
    onShown();
    // Whoever has gone on to something else meanwhile stays there.
    if (document.activeElement?.matches(USABLE)) return;
    card.current?.focus({ preventScroll: true });
    card.current?.scrollIntoView({ block: "nearest" });
  }, [onShown]);
  const may = mayBe(reservation.state, looker);
  const asking = asked !== null && may.has(asked) ? asked : null;
  const still = !commanding || busy;
  const extensions = Math.max(0, extensionsMax - reservation.extensions);
  return (
    <li ref={card} tabIndex={-1} className={`reservation ${reservation.state}`} data-reservation={reservation.id} data-state={reservation.state}>
      <div className="reservation-head">
        <span className={`tag ${reservation.state}`}>{t.reservationState[reservation.state]}</span>
        {looker !== "holder" && <ExhibitorName id={reservation.exhibitor} />}
      </div>
      <ul className="chips">
        {reservation.booths.map((booth) => (
          <li key={booth}>{booth}</li>
        ))}
      </ul>
      {reservation.price !== null && (
        <p className="price">{inWords(reservation.price.amount_minor, reservation.price.currency, t, language)}</p>
      )}
      {reservation.state === "held" && reservation.expires_at !== null && (
        <Countdown expiresAt={reservation.expires_at} offsetMs={offsetMs} onEnd={() => onEnd(reservation)} />
      )}
      {isLive(reservation) && (
        <CoExhibitors
          reservation={reservation}
          changing={looker === "holder"}
          disabled={still}
          onSave={(exhibitors) => onCoExhibitors(reservation, exhibitors)}
        />
      )}
      {may.has("extend") && <p className="quiet">{t.extensionsLeft(extensions)}</p>}
      {may.size > 0 && asking === null && (
        <div className="actions">
          {may.has("confirm") && (
            <button type="button" className="primary" disabled={still} onClick={() => onStep(reservation, "confirm")}>
              {t.confirm}
            </button>
          )}
          {may.has("extend") && (
            <button type="button" disabled={still || extensions === 0} onClick={() => onStep(reservation, "extend")}>
              {t.extend}
            </button>
          )}
          {may.has("sell") && (
            <button type="button" disabled={still} onClick={() => setAsked("sell")}>
              {t.sell}
            </button>
          )}
          {may.has("cancel") && (
            <button type="button" className="plain" disabled={still} onClick={() => setAsked("cancel")}>
              {t.cancel}
            </button>
          )}
        </div>
      )}
      {asking !== null && (
        <div className="actions" role="group" aria-label={t.ask[asking].question}>
          <span className="ask">{t.ask[asking].question}</span>
          <button
            type="button"
            className={asking === "cancel" ? "danger" : "primary"}
            disabled={still}
            autoFocus
            onClick={() => {
              setAsked(null);
              onStep(reservation, asking);
            }}
          >
            {t.ask[asking].yes}
          </button>
          <button type="button" onClick={() => setAsked(null)}>
            {t.ask[asking].no}
          </button>
        </div>
      )}
      {reservation.confirmed_at !== null && (
        <PaperLinks at={`/api/booking/reservations/${encodeURIComponent(reservation.id)}/confirmation`} name={t.confirmation} />
      )}
      <WhatHappened
        of="reservations"
        id={reservation.id}
        zone={zone}
        turn={reservation.version}
        tell={(event) => ofBooths(event, language, zone, t)}
      />
    </li>
  );
}
