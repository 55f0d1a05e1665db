import { useCallback, useMemo, useState, type ReactElement } from "react";

import * as calls from "./api/calls.ts";
import { Problem, unreachable } from "./api/problem.ts";
import type { TimelineEntry, Venue } from "./api/types.ts";
import { useRead } from "./api/useRead.ts";
import { Frame, useTools, type FrameProps } from "./Frame.tsx";
import { DownloadMenu } from "./downloads/DownloadMenu.tsx";
import { PrintedVenueHead, PrintedVenueList } from "./print/PrintedVenue.tsx";
import type { Notice } from "./notices.tsx";
import { Reading } from "./Refused.tsx";
import { nameIn, useSpeech } from "./texts/index.ts";
import { viewHash, type VenueView } from "./venues/address.ts";
import { BookForm, type BookFormProps } from "./venues/BookForm.tsx";
import { BookingDialog } from "./venues/BookingDialog.tsx";
import type { Bar } from "./venues/bars.ts";
import { FreeFinder } from "./venues/FreeFinder.tsx";
import { comesBack, inSeveral, movedUses, sameUses, type Shift } from "./venues/moved.ts";
import { dayOf, likely, plus, SPANS, step, wallAt, windowOf } from "./venues/time.ts";
import { TimelineList } from "./venues/TimelineList.tsx";
import { TimelineView } from "./venues/TimelineView.tsx";
import type { Marked } from "./venues/useSpan.ts";
import { useTimeline } from "./venues/useTimeline.ts";
import { listIn, windowIn } from "./venues/words.ts";

const MOVABLE = ["inquiry", "option", "definite"];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Props extends FrameProps {
  readonly view: VenueView;
}

/** A venue's spaces over time, for those who book them and those who look. */
export function VenuePage({ view, ...props }: Props): ReactElement {
  const { t, language } = useSpeech();
  const tools = useTools(props);
  const { refused } = tools;
  const read = useRead(calls.venues, refused);
  const venues = read.value;
  const venue = venues?.find(({ slug }) => slug === view.venue) ?? venues?.[0];
  return (
    <Frame
      tools={tools}
      place="venues"
      context={
        venue !== undefined && (
          <select
            aria-label={t.venue}
            value={venue.slug}
            onChange={(event) => void (location.hash = viewHash({ ...view, venue: event.target.value }))}
          >
            {(venues ?? []).map((one) => (
              <option key={one.slug} value={one.slug}>
                {nameIn(one.name, language, one.slug)}
              </option>
            ))}
          </select>
        )
      }
      timeZoneOf={() => undefined}
    >
      <Reading of={read} />
      {venues?.length === 0 && <p className="waiting">{t.noVenue}</p>}
      {view.venue !== "" && venue !== undefined && view.venue !== venue.slug && (
        <p role="status" className="elsewhere">
          {t.venueUnknown(view.venue)}
        </p>
      )}
      {venue !== undefined && <Spaces key={venue.slug} venue={venue} view={view} tools={tools} />}
    </Frame>
  );
}

interface SpacesProps {
  readonly venue: Venue;
  readonly view: VenueView;
  readonly tools: ReturnType<typeof useTools>;
}

function Spaces({ venue, view, tools }: SpacesProps): ReactElement {
  const { t, language } = useSpeech();
  const { session, refused, acted, say } = tools;
  const zone = venue.time_zone;
  const today = dayOf(Date.now(), zone);
  const day = view.day === "" ? today : view.day;
  const window = useMemo(() => windowOf(day, view.span, zone), [day, view.span, zone]);
  const { timeline, stale, again } = useTimeline(venue.slug, session.account, window, refused);
  const read = useRead(useCallback(() => calls.spaces(venue.slug), [venue.slug]), refused);
  const spaces = read.value;
  const [open, setOpen] = useState<string | null>(null);
  const [finding, setFinding] = useState(false);
  const [wish, setWish] = useState<Pick<BookFormProps, "space" | "start" | "end"> | null>(null);

  const mayBook = session.organizer !== null;
  const to = (there: Partial<VenueView>): string => viewHash({ venue: venue.slug, day, span: view.span, ...there });
  const show = ({ booking }: TimelineEntry): void => setOpen(booking ?? null);
  const mayChange = mayBook && !stale;
  const mayMove = (entry: TimelineEntry): boolean => mayChange && Boolean(entry.booking) && MOVABLE.includes(entry.state);
  const reschedule = useCallback(
    async (send: () => Promise<Notice>): Promise<void> => {
      try {
        say(await send());
        acted();
      } catch (error) {
        refused(error);
      }
      await again();
    },
    [acted, again, refused, say],
  );
  const move = useCallback(
    ({ entry, use }: Bar, shift: Shift): Promise<void> =>
      reschedule(async () => {
        if (!mayChange) throw unreachable();
        // The window may show a part of it only; what moves is all of it.
        const booking = await calls.spaceBooking(entry.booking ?? "");
        const { uses } = booking;
        if (shift.by === 0 && inSeveral(uses)) throw new Problem("several-spaces", 0, "", "", [], null);
        const moved = await calls.reschedule(booking, movedUses(uses, use, shift, zone));
        if (!comesBack(booking, Date.now())) return { kind: "done", what: "moved" };
        const back = async (): Promise<Notice> => {
          await calls.reschedule(moved, sameUses(uses));
          return { kind: "done", what: "undone" };
        };
        return { kind: "undoable", what: "moved", undo: () => void reschedule(back) };
      }),
    [mayChange, reschedule, zone],
  );
  const bookAt = (space: string | null, at: number, hours = 2): void => {
    const start = wallAt(at, zone);
    setWish({ space, start, end: plus(start, hours * HOUR_MS) });
  };
  const bookMarked = ({ space, from, to }: Marked): void => setWish({ space, start: wallAt(from, zone), end: wallAt(to, zone) });

  return (
    <>
      <div className="timeline-bar">
        <h1>{windowIn(language, window)}</h1>
        <nav aria-label={t.time}>
          <a href={to({ day: step(day, view.span, -1) })} aria-label={t.earlier}>
            ‹
          </a>
          <a href={to({ day: today })}>{t.today}</a>
          <a href={to({ day: step(day, view.span, 1) })} aria-label={t.later}>
            ›
          </a>
        </nav>
        <nav aria-label={t.spanWord}>
          {SPANS.map((span) => (
            <a key={span} href={to({ span })} aria-current={span === view.span ? "page" : undefined}>
              {t.span[span]}
            </a>
          ))}
        </nav>
        {stale && (
          <span role="status" className="tag stale">
            {t.stale}
          </span>
        )}
        {spaces !== null && spaces.length > 0 && (
          <button type="button" onClick={() => setFinding(true)}>
            {t.findFree}
          </button>
        )}
        {session.exhibitor === null && <DownloadMenu tables={["spaceBookings"]} query={`venue=${encodeURIComponent(venue.slug)}`} printable />}
        {mayBook && spaces !== null && spaces.length > 0 && (
          <button type="button" className="primary" disabled={stale} onClick={() => bookAt(null, likely(window, Date.now(), zone))}>
            {t.bookSpaces}
          </button>
        )}
      </div>
      <Reading of={read} />
      {timeline === null && spaces !== null && <p className="waiting">{t.loading}</p>}
      {spaces?.length === 0 && <p className="waiting">{t.noSpaces}</p>}
      {timeline !== null && spaces !== null && spaces.length > 0 && (
        <>
          <PrintedVenueHead venue={nameIn(venue.name, language, venue.slug)} window={window} zone={zone} />
          <TimelineView
            spaces={spaces}
            timeline={timeline}
            window={window}
            zone={zone}
            onBook={mayChange ? bookAt : null}
            onMark={mayChange ? bookMarked : null}
            onOpen={show}
            mayMove={mayMove}
            onMove={move}
          />
          <p className="quiet">{t.venueClock(zone)}</p>
          <ul className="timeline-legend" aria-label={t.legend}>
            {(["definite", "option", "blocked"] as const).map((state) => (
              <li key={state}>
                <i className="bar" data-state={state} aria-hidden="true" /> {t.spaceState[state]}
              </li>
            ))}
            <li>
              <i className="bar phase" aria-hidden="true" /> {listIn(language, [t.buildUp, t.dismantling])}
            </li>
            <li>
              <i className="bar through" aria-hidden="true" /> {t.sharesFloor}
            </li>
          </ul>
          <PrintedVenueList spaces={spaces} timeline={timeline} zone={zone} />
          <details className="as-list">
            <summary>{t.asList}</summary>
            <TimelineList spaces={spaces} timeline={timeline} zone={zone} onOpen={show} />
          </details>
        </>
      )}
      {open !== null && spaces !== null && (
        <BookingDialog
          id={open}
          spaces={spaces}
          mayChange={mayChange}
          keeper={session.organizer === venue.organizer || session.role === "admin"}
          turn={timeline}
          onChanged={() => {
            void again();
            acted();
          }}
          onRefused={refused}
          onClose={() => setOpen(null)}
        />
      )}
      {wish !== null && spaces !== null && (
        <BookForm
          spaces={spaces}
          zone={zone}
          space={wish.space}
          start={wish.start}
          end={wish.end}
          onBooked={() => {
            say({ kind: "done", what: "spacesBooked" });
            void again();
            acted();
          }}
          onRefused={refused}
          onClose={() => setWish(null)}
        />
      )}
      {finding && spaces !== null && (
        <FreeFinder
          venue={venue.slug}
          spaces={spaces}
          zone={zone}
          start={wallAt(Math.max(window.start, Date.now() + HOUR_MS), zone).slice(0, 13) + ":00"}
          end={wallAt(Math.max(window.end, Date.now() + 2 * DAY_MS), zone)}
          onChoose={mayChange ? bookAt : null}
          onRefused={refused}
          onClose={() => setFinding(false)}
        />
      )}
    </>
  );
}
