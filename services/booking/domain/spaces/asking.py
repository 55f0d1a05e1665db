"""What is asked for, checked against the venue: wall times become minutes, spaces become atoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.booking.domain.spaces.booking import Details, SpaceBooking, Use, twice
from services.booking.domain.spaces.refusal import Refused, wrong
from services.booking.domain.spaces.times import DAY, Span, resolve, shown
from services.booking.domain.spaces.venue import Space, Venue, atoms_at, closed, midnight

BOOKING_DAYS_MAX = 400
CLAIMED_WEEKS_MAX = 1_500
_NO_END = "end it after it starts"

Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One space for one time, as asked: moments without an offset are wall times at the venue; `at` is its place."""

    space: str
    show: Moments
    build_up: Moments | None = None
    dismantling: Moments | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """What may be asked beyond the ordinary: times that are over, and times at which the venue is closed."""

    past: bool = False
    closed: bool = False


def resolve_uses(
    venue: Venue, find: Callable[[str], Space | None], wanted: tuple[Wanted, ...], now: int, leave: Leave
) -> tuple[Use, ...] | Refused:
    """The uses that were asked for; a refusal names the first field that is wrong, and the remedy."""
    found: list[Use] = []
    zone = venue.zone
    for one in wanted:
        space = find(one.space)
        if space is None:
            remedy = f"take one of /api/catalog/venues/{venue.id}/spaces"
            return wrong("space-unknown", f"{one.at}space", f"there is no space “{one.space}”", remedy)
        use = _resolve(space, one, zone)
        if isinstance(use, Refused) or isinstance(use := _checked(venue, use, one.at, now, leave), Refused):
            return use
        found.append(use)
    if double := twice(found):
        atom, use, other = double
        return Refused(
            "space-twice",
            f"“{use.space}” and “{other.space}” share “{atom}” at the same time.",
            ({"field": "space", "problem": f"{other.space} overlaps {use.space}", "remedy": "leave one of them out"},),
        )
    return _bounded(tuple(found))


def unsuited(find: Callable[[str], Space | None], uses: Sequence[Use], details: Details) -> Refused | None:
    """Why spaces do not do for what is to happen in them; None where they do, or where nobody knows what they hold.

    People may be in all the spaces of a booking at once; a programme is what happens while it has them.
    """
    names = dict.fromkeys(use.space for use in uses)
    spaces = [space for name in names if (space := find(name)) is not None and space.capacity]
    setups = sorted({setup for space in spaces for setup in space.capacity})
    if details.setup and setups and details.setup not in setups:
        remedy = f"choose one of {', '.join(setups)}"
        return wrong("setup-unknown", "details.setup", f"there is no set-up “{details.setup}” here", remedy)
    if details.people is not None and spaces and len(spaces) == len(names):
        seats = {space.id: space.seats(details.setup or None) or 0 for space in spaces}
        most = max(_seats_beside(one, uses, seats) for one in uses)
        if details.people > most:
            problem = f"{details.people} people do not fit: there is room for {most} at once"
            return wrong("space-too-small", "details.people", problem, "take a larger space, or another set-up")
    start, end = min(use.start for use in uses), max(use.end for use in uses)
    for at, (minute, _) in enumerate(details.programme):
        if not start <= minute <= end:
            problem = f"{shown(minute)} is not within the booking, {shown(start)} to {shown(end)}"
            return wrong("programme-outside", f"details.programme.{at}.at", problem, "name a time within it")
    return None


def _seats_beside(one: Use, uses: Sequence[Use], seats: Mapping[str, int]) -> int:
    """How many people find room while one of the uses lasts, in it and in what is had at the same time."""
    beside = {use.space for use in uses if use.show.start < one.show.end and one.show.start < use.show.end}
    return sum(seats[space] for space in beside)


def newly_unsuited(
    find: Callable[[str], Space | None], before: SpaceBooking, uses: Sequence[Use], details: Details
) -> Refused | None:
    """Why a change does not do, where the booking as it was did: what it was granted with is no reason for a no."""
    refused = unsuited(find, uses, details)
    known = unsuited(find, before.uses, before.details) if refused is not None else None
    return None if known is not None and refused is not None and known.reason == refused.reason else refused


def _bounded(uses: tuple[Use, ...]) -> tuple[Use, ...] | Refused:
    weeks = sum((use.end - use.start) // (7 * DAY) + 1 for use in uses for _ in use.atoms)
    if weeks > CLAIMED_WEEKS_MAX:
        return wrong("booking-too-large", "end", f"takes {weeks} weeks of space", "split it into several bookings")
    return uses


def _resolve(space: Space, one: Wanted, zone: ZoneInfo) -> Use | Refused:
    spans: list[Span | None] = []
    for name, moments in (("build_up.", one.build_up), ("", one.show), ("dismantling.", one.dismantling)):
        span = None if moments is None else _span(moments, zone, f"{one.at}{name}")
        if isinstance(span, Refused):
            return span
        spans.append(span)
    build_up, show, dismantling = spans
    if show is None:
        raise TypeError("a use without a show")
    if build_up is not None and build_up.end > show.start:
        return wrong("phases-disordered", f"{one.at}build_up.end", "is after the show begins", "end it by then")
    if dismantling is not None and dismantling.start < show.end:
        return wrong("phases-disordered", f"{one.at}dismantling.start", "is before the show ends", "begin it then")
    whole = Span((build_up or show).start, (dismantling or show).end)
    if whole.end - whole.start > BOOKING_DAYS_MAX * DAY:
        return wrong("booking-too-long", f"{one.at}end", f"is more than {BOOKING_DAYS_MAX} days on", "split it")
    atoms = atoms_at(space, whole, zone)
    if isinstance(atoms, date):
        remedy = "let it end before that day, or begin on it"
        return wrong("space-changes", f"{one.at}space", f"“{space.id}” is made of other parts from {atoms} on", remedy)
    if space.retired_from and whole.end > midnight(date.fromisoformat(space.retired_from), zone):
        remedy = "take another space, or end before that day"
        return wrong("space-retired", f"{one.at}space", f"“{space.id}” is retired from {space.retired_from}", remedy)
    return Use(space.id, atoms, show, build_up, dismantling, space.buffer_before, space.buffer_after)


def _span(moments: Moments, zone: ZoneInfo, at: str) -> Span | Refused:
    start = resolve(moments[0], zone, f"{at}start")
    if isinstance(start, Refused):
        return start
    end = resolve(moments[1], zone, f"{at}end")
    if isinstance(end, Refused):
        return end
    if end == start:
        return wrong("time-empty", f"{at}end", "is its start: that is no time at all", _NO_END)
    if end < start:
        return wrong("time-reversed", f"{at}end", "is before its start", _NO_END)
    return Span(start, end)


def _checked(venue: Venue, use: Use, at: str, now: int, leave: Leave) -> Use | Refused:
    if use.start < now and not leave.past:
        problem = "is over already" if use.end <= now else "has passed already"
        return wrong("time-past", f"{at}{'build_up.' if use.build_up else ''}start", problem, "book a time to come")
    if leave.closed:
        return use
    # Phases that touch are one stay, whose nights are its own.
    for span in use.spans:
        if found := closed(venue, span):
            end, why = found
            remedy = "see the venue's opening hours, and choose a time within"
            return wrong("venue-closed", f"{at}{_phase_at(use, span, end)}{end}", why, remedy)
    return use


def _phase_at(use: Use, span: Span, end: str) -> str:
    """The phase whose start or end a stay's is, as a field's beginning."""
    for name, phase in (("", use.show), ("build_up.", use.build_up), ("dismantling.", use.dismantling)):
        if phase is not None and getattr(phase, end) == getattr(span, end):
            return name
    raise ValueError(f"no phase of the use has the {end} of {span}")
