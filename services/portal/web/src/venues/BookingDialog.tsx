import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { SpaceBooking, VenueSpace } from "../api/types.ts";
import { WhatHappened } from "../history/HistoryList.tsx";
import { momentIn, ofSpaces, whyIn } from "../history/sentences.ts";
import { Dialog } from "../Dialog.tsx";
import { Unreachable } from "../live/Unreachable.tsx";
import { PaperLinks } from "../print/PaperLinks.tsx";
import { nameIn, useSpeech } from "../texts/index.ts";
import { idOf } from "./bars.ts";
import { MoveForm } from "./MoveForm.tsx";
import { stateOf, whenIn } from "./words.ts";

interface Props {
  readonly id: string;
  readonly spaces: readonly VenueSpace[];
  readonly mayChange: boolean;
  /** Whether the reader runs the venue. */
  readonly keeper: boolean;
  readonly onChanged: () => void;
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

const LIVE = ["inquiry", "option", "definite"];
type Mode = "look" | "move" | "cancel";

/** One booking: what it is, its function sheet, what can be done with it, and what happened to it. */
export function BookingDialog({ id, spaces, mayChange, keeper, onChanged, onRefused, onClose }: Props): ReactElement {
  const { t, language } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [booking, setBooking] = useState<SpaceBooking | null>(null);
  const [mode, setMode] = useState<Mode>("look");
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const refuse = useCallback(
    (error: unknown): void => {
      dialog.current?.close();
      onRefused(error);
    },
    [onRefused],
  );
  useEffect(() => void calls.spaceBooking(id).then(setBooking, refuse), [id, refuse]);
  const changed = (now: SpaceBooking): void => {
    setBooking(now);
    setMode("look");
    setTurn((n) => n + 1);
    onChanged();
  };
  const act = (what: calls.SpaceStep): void => {
    setBusy(true);
    calls.spaceStep(id, what).then(changed, refuse).finally(() => setBusy(false));
  };
  const names = new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)]));
  const step = (what: calls.SpaceStep, label: string, primary = false): ReactElement => (
    <button type="button" className={primary ? "primary" : undefined} disabled={busy} onClick={() => act(what)}>
      {label}
    </button>
  );
  return (
    <Dialog title={booking === null ? t.loading : booking.details.title || t.untitled} handle={dialog} onClose={onClose}>
      {booking !== null && (
        <>
          <dl>
            <dt>{t.stateWord}</dt>
            <dd>
              {stateOf(booking, t)}
              {booking.state === "option" && booking.expires_at !== null && (
                <span className="quiet">{t.byThen(momentIn(language, booking.expires_at, booking.time_zone))}</span>
              )}
              {booking.answer_by !== null && (
                <strong className="urgent">{t.challenged(momentIn(language, booking.answer_by, booking.time_zone))}</strong>
              )}
              {booking.answers_by !== null && (
                <span className="quiet">{t.answersBy(momentIn(language, booking.answers_by, booking.time_zone))}</span>
              )}
              {(booking.reason || booking.override) !== "" && <span className="quiet">{whyIn(booking.reason || booking.override, t)}</span>}
            </dd>
            <dt>{t.organizerWord}</dt>
            <dd>{booking.organizer}</dd>
            {booking.uses.map((use) => (
              <div key={`${use.space} ${use.start}`}>
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
          <PaperLinks at={`/api/booking/space-bookings/${encodeURIComponent(id)}/function-sheet`} name={t.functionSheet} />
          <Unreachable />
          {mode === "move" && <MoveForm booking={booking} names={names} onMoved={changed} onClose={() => setMode("look")} />}
          {mayChange && mode !== "move" && LIVE.includes(booking.state) && (
            <footer className="actions">
              {mode === "cancel" ? (
                <>
                  <span>{t.cancelSpaces}</span>
                  <button type="button" className="danger" disabled={busy} autoFocus onClick={() => act("cancel")}>
                    {t.ask.cancel.yes}
                  </button>
                  <button type="button" disabled={busy} onClick={() => setMode("look")}>
                    {t.ask.cancel.no}
                  </button>
                </>
              ) : (
                <>
                  {booking.state === "option" && step("confirm", t.goDefinite, true)}
                  {booking.state === "option" && (booking.rank ?? 1) > 1 && booking.answers_by === null && step("challenge", t.challengeOthers)}
                  {booking.state === "option" && step("yield", t.giveWay)}
                  {booking.state === "inquiry" && keeper && step("approve", t.approve, true)}
                  {booking.state === "inquiry" && keeper && step("decline", t.decline)}
                  <button type="button" onClick={() => setMode("move")}>
                    {t.move}
                  </button>
                  <button type="button" onClick={() => setMode("cancel")}>
                    {t.cancel}
                  </button>
                </>
              )}
            </footer>
          )}
          <WhatHappened
            of="space-bookings"
            id={id}
            zone={booking.time_zone}
            turn={turn}
            tell={(event) => ofSpaces(event, names, language, booking.time_zone, t)}
          />
        </>
      )}
    </Dialog>
  );
}
