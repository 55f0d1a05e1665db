import { useCallback, useRef, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { SpaceBooking, VenueSpace } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { useRead, useReadAgain } from "../api/useRead.ts";
import { WhatHappened } from "../history/HistoryList.tsx";
import { momentIn, ofSpaces, whyIn } from "../history/sentences.ts";
import { Dialog } from "../Dialog.tsx";
import { Unreachable } from "../live/Unreachable.tsx";
import { PaperLinks } from "../print/PaperLinks.tsx";
import { Reading, WhyNot } from "../Refused.tsx";
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
  /** Another one whenever something at the venue has changed: by others, too. */
  readonly turn: unknown;
  readonly onChanged: () => void;
  /** Hears of a session that has ended. */
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

const LIVE = ["inquiry", "option", "definite"];

/** One booking: what it is, its function sheet, what can be done with it, and what happened to it. */
export function BookingDialog({ id, spaces, mayChange, keeper, turn, onChanged, onRefused, onClose }: Props): ReactElement {
  const { t, language } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [cancelling, setCancelling] = useState(false);
  /** What is being moved, as it was when that began. */
  const [moving, setMoving] = useState<SpaceBooking | null>(null);
  const read = useRead(useCallback(() => calls.spaceBooking(id), [id]), onRefused);
  useReadAgain(read.again, turn);
  const booking = read.value;
  const { busy, problem, attempt, forget } = useAttempt(onRefused, booking?.version);
  const changed = async (): Promise<void> => {
    await read.again();
    setCancelling(false);
    setMoving(null);
    onChanged();
  };
  const act = (what: calls.SpaceStep): void =>
    void attempt(async () => {
      await calls.spaceStep(id, what);
      await changed();
    });
  const names = new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)]));
  const step = (what: calls.SpaceStep, label: string, primary = false): ReactElement => (
    <button type="button" className={primary ? "primary" : undefined} disabled={busy} onClick={() => act(what)}>
      {label}
    </button>
  );
  return (
    <Dialog title={booking === null ? t.loading : booking.details.title || t.untitled} handle={dialog} onClose={onClose}>
      <Reading of={read} />
      {booking !== null && (
        <>
          <dl>
            <dt>{t.stateWord}</dt>
            <dd>
              <span role="status">{stateOf(booking, t)}</span>
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
          {moving !== null && LIVE.includes(booking.state) && (
            <MoveForm
              key={moving.version}
              booking={moving}
              overtaken={booking.version !== moving.version}
              onTakeOver={() => setMoving(booking)}
              names={names}
              onMoved={changed}
              onRefused={onRefused}
              onClose={() => setMoving(null)}
            />
          )}
          <WhyNot problem={problem} />
          {mayChange && moving === null && LIVE.includes(booking.state) && (
            <footer className="actions">
              {cancelling ? (
                <>
                  <span>{t.cancelSpaces}</span>
                  <button type="button" className="danger" disabled={busy} autoFocus onClick={() => act("cancel")}>
                    {t.ask.cancel.yes}
                  </button>
                  <button type="button" disabled={busy} onClick={() => setCancelling(false)}>
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
                  <button type="button" onClick={() => {
                      forget();
                      setMoving(booking);
                    }}
                  >
                    {t.move}
                  </button>
                  <button type="button" onClick={() => setCancelling(true)}>
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
            turn={booking.version}
            tell={(event) => ofSpaces(event, names, language, booking.time_zone, t)}
          />
        </>
      )}
    </Dialog>
  );
}
