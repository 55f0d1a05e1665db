import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactElement } from "react";

import * as calls from "./api/calls.ts";
import type { Problem } from "./api/problem.ts";
import type { Fair, Hall, InboxEntry, Reservation, Session } from "./api/types.ts";
import { AlsoIn } from "./booths/AlsoIn.tsx";
import { BoothList } from "./booths/BoothList.tsx";
import { Compare } from "./booths/Compare.tsx";
import { byNumber, fitsAnywhere, isFiltering, matching, NO_FILTERS, similarFree } from "./booths/filters.ts";
import { usePlaces } from "./booths/usePlaces.ts";
import { useNamed, useShowing } from "./booths/useStanding.ts";
import { placeHash } from "./landing.ts";
import { useLive } from "./live/useLive.ts";
import { alsoGone, type Say } from "./notices.tsx";
import { FloorPlan } from "./plan/FloorPlan.tsx";
import { NO_FEATURES, usePlan } from "./plan/usePlan.ts";
import { openTo, withTakenFloor } from "./plan/floor.ts";
import { total } from "./prices/prices.ts";
import { usePrices } from "./prices/usePrices.ts";
import { PrintedFair } from "./print/PrintedFair.tsx";
import { Refused } from "./Refused.tsx";
import { ReservationList } from "./reservations/ReservationList.tsx";
import { isLive } from "./reservations/steps.ts";
import { useActs } from "./reservations/useActs.ts";
import { useReservations } from "./reservations/useReservations.ts";
import { SelectionBar } from "./SelectionBar.tsx";
import { areaIn, useSpeech } from "./texts/index.ts";
import { useSelection } from "./useSelection.ts";

const INSTEAD_MAX = 3;

interface Props {
  readonly session: Session;
  readonly fair: Fair;
  readonly hall: Hall;
  readonly halls: readonly Hall[];
  readonly inbox: readonly InboxEntry[];
  readonly onActed: () => void;
  readonly onRefused: (error: unknown) => void;
  readonly onNotice: Say;
}

/** One fair: plan, list, choice and reservations, all from the same live picture. */
export function Booking({ session, fair, hall, halls, inbox, onActed, onRefused, onNotice }: Props): ReactElement {
  const { t, language } = useSpeech();
  const { picture, connection } = useLive(fair.slug, session.account);
  const news = inbox.find((entry) => entry.fair === fair.slug)?.id;
  const reservations = useReservations(fair.slug, picture, news);
  const plan = usePlan(fair.slug, hall.hall, null, onRefused);
  const features = plan.value ?? NO_FEATURES;
  const { exhibitor } = session;
  const { busy, act, ranOut } = useActs(reservations, exhibitor, { say: onNotice, acted: onActed, refused: onRefused });
  const mine = useMemo(() => boothsOf(reservations.list, exhibitor), [reservations.list, exhibitor]);
  const open = useMemo(() => openTo(exhibitor, fair.slug, reservations.list, inbox), [exhibitor, fair.slug, reservations.list, inbox]);
  const booths = useMemo(() => withTakenFloor(features, picture.booths, open), [features, picture.booths, open]);
  // The plan is drawn first and the list right after it, so that many changes at once hold up no frame.
  const listed = useDeferredValue(booths);
  /** What was held last: the reader goes on there. */
  const [fresh, setFresh] = useState<string | null>(null);
  const shownFresh = useCallback((): void => setFresh(null), []);
  const [gone, setGone] = useState<readonly string[]>([]);
  const lost = useCallback(
    (taken: readonly string[]): void => {
      onNotice((before) => alsoGone(before, taken));
      setGone((before) => [...new Set([...before, ...taken])]);
    },
    [onNotice],
  );
  const [prices, readPricesAgain] = usePrices(fair, onRefused);
  const ordered = useMemo(() => byNumber(features), [features]);
  const [filters, setFilters] = useState(NO_FILTERS);
  const places = usePlaces(picture.booths);
  const named = useNamed(fair.slug, filters.sought, places, onRefused);
  const showing = useShowing(fair.slug, filters.group, places, onRefused);
  const [comparing, setComparing] = useState(false);
  const selection = useSelection(booths, mine, busy === "hold", lost);
  const commanding = connection === "live" && fair.state === "published";
  const choosing = exhibitor !== null && commanding;

  function hold(by: string): void {
    const after = {
      done: ({ id }: Reservation): void => {
        selection.clear();
        setGone([]);
        setFresh(id);
      },
      // What the refusal names leaves the choice with it, and is not told a second time when the plan shows it.
      refused: (problem: Problem): void => {
        const refused = problem.items.flatMap(({ booth }) => (booth === undefined ? [] : [booth]));
        selection.drop(refused);
        setGone((before) => [...new Set([...before, ...refused])]);
        if (problem.slug === "price-changed") readPricesAgain();
      },
    };
    const seen = total(prices, selection.chosen) ?? null;
    void act("hold", "hold", () => calls.hold(fair.slug, [...selection.chosen].toSorted(), by, seen), after);
  }

  const { chosen, toggle: toggleChosen } = selection;
  const press = useRef((_: string): void => undefined);
  press.current = (booth) => {
    const now = booths.get(booth);
    // A booth that cannot be had says why; an organizer looks at the plan, and a closed fair is only looked at.
    if (now !== undefined && now.state !== "free" && !chosen.has(booth)) onNotice({ kind: "seen", now, mine: mine.has(booth) });
    else if (choosing) toggleChosen(booth);
  };
  // The same for good, so that a change elsewhere draws no row of the list anew.
  const toggle = useCallback((booth: string): void => press.current(booth), []);
  const shown = useMemo(
    () => matching(ordered, { booths, chosen, prices, named, showing }, filters),
    [ordered, booths, chosen, prices, named, showing, filters],
  );
  const also = useMemo(() => {
    const fits = filters.sought.trim() === "" && filters.group === "" ? null : (booth: string): boolean => fitsAnywhere(booth, { named, showing }, filters);
    return <AlsoIn places={places} here={hall.hall} halls={halls} to={(one) => placeHash(fair.slug, one)} fits={fits} />;
  }, [places, hall.hall, halls, fair.slug, named, showing, filters]);
  const seen = useMemo(() => (isFiltering(filters) ? new Set(shown.map(({ properties }) => properties.booth)) : null), [filters, shown]);
  // One that is free again needs no other.
  const lostStill = gone.filter((booth) => booths.get(booth)?.state !== "free" && !mine.has(booth));
  const alike = lostStill.flatMap((booth) => similarFree(booth, features, booths, chosen, INSTEAD_MAX));
  const instead = [...new Set(alike)].slice(0, INSTEAD_MAX);
  const none = chosen.size === 0;
  useEffect(() => {
    if (none) setComparing(false);
  }, [none]);
  return (
    <>
      {plan.problem !== null && <Refused problem={plan.problem} onAgain={plan.again} />}
      <div className="columns">
        <FloorPlan
          key={hall.hall}
          hall={hall}
          features={features}
          booths={booths}
          chosen={selection.chosen}
          mine={mine}
          choosing={exhibitor !== null}
          seen={seen}
          onToggle={toggle}
        >
          <p role="status" className={`connection ${connection}`}>
            {t[connection]}
          </p>
        </FloorPlan>
        {/* It stands at the foot of the window, and comes next for a keyboard. */}
        {exhibitor !== null && selection.chosen.size > 0 && (
          <SelectionBar
            chosen={[...selection.chosen]}
            booths={booths}
            prices={prices}
            disabled={!commanding || busy !== null}
            onRemove={selection.toggle}
            onClear={selection.clear}
            onCompare={() => setComparing(true)}
            onHold={() => hold(exhibitor)}
          />
        )}
        <div className="side">
          <ReservationList
            fair={fair}
            list={reservations.list}
            offsetMs={reservations.offsetMs}
            exhibitor={exhibitor}
            commanding={commanding}
            busy={busy}
            onStep={(reservation, step) => void act(reservation.id, step, () => calls.step(reservation.id, step))}
            onCoExhibitors={({ id }, exhibitors) => void act(id, "coExhibitors", () => calls.setCoExhibitors(id, exhibitors))}
            onEnd={ranOut}
            fresh={fresh}
            onShown={shownFresh}
          />
          {choosing && instead.length > 0 && (
            <section className="card instead" aria-label={t.insteadOf(lostStill)}>
              <p>{t.insteadOf(lostStill)}</p>
              <ul className="chips">
                {instead.map((booth) => (
                  <li key={booth}>
                    <button
                      type="button"
                      onClick={() => {
                        toggle(booth);
                        setGone([]);
                      }}
                    >
                      {booth} · {t.area(areaIn(booths.get(booth)?.area_m2 ?? 0, language))}
                    </button>
                  </li>
                ))}
              </ul>
              <button type="button" className="plain" onClick={() => setGone([])}>
                {t.close}
              </button>
            </section>
          )}
          <BoothList
            fair={fair.slug}
            features={shown}
            prices={prices}
            named={named}
            also={also}
            groups={fair.product_groups}
            filters={filters}
            onFilters={setFilters}
            booths={listed}
            chosen={selection.chosen}
            mine={mine}
            choosing={choosing}
            onToggle={toggle}
          />
        </div>
      </div>
      <PrintedFair
        fair={fair}
        hall={hall}
        features={features}
        shown={shown}
        booths={booths}
        mine={mine}
        prices={prices}
        reservations={reservations.list}
        exhibitor={exhibitor}
      />
      {comparing && selection.chosen.size > 0 && (
        <Compare
          chosen={[...selection.chosen]}
          features={features}
          booths={booths}
          prices={prices}
          onRemove={selection.toggle}
          onClose={() => setComparing(false)}
        />
      )}
    </>
  );
}

function boothsOf(list: readonly Reservation[], exhibitor: string | null): ReadonlySet<string> {
  const own = list.filter((reservation) => isLive(reservation) && reservation.exhibitor === exhibitor);
  return new Set(own.flatMap((reservation) => reservation.booths));
}
