import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { SpaceBooking, VenueSpace } from "../api/types.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { idOf } from "./bars.ts";
import { stateOf, whenIn } from "./words.ts";

interface Props {
  readonly id: string;
  readonly spaces: readonly VenueSpace[];
  readonly mayChange: boolean;
  readonly onChanged: () => void;
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

const LIVE = ["inquiry", "option", "definite"];

/** One booking: what it is, its function sheet, and what can be done with it. */
export function BookingDialog({ id, spaces, mayChange, onChanged, onRefused, onClose }: Props): ReactElement {
  const { t, language } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [booking, setBooking] = useState<SpaceBooking | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const refuse = useCallback(
    (error: unknown): void => {
      dialog.current?.close();
      onRefused(error);
    },
    [onRefused],
  );
  useEffect(() => void calls.spaceBooking(id).then(setBooking, refuse), [id, refuse]);
  const act = (what: calls.SpaceStep): void => {
    setBusy(true);
    calls
      .spaceStep(id, what)
      .then((changed) => {
        setBooking(changed);
        setAsking(false);
        onChanged();
      }, refuse)
      .finally(() => setBusy(false));
  };
  const names = new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)]));
  const sheet = `/api/booking/space-bookings/${encodeURIComponent(id)}/function-sheet?language=${language}`;
  return (
    <dialog ref={dialog} className="venue-dialog" aria-labelledby="booking-title" onClose={onClose}>
      <header>
        <h2 id="booking-title">{booking === null ? t.loading : booking.details.title || t.untitled}</h2>
        <button type="button" className="plain" onClick={() => dialog.current?.close()}>
          {t.close}
        </button>
      </header>
      {booking !== null && (
        <>
          <dl>
            <dt>{t.stateWord}</dt>
            <dd>{stateOf(booking, t)}</dd>
            <dt>{t.organizerWord}</dt>
            <dd>{booking.organizer}</dd>
            {booking.uses.map((use) => (
              <div className="use" key={`${use.space} ${use.start}`}>
                <dt>{names.get(use.space) ?? use.space}</dt>
                <dd>
                  {whenIn(language, Date.parse(use.start), Date.parse(use.end), booking.time_zone)}
                  {use.build_up && (
                    <span className="quiet">{t.buildUpFrom(whenIn(language, Date.parse(use.build_up.start), Date.parse(use.build_up.end), booking.time_zone))}</span>
                  )}
                  {use.dismantling && (
                    <span className="quiet">
                      {t.dismantlingUntil(whenIn(language, Date.parse(use.dismantling.start), Date.parse(use.dismantling.end), booking.time_zone))}
                    </span>
                  )}
                </dd>
              </div>
            ))}
          </dl>
          <p className="links">
            <a href={sheet} target="_blank" rel="noreferrer">
              {t.functionSheet}
            </a>
            <a href={`${sheet}&format=pdf`} target="_blank" rel="noreferrer">
              PDF
            </a>
          </p>
          {mayChange && LIVE.includes(booking.state) && (
            <footer className="actions">
              {booking.state === "option" && (
                <button type="button" className="primary" disabled={busy} onClick={() => act("confirm")}>
                  {t.goDefinite}
                </button>
              )}
              {asking ? (
                <>
                  <span>{t.cancelSpaces}</span>
                  <button type="button" className="danger" disabled={busy} onClick={() => act("cancel")}>
                    {t.ask.cancel.yes}
                  </button>
                  <button type="button" disabled={busy} onClick={() => setAsking(false)}>
                    {t.ask.cancel.no}
                  </button>
                </>
              ) : (
                <button type="button" onClick={() => setAsking(true)}>
                  {t.cancel}
                </button>
              )}
            </footer>
          )}
        </>
      )}
    </dialog>
  );
}
