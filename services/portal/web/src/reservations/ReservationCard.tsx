import { useState, type ReactElement } from "react";

import type { Step } from "../api/calls.ts";
import type { Reservation } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";
import { Countdown } from "./Countdown.tsx";
import { ExhibitorName } from "./ExhibitorName.tsx";
import { mayBe } from "./steps.ts";

interface Props {
  readonly reservation: Reservation;
  readonly offsetMs: number;
  readonly showHolder: boolean;
  readonly commanding: boolean;
  readonly busy: boolean;
  readonly onStep: (reservation: Reservation, step: Step) => void;
  readonly onEnd: (reservation: Reservation) => void;
}

/**
 * One reservation: its booths, its state, and what can be done with it now. Whoever sees the holder is the organizer.
 * What cannot be taken back is asked first.
 */
export function ReservationCard(props: Props): ReactElement {
  const { reservation, offsetMs, showHolder, commanding, busy, onStep, onEnd } = props;
  const { t } = useSpeech();
  const [asked, setAsked] = useState<"cancel" | "sell" | null>(null);
  const may = mayBe(reservation.state, showHolder);
  const asking = asked !== null && may.has(asked) ? asked : null;
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
      {reservation.state === "held" && reservation.expires_at !== null && (
        <Countdown expiresAt={reservation.expires_at} offsetMs={offsetMs} onEnd={() => onEnd(reservation)} />
      )}
      {may.size > 0 && asking === null && (
        <div className="actions">
          {may.has("confirm") && (
            <button type="button" className="primary" disabled={still} onClick={() => onStep(reservation, "confirm")}>
              {t.confirm}
            </button>
          )}
          {may.has("extend") && (
            <button type="button" disabled={still} onClick={() => onStep(reservation, "extend")}>
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
    </li>
  );
}
