import { useState, type FormEvent, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { useReach } from "../api/reach.ts";
import type { Alternative, Phase, SpaceBooking, SpaceUse } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { useSpeech } from "../texts/index.ts";
import { Moment } from "./Moment.tsx";
import { movedUses } from "./moved.ts";
import { Refusal } from "./Refusal.tsx";
import { between, plus, wallAt } from "./time.ts";

interface Props {
  /** As it was when the form was opened; what somebody changes meanwhile is not taken over by itself. */
  readonly booking: SpaceBooking;
  /** Whether it is another by now. */
  readonly overtaken: boolean;
  /** Begins anew with the booking as it is. */
  readonly onTakeOver: () => void;
  readonly names: ReadonlyMap<string, string>;
  /** Settles once what came of it is in sight. */
  readonly onMoved: () => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

/**
 * Other times, or another space, for a booking; the way of the keyboard to what dragging does. A booking that is at
 * several times moves as a whole.
 */
export function MoveForm({ booking, overtaken, onTakeOver, names, onMoved, onRefused, onClose }: Props): ReactElement {
  const { t } = useSpeech();
  const zone = booking.time_zone;
  const [first] = booking.uses as readonly [SpaceBooking["uses"][number]];
  const rooms = new Set(booking.uses.map((use) => use.space));
  const wall = (moment: string | undefined): string => (moment === undefined ? "" : wallAt(Date.parse(moment), zone));
  const times = ({ start, end, build_up, dismantling }: SpaceUse): string =>
    [start, end, build_up?.start, build_up?.end, dismantling?.start, dismantling?.end].map((moment) => moment ?? "").join();
  const together = booking.uses.every((use) => times(use) === times(first));
  const [space, setSpace] = useState(first.space);
  const [from, setFrom] = useState(wall(first.start));
  const [until, setUntil] = useState(wall(first.end));
  const [buildUp, setBuildUp] = useState(wall(first.build_up?.start));
  const [cleared, setCleared] = useState(wall(first.dismantling?.end));
  const { busy, problem, attempt } = useAttempt(onRefused);
  const reach = useReach();

  const move = (uses: Alternative["uses"]): void =>
    void attempt(async () => {
      await calls.reschedule(booking, uses);
      await onMoved();
    });
  // Build-up and dismantling stay as far from the show as they were.
  const gapBefore = first.build_up ? between(wall(first.build_up.end), wall(first.start)) : 0;
  const gapAfter = first.dismantling ? between(wall(first.end), wall(first.dismantling.start)) : 0;
  const begin = (moment: string): void => {
    if (moment !== "" && from !== "" && buildUp !== "") setBuildUp(plus(buildUp, between(from, moment)));
    setFrom(moment);
  };
  const finish = (moment: string): void => {
    if (moment !== "" && until !== "" && cleared !== "") setCleared(plus(cleared, between(until, moment)));
    setUntil(moment);
  };
  // Wall times go as they are: which of two that look alike is meant, or that there is none, the server says.
  const phases = (): Phase & { build_up?: Phase; dismantling?: Phase } => ({
    start: from,
    end: until,
    ...(buildUp !== "" && { build_up: { start: buildUp, end: plus(from, -gapBefore) } }),
    ...(cleared !== "" && { dismantling: { start: plus(until, gapAfter), end: cleared } }),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (together) return move([...rooms].map((room) => ({ space: rooms.size === 1 ? space : room, ...phases() })));
    move(movedUses(booking.uses, first, { by: between(wall(first.start), from), end: "whole", space: null }, zone));
  };
  return (
    <form onSubmit={send} className="move-form" aria-label={t.move}>
      {rooms.size === 1 && together && (
        <label>
          {t.space}
          <select value={space} onChange={(event) => setSpace(event.target.value)}>
            {[...names].map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="times">
        <Moment label={t.from} value={from} required autoFocus onChange={begin} />
        {together && (
          <>
            <Moment label={t.until} value={until} required onChange={finish} />
            <Moment label={t.buildUpStart} value={buildUp} onChange={setBuildUp} />
            <Moment label={t.dismantlingEnd} value={cleared} onChange={setCleared} />
          </>
        )}
      </div>
      {!together && <p className="quiet">{t.movesWhole}</p>}
      <p className="quiet">{t.venueClock(zone)}</p>
      {overtaken && !busy && (
        <div role="alert" className="refusal">
          <p>{t.movedMeanwhile}</p>
          <button type="button" onClick={onTakeOver}>
            {t.startFromNow}
          </button>
        </div>
      )}
      {problem !== null && !overtaken && <Refusal problem={problem} zone={zone} names={names} busy={busy || !reach} onTake={move} />}
      <footer className="actions">
        <button type="submit" className="primary" disabled={busy || !reach || overtaken}>
          {t.move}
        </button>
        <button type="button" onClick={onClose}>
          {t.leaveAsIs}
        </button>
      </footer>
    </form>
  );
}
