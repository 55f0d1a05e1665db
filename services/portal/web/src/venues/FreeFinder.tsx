import { useRef, useState, type FormEvent, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { FreeSpace, VenueSpace } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { Dialog } from "../Dialog.tsx";
import { nameIn, useSpeech } from "../texts/index.ts";
import { idOf } from "./bars.ts";
import { Moment } from "./Moment.tsx";
import { Refusal } from "./Refusal.tsx";
import { whenIn } from "./words.ts";
import { refuseWrongTimes } from "./wrongTimes.ts";

interface Props {
  readonly venue: string;
  readonly spaces: readonly VenueSpace[];
  readonly zone: string;
  /** The window's first and last wall time that the form begins with. */
  readonly start: string;
  readonly end: string;
  /** Null where the reader may not book. */
  readonly onChoose: ((space: string, at: number, hours: number) => void) | null;
  /** Hears of a session that has ended. */
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

const KINDS = ["hall", "room", "foyer", "yard"] as const;
const HOURS_MAX = 24 * 31;

/** Which spaces could be had, for how long, within a time, for how many people; one press begins to book it. */
export function FreeFinder({ venue, spaces, zone, start, end, onChoose, onRefused, onClose }: Props): ReactElement {
  const { t, language } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [from, setFrom] = useState(start);
  const [until, setUntil] = useState(end);
  const [hours, setHours] = useState("2");
  const [people, setPeople] = useState("");
  const [kind, setKind] = useState("");
  const [found, setFound] = useState<readonly FreeSpace[] | null>(null);
  const [soughtHours, setSoughtHours] = useState(2);
  const { busy, problem, attempt } = useAttempt(onRefused);
  const names = new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)]));
  const search = (event: FormEvent): void => {
    event.preventDefault();
    setFound(null);
    setSoughtHours(Number(hours));
    const wanted = { start: from, end: until, minutes: Math.round(Number(hours) * 60), people: people === "" ? null : Number(people), kind };
    void attempt(async () => {
      refuseWrongTimes(from, until);
      setFound(await calls.freeSpaces(venue, wanted));
    });
  };
  return (
    <Dialog title={t.findFree} handle={dialog} onClose={onClose}>
      <form onSubmit={search}>
        <div className="times">
          <Moment label={t.from} value={from} required onChange={setFrom} />
          <Moment label={t.until} value={until} required onChange={setUntil} />
          <label>
            {t.forHours}
            <input type="number" min={0.5} max={HOURS_MAX} step={0.5} required value={hours} onChange={(event) => setHours(event.target.value)} />
          </label>
          <label>
            {t.forPeople}
            <input type="number" min={1} step={1} value={people} onChange={(event) => setPeople(event.target.value)} />
          </label>
          <label>
            {t.kindWord}
            <select value={kind} onChange={(event) => setKind(event.target.value)}>
              <option value="">{t.anyKind}</option>
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {t.spaceKind[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <p className="quiet">{t.venueClock(zone)}</p>
        {problem !== null && <Refusal problem={problem} zone={zone} names={names} busy={busy} onTake={() => undefined} />}
        <footer className="actions">
          <button type="submit" className="primary" disabled={busy}>
            {t.findFree}
          </button>
        </footer>
      </form>
      <div role="status" className="free-found">
        {found?.length === 0 && <p>{t.nothingFree}</p>}
        {found !== null && found.length > 0 && (
          <ul>
            {found.map((one) => (
              <li key={one.space}>
                <strong>{names.get(one.space) ?? one.space}</strong>
                <ul>
                  {one.free.map((span) => (
                    <li key={span.start}>
                      {onChoose === null ? (
                        <span>{whenIn(language, Date.parse(span.start), Date.parse(span.end), zone)}</span>
                      ) : (
                        <button
                          type="button"
                          onClick={() => {
                            dialog.current?.close();
                            onChoose(one.space, Date.parse(span.start), soughtHours);
                          }}
                        >
                          {whenIn(language, Date.parse(span.start), Date.parse(span.end), zone)}
                        </button>
                      )}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
