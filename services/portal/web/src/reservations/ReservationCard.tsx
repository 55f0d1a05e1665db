import { useState, type ReactElement } from "react";

import type { Step } from "../api/calls.ts";
import type { Reservation } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";
import { Countdown } from "./Countdown.tsx";
import { ExhibitorName } from "./ExhibitorName.tsx";

interface Props {
  readonly reservation: Reservation;
  readonly offsetMs: number;
  readonly showHolder: boolean;
  readonly commanding: boolean;
  readonly busy: boolean;
  readonly onStep: (reservation: Reservation, step: Step) => void;
  readonly onEnd: () => void;
}

/**
 * One reservation: its booths, its state, and what can be done with it now. Confirming and extending are its holder's;
 * whoever sees the holder is the organizer, and says when the contract stands.
 */
export function ReservationCard(props: Props): ReactElement {
  const { reservation, offsetMs, showHolder, commanding, busy, onStep, onEnd } = props;
  const { t } = useSpeech();
  const [asking, setAsking] = useState(false);
  const held = reservation.state === "held";
  const mayCancel = held || reservation.state === "confirmed";
  const still = !commanding || busy;
  return (
    <li className={`reservation ${reservation.state}`} data-reservation={reservation.id} data-state={reservation.state}>
      <div className="reservation-head">
        <span className={`tag ${reservation.state}`}>{t.reservationState[reservation.state]}</span>
        {showHolder && <ExhibitorName id={reservation.exhibitor} />}
      </div>
      <ul className="chips">
        {reservation.booths.map((booth) => (
          <li key={booth}>{booth}</li>
        ))}
      </ul>
      {held && reservation.expires_at !== null && <Countdown expiresAt={reservation.expires_at} offsetMs={offsetMs} onEnd={onEnd} />}
      {mayCancel && !asking && (
        <div className="actions">
          {held && !showHolder && (
            <>
              <button type="button" className="primary" disabled={still} onClick={() => onStep(reservation, "confirm")}>
                {t.confirm}
              </button>
              <button type="button" disabled={still} onClick={() => onStep(reservation, "extend")}>
                {t.extend}
              </button>
            </>
          )}
          {showHolder && !held && (
            <button type="button" disabled={still} onClick={() => onStep(reservation, "sell")}>
              {t.sell}
            </button>
          )}
          <button type="button" className="plain" disabled={still} onClick={() => setAsking(true)}>
            {t.cancel}
          </button>
        </div>
      )}
      {mayCancel && asking && (
        <div className="actions" role="group" aria-label={t.cancelAsk}>
          <span className="ask">{t.cancelAsk}</span>
          <button
            type="button"
            className="danger"
            disabled={still}
            autoFocus
            onClick={() => {
              setAsking(false);
              onStep(reservation, "cancel");
            }}
          >
            {t.cancelYes}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            {t.cancelNo}
          </button>
        </div>
      )}
    </li>
  );
}
