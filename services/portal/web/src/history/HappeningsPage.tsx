import { useEffect, useMemo, useRef, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Fair, Session, Venue, VenueSpace } from "../api/types.ts";
import { DownloadMenu } from "../downloads/DownloadMenu.tsx";
import { Frame, useTools, type FrameProps, type Tools } from "../Frame.tsx";
import { landingFair, today } from "../landing.ts";
import { PrintHead } from "../print/PrintHead.tsx";
import { usePrinting } from "../print/usePrinting.ts";
import { Refused } from "../Refused.tsx";
import { nameIn, useSpeech, type Language } from "../texts/index.ts";
import { idOf } from "../venues/bars.ts";
import { isNarrowed, NOTHING_SOUGHT, queryOf, soughtHash, type Sought } from "./address.ts";
import { Entry } from "./Entry.tsx";
import { SearchForm } from "./SearchForm.tsx";
import { ofBooths, ofSpaces } from "./sentences.ts";
import { Subject } from "./Subject.tsx";
import { useHappenings } from "./useHappenings.ts";
import { useTold } from "./useTold.ts";
import "../styles/happenings.css";

interface Props extends FrameProps {
  readonly sought: Sought;
}

/** A fair or a venue whose events are read, by whose clock, and who runs it. */
interface Place {
  readonly fair: string;
  readonly venue: string;
  readonly zone: string;
  readonly name: string;
}

/** What happened at a fair or a venue, searched and followed. */
export default function HappeningsPage({ sought, ...props }: Props): ReactElement {
  const { t, language } = useSpeech();
  const tools = useTools(props);
  const { session, refused } = tools;
  const [fairs, setFairs] = useState<readonly Fair[] | null>(null);
  const [venues, setVenues] = useState<readonly Venue[] | null>(null);
  useEffect(() => void calls.fairs().then((found) => setFairs(found.filter(mayRead(session))), refused), [session, refused]);
  useEffect(() => {
    // Exhibitors have nothing to do with the spaces of a venue.
    if (session.exhibitor !== null) setVenues([]);
    else void calls.venues().then(setVenues, refused);
  }, [session, refused]);
  const known = fairs !== null && venues !== null;
  const place = known ? placeOf(sought, fairs, venues, language) : null;
  const choose = (value: string): void => {
    const [kind = "", ...slug] = value.split("/");
    location.hash = soughtHash({ [kind]: slug.join("/") });
  };
  return (
    <Frame
      tools={tools}
      place="happenings"
      context={
        place !== null && (
          <select aria-label={t.happenings.placeWord} value={place.fair === "" ? `venue/${place.venue}` : `fair/${place.fair}`} onChange={(event) => choose(event.target.value)}>
            <optgroup label={t.happenings.fairs}>
              {(fairs ?? []).map((one) => (
                <option key={one.slug} value={`fair/${one.slug}`}>
                  {nameIn(one.name, language, one.slug)}
                </option>
              ))}
            </optgroup>
            {(venues ?? []).length > 0 && (
              <optgroup label={t.happenings.venues}>
                {(venues ?? []).map((one) => (
                  <option key={one.slug} value={`venue/${one.slug}`}>
                    {nameIn(one.name, language, one.slug)}
                  </option>
                ))}
              </optgroup>
            )}
          </select>
        )
      }
      timeZoneOf={(slug) => fairs?.find((one) => one.slug === slug)?.time_zone}
    >
      {!known && <p className="waiting">{t.loading}</p>}
      {known && place === null && <p className="waiting">{t.happenings.nowhere}</p>}
      {place !== null && (
        <Happenings key={`${place.fair}/${place.venue}`} place={place} sought={{ ...sought, fair: place.fair, venue: place.venue }} tools={tools} />
      )}
    </Frame>
  );
}

/** Organizers read of their own fairs; who takes part in a fair of what is theirs there. */
function mayRead(session: Session): (fair: Fair) => boolean {
  return (fair) => session.organizer === null || fair.organizer === session.organizer;
}

function placeOf(sought: Sought, fairs: readonly Fair[], venues: readonly Venue[], language: Language): Place | null {
  const venue = venues.find(({ slug }) => slug === sought.venue) ?? (fairs.length === 0 ? venues[0] : undefined);
  if (venue !== undefined) return { fair: "", venue: venue.slug, zone: venue.time_zone, name: nameIn(venue.name, language, venue.slug) };
  const fair = landingFair(fairs, sought.fair, null, today(Date.now()));
  return fair === undefined ? null : { fair: fair.slug, venue: "", zone: fair.time_zone, name: nameIn(fair.name, language, fair.slug) };
}

interface HappeningsProps {
  readonly place: Place;
  readonly sought: Sought;
  readonly tools: Tools;
}

const NOTHING: readonly never[] = [];
const AT_TOP_PX = 160;

function Happenings({ place, sought, tools }: HappeningsProps): ReactElement {
  const { t, language } = useSpeech();
  const words = t.happenings;
  const { session, refused } = tools;
  const query = useMemo(() => queryOf(sought, place.zone).toString(), [sought, place.zone]);
  const [wished, setWished] = useState(true);
  // What ended in the past cannot be followed.
  const following = wished && sought.until === "";
  const list = useRef<HTMLOListElement>(null);
  const { log, failed, lost, came, again, earlier, catchUp } = useHappenings(query, following, () => isRead(list.current), refused);
  const [busy, setBusy] = useState(false);
  const printing = usePrinting();
  const spaces = useSpaces(place.venue, refused);
  const names = useMemo(() => new Map(spaces.map((one) => [idOf(one), nameIn(one.name, language, one.space)])), [spaces, language]);
  const told = useTold(session.role === "service" ? NOTHING : (log?.shown ?? NOTHING));
  const search = (next: Sought): void => void (location.hash = soughtHash(next));
  const more = (): void => {
    setBusy(true);
    void earlier().finally(() => setBusy(false));
  };
  const seeNew = (): void => {
    catchUp();
    list.current?.scrollIntoView({ block: "start" });
    list.current?.focus({ preventScroll: true });
  };
  return (
    <div className="happenings">
      {printing && <PrintHead title={words.title} subtitle={place.name} zone={place.zone} />}
      <div className="happenings-bar">
        <h1>{words.title}</h1>
        <label className="follow">
          <input type="checkbox" role="switch" checked={following} disabled={sought.until !== ""} onChange={(event) => setWished(event.target.checked)} />
          {words.follow}
        </label>
        <span className="quiet">{following && !lost ? words.followHint : ""}</span>
        <span role="status" className={lost ? "tag stale" : "unseen"}>
          {lost ? words.lost : ""}
        </span>
        <DownloadMenu tables={["happenings"]} query={query} printable />
      </div>
      <SearchForm key={query} sought={sought} zone={place.zone} spaces={spaces} byExhibitor={session.exhibitor === null} onSought={search} />
      <p role="status" className="unseen">
        {came > 0 && words.came(came)}
      </p>
      {failed !== null && <Refused problem={failed} onAgain={again} />}
      {failed === null && log === null && <p className="waiting">{t.loading}</p>}
      {log !== null && (
        <>
          {log.waiting.length > 0 && (
            <button type="button" className="primary newer" onClick={seeNew}>
              {words.newOnes(log.waiting.length)}
            </button>
          )}
          {log.shown.length === 0 && <p className="waiting">{isNarrowed(sought) ? words.noneFound : words.none}</p>}
          <ol className="history log" reversed tabIndex={-1} ref={list} aria-label={words.title}>
            {log.shown.map((happening) => (
              <li key={happening.event.id} data-event={happening.event.id}>
                <Entry
                  happening={happening}
                  zone={place.zone}
                  subject={<Subject event={happening.event} names={names} zone={place.zone} onSought={(some) => search({ ...NOTHING_SOUGHT, fair: place.fair, venue: place.venue, ...some })} />}
                  sentence={place.fair === "" ? ofSpaces(happening.event, names, language, place.zone, t) : ofBooths(happening.event, language, place.zone, t)}
                  told={session.role === "service" ? null : (told.get(happening.event.id) ?? null)}
                />
              </li>
            ))}
          </ol>
          {log.next === null ? (
            log.shown.length > 0 && <p className="quiet end">{words.end(log.keptDays)}</p>
          ) : (
            <button type="button" className="earlier" disabled={busy} onClick={more}>
              {busy ? t.loading : words.earlier}
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Whether a reader would lose their place if something came in at the top. */
function isRead(list: HTMLElement | null): boolean {
  if (list === null) return false;
  const scrolled = list.getBoundingClientRect().top < -AT_TOP_PX;
  return scrolled || list.querySelector("details[open]") !== null || (list.contains(document.activeElement) && document.activeElement !== list);
}

function useSpaces(venue: string, onRefused: (error: unknown) => void): readonly VenueSpace[] {
  const [spaces, setSpaces] = useState<readonly VenueSpace[]>(NOTHING);
  useEffect(() => {
    if (venue !== "") void calls.spaces(venue).then(setSpaces, onRefused);
  }, [venue, onRefused]);
  return spaces;
}
