import { useLayoutEffect, useMemo, useRef, type CSSProperties, type MouseEvent, type ReactElement } from "react";

import type { Timeline, TimelineEntry, VenueSpace } from "../api/types.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { barAt, idOf, rowsOf, type Bar } from "./bars.ts";
import type { Shift } from "./moved.ts";
import { useDrag, type Dragging } from "./useDrag.ts";
import { useSpan, type Marked } from "./useSpan.ts";
import { instantOf, likely, nearest, place, type TimeWindow } from "./time.ts";
import { dayIn, markedIn, stateOf, whenIn } from "./words.ts";

interface Props {
  readonly spaces: readonly VenueSpace[];
  readonly timeline: Timeline;
  readonly window: TimeWindow;
  readonly zone: string;
  /** Null where the reader may not book. */
  readonly onBook: ((space: string, at: number) => void) | null;
  /** A time in a row was marked, to be booked. Null where the reader may not book. */
  readonly onMark: ((marked: Marked) => void) | null;
  readonly onOpen: (entry: TimelineEntry) => void;
  /** Whether the reader may move an entry. */
  readonly mayMove: (entry: TimelineEntry) => boolean;
  /** Settles when the move was granted or refused. */
  readonly onMove: (bar: Bar, shift: Shift) => Promise<unknown>;
}

const MORNING = 8;
const evenHours = Array.from({ length: 12 }, (_, n) => `${String(n * 2).padStart(2, "0")}:00`);

/** Spaces down, time across: who has what and when, options with their place, build-up and dismantling apart. */
export function TimelineView({ spaces, timeline, window, zone, onBook, onMark, onOpen, mayMove, onMove }: Props): ReactElement {
  const { t, language } = useSpeech();
  const dragging = useDrag(window, onMove);
  const marking = useSpan(window, zone, onMark);
  const rows = useMemo(() => rowsOf(spaces, timeline.entries, window), [spaces, timeline, window]);
  const names = useMemo(() => new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)])), [spaces, language]);
  const now = Date.parse(timeline.server_now);
  const day = window.days.length === 1;
  const marks = day
    ? evenHours.map((text) => ({ at: instantOf(`${window.days[0] ?? ""}T${text}`, zone), text }))
    : window.days.map((one) => ({
        at: instantOf(`${one}T00:00`, zone),
        // A month has room for numbers alone, which Chinese would have followed by a word.
        text: window.days.length > 7 ? String(Number(one.slice(-2))) : dayIn(language, one, { weekday: "short", day: "numeric" }),
      }));

  const frame = useRef<HTMLDivElement>(null);
  const { start } = window;
  useLayoutEffect(() => {
    // Where a day does not fit, what people come for begins in the morning.
    const axis = frame.current?.querySelector(".axis");
    if (day && axis) frame.current?.scrollTo({ left: (axis.clientWidth * MORNING) / 24, behavior: "instant" });
  }, [day, start]);

  const pressed = (space: string) => (event: MouseEvent<HTMLElement>): void => {
    if (onBook === null || event.target !== event.currentTarget || dragging.dragged() || marking.dragged()) return;
    const box = event.currentTarget.getBoundingClientRect();
    onBook(space, nearest((event.clientX - box.left) / box.width, window));
  };

  return (
    <div className="timeline" ref={frame} role="table" aria-label={t.timeline} style={{ "--track": trackWidth(window) } as CSSProperties}>
      <div className="timeline-head" role="row">
        <span role="columnheader">{t.space}</span>
        <div className="axis" role="columnheader" aria-label={t.time}>
          {marks.map(({ at, text }) => (
            <span key={at} style={{ left: `${place(at, window) * 100}%` }}>
              {text}
            </span>
          ))}
        </div>
      </div>
      {rows.map(({ space, bars, lanes }) => (
        <div className="timeline-row" role="row" key={space.space} data-space={space.space} data-id={idOf(space)}>
          <div className="space-name" role="rowheader">
            <span>{names.get(idOf(space))}</span>
            {onBook !== null && (
              <button type="button" className="plain" onClick={() => onBook(idOf(space), likely(window, now, zone))} aria-label={t.bookIn(names.get(idOf(space)) ?? "")}>
                +
              </button>
            )}
          </div>
          {/* The way by keyboard is the button beside the name. */}
          <div
            className={onBook === null ? "track" : "track bookable"}
            role="cell"
            style={{ "--lanes": lanes } as CSSProperties}
            onPointerDown={marking.begin(idOf(space))}
            onClick={pressed(idOf(space))}
          >
            {marks.map(({ at }) => (
              <i key={at} className="mark" style={{ left: `${place(at, window) * 100}%` }} aria-hidden="true" />
            ))}
            {now > window.start && now < window.end && (
              <i className="now" style={{ left: `${place(now, window) * 100}%` }} aria-hidden="true" />
            )}
            {bars.map((bar) => (
              <BarShape
                key={bar.key}
                bar={bar}
                window={window}
                zone={zone}
                names={names}
                onOpen={onOpen}
                dragging={bar.through === null && mayMove(bar.entry) ? dragging : null}
              />
            ))}
            {marking.marked?.space === idOf(space) && <MarkedShape marked={marking.marked} window={window} zone={zone} />}
          </div>
        </div>
      ))}
    </div>
  );
}

/** The least width at which the marks of a track can be read. */
function trackWidth({ days }: TimeWindow): string {
  if (days.length === 1) return "38rem";
  return `${days.length * (days.length > 7 ? 1.9 : 4.5)}rem`;
}

interface MarkedProps {
  readonly marked: Marked;
  readonly window: TimeWindow;
  readonly zone: string;
}

/** What would be asked for if it were let go now. */
function MarkedShape({ marked, window, zone }: MarkedProps): ReactElement {
  const { language } = useSpeech();
  const [left, right] = [place(marked.from, window), place(marked.to, window)];
  return (
    <span className={left > 0.5 ? "marked leftward" : "marked"} style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }} aria-hidden="true">
      <span>{markedIn(language, marked, window, zone)}</span>
    </span>
  );
}

interface BarProps {
  readonly bar: Bar;
  readonly window: TimeWindow;
  readonly zone: string;
  readonly names: ReadonlyMap<string, string>;
  readonly onOpen: (entry: TimelineEntry) => void;
  /** Null where it cannot be dragged; the way by keyboard is the form behind it. */
  readonly dragging: Dragging | null;
}

function BarShape({ bar: known, window, zone, names, onOpen, dragging }: BarProps): ReactElement {
  const { t, language } = useSpeech();
  const drag = dragging?.drag?.bar.key === known.key ? dragging.drag : null;
  const bar = drag === null ? known : barAt(known, drag.shift);
  const { entry, through } = bar;
  const state = stateOf(entry, t);
  const title = entry.title || (entry.booking ? t.untitled : t.taken);
  const where = through === null ? "" : t.through(names.get(through) ?? through);
  const when = whenIn(language, bar.show, bar.showEnd, zone);
  const [left, show, showEnd, right] = [bar.from, bar.show, bar.showEnd, bar.to].map((ms) => place(ms, window)) as [number, number, number, number];
  const width = right - left;
  const share = (part: number): string => `${(width === 0 ? 0 : (part - left) / width) * 100}%`;
  return (
    <button
      type="button"
      className={["bar", through === null ? "" : "through", dragging === null ? "" : "movable", drag === null ? "" : "dragged"].join(" ")}
      data-state={entry.state}
      data-booking={entry.booking ?? undefined}
      style={
        {
          left: `${left * 100}%`,
          width: `${width * 100}%`,
          "--lane": bar.lane,
          "--show": share(show),
          "--show-end": share(showEnd),
          "--down": `${drag?.down ?? 0}px`,
        } as CSSProperties
      }
      onClick={({ detail }) => (detail === 0 || dragging?.dragged() !== true) && onOpen(entry)}
      onPointerDown={dragging?.take(known, "whole")}
      aria-label={[title, where, state, when].filter((part) => part !== "").join(", ")}
      title={[title, where, state, when].filter((part) => part !== "").join("\n")}
    >
      <span className="bar-text" data-rank={entry.state === "option" ? t.optionShort(entry.rank ?? 1) : undefined} aria-hidden="true">
        {drag === null ? (where === "" ? title : where) : when}
      </span>
      {dragging !== null && known.from >= window.start && <i className="edge start" aria-hidden="true" onPointerDown={dragging.take(known, "start")} />}
      {dragging !== null && known.to <= window.end && <i className="edge end" aria-hidden="true" onPointerDown={dragging.take(known, "end")} />}
    </button>
  );
}
