import { useRef, useState, type FormEvent, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { useReach } from "../api/reach.ts";
import type { SpaceBooking, SpaceWish, VenueSpace } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { Dialog } from "../Dialog.tsx";
import { Unreachable } from "../live/Unreachable.tsx";
import { nameIn, useSpeech } from "../texts/index.ts";
import { idOf } from "./bars.ts";
import { Moment } from "./Moment.tsx";
import { Refusal } from "./Refusal.tsx";
import { refuseWrongTimes } from "./wrongTimes.ts";

export interface BookFormProps {
  readonly spaces: readonly VenueSpace[];
  readonly zone: string;
  /** What is filled in: a space, null where none was pointed at, and two wall times at the venue as `2027-05-18T09:00`. */
  readonly space: string | null;
  readonly start: string;
  readonly end: string;
  readonly onBooked: (booking: SpaceBooking) => void;
  /** Hears of a session that has ended. */
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

/** Spaces, times and phases; where they cannot be had it says why and what could, and nothing that was typed is lost. */
export function BookForm({ spaces, zone, space, start, end, onBooked, onRefused, onClose }: BookFormProps): ReactElement {
  const { t, language } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [chosen, setChosen] = useState<readonly string[]>(space === null ? [] : [space]);
  const [title, setTitle] = useState("");
  const [from, setFrom] = useState(start);
  const [until, setUntil] = useState(end);
  const [buildUp, setBuildUp] = useState("");
  const [cleared, setCleared] = useState("");
  const [state, setState] = useState<SpaceWish["state"]>("definite");
  const { busy, problem, attempt } = useAttempt(onRefused);
  const reach = useReach();

  const book = (send: () => Promise<SpaceBooking>): void =>
    void attempt(async () => {
      const booking = await send();
      dialog.current?.close();
      onBooked(booking);
    });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    book(() => {
      refuseWrongTimes(from, until);
      return calls.bookSpaces({
        spaces: chosen,
        start: from,
        end: until,
        ...(buildUp !== "" && { build_up: { start: buildUp, end: from } }),
        ...(cleared !== "" && { dismantling: { start: until, end: cleared } }),
        title,
        state,
      });
    });
  };
  const toggle = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const names = new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)]));

  return (
    <Dialog title={t.bookSpaces} handle={dialog} onClose={onClose}>
      <form onSubmit={send}>
        <label>
          {t.event}
          <input data-first value={title} onChange={(event) => setTitle(event.target.value)} maxLength={200} />
        </label>
        <fieldset className="choices">
          <legend>{t.spaces}</legend>
          {spaces.map((one) => (
            <label key={one.space}>
              <input type="checkbox" checked={chosen.includes(idOf(one))} onChange={() => toggle(idOf(one))} />
              {names.get(idOf(one))}
            </label>
          ))}
        </fieldset>
        <div className="times">
          <Moment label={t.from} value={from} required onChange={setFrom} />
          <Moment label={t.until} value={until} required onChange={setUntil} />
          <Moment label={t.buildUpStart} value={buildUp} onChange={setBuildUp} />
          <Moment label={t.dismantlingEnd} value={cleared} onChange={setCleared} />
        </div>
        <p className="quiet">{t.venueClock(zone)}</p>
        <fieldset className="choices">
          <legend>{t.bookAs}</legend>
          {(["definite", "option"] as const).map((one) => (
            <label key={one}>
              <input type="radio" name="state" checked={state === one} onChange={() => setState(one)} />
              {t.spaceState[one]}
            </label>
          ))}
        </fieldset>
        {problem !== null && (
          <Refusal problem={problem} zone={zone} names={names} busy={busy || !reach} onTake={(uses) => book(() => calls.bookUses(uses, title, state))} />
        )}
        <Unreachable />
        <footer className="actions">
          <button type="submit" className="primary" disabled={busy || !reach || chosen.length === 0}>
            {t.book}
          </button>
          <span role="status" className="quiet">
            {chosen.length === 0 && t.chooseSpace}
          </span>
        </footer>
      </form>
    </Dialog>
  );
}
