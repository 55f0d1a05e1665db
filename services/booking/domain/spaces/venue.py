"""A venue and its spaces, as far as bookings go by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.booking.domain.naming import called
from services.booking.domain.spaces.times import DAY, Span, local, minute_of

DEADLINE_DAYS_MAX = 400
Language = Literal["zh", "ru", "en"]
"""What people here read."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` until `closes`, in minutes of the local day; 1440 is its end."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Policy:
    """How a venue deals with options, challenges and requests; `cancellation` is (days before, percent due)."""

    option_days: int = 14
    options_max: int = 3
    challenge_minutes: int = 24 * 60
    approval_required: bool = False
    cancellation: tuple[tuple[int, int], ...] = ()

    def due_percent(self, days_before: int) -> int:
        """What part of the price is due at a cancellation so many days before the booking begins."""
        terms = [percent for days, percent in sorted(self.cancellation) if days_before <= days]
        return terms[0] if terms else 0


@dataclass(frozen=True, slots=True)
class Venue:
    """A site. Hours are by ISO weekday (1 is Monday); no hours at all mean that it is always open."""

    id: str
    organizer: str
    time_zone: str
    name: Mapping[str, str] = field(default_factory=dict)
    opening: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict)
    office: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    def called(self, language: str) -> str:
        """Its name in a language, or in English, or any that it has."""
        return called(self.name, language, self.id)


@dataclass(frozen=True, slots=True)
class Space:
    """A hall, room, foyer or yard of a venue; `id` is venue/space.

    `compositions` are (first local day as ISO text or "" for ever, atoms), in the order of their days.
    """

    id: str
    venue: str
    compositions: tuple[tuple[str, tuple[str, ...]], ...]
    kind: str = "room"
    name: Mapping[str, str] = field(default_factory=dict)
    buffer_before: int = 0
    buffer_after: int = 0
    area_m2: float | None = None
    capacity: Mapping[str, int] = field(default_factory=dict)
    equipment: tuple[str, ...] = ()
    accessible: bool = False
    retired_from: str = ""

    def called(self, language: str) -> str:
        """Its name in a language, or in English, or any that it has."""
        return called(self.name, language, self.id)

    def seats(self, setup: str | None) -> int | None:
        """How many people it takes in that set-up, or in the best one; None where that is not known."""
        if setup is not None:
            return self.capacity.get(setup)
        return max(self.capacity.values(), default=None)


def atoms_at(space: Space, span: Span, zone: ZoneInfo) -> tuple[str, ...] | date:
    """What the space is made of during a span; the day of the change where that differs within it."""
    found: tuple[str, ...] = ()
    for starts, atoms in space.compositions:
        if not starts or midnight(date.fromisoformat(starts), zone) <= span.start:
            found = atoms
        elif midnight(date.fromisoformat(starts), zone) < span.end and atoms != found:
            return date.fromisoformat(starts)
    return found or date.fromisoformat(space.compositions[0][0])


def midnight(day: date, zone: ZoneInfo) -> int:
    """The minute at which a local day begins."""
    return wall(day, 0, zone)


def wall(day: date, minute: int, zone: ZoneInfo) -> int:
    """The minute at which a local day's clock shows so many minutes; 1440 is the next midnight.

    A wall time that the clocks skip counts as the moment of the jump, one that comes twice as the first.
    """
    days, rest = divmod(minute, DAY)
    shown = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return minute_of(shown)


def hours_on(venue: Venue, day: date, weekly: Mapping[int, tuple[Hours, ...]]) -> tuple[Hours, ...]:
    """When it is open on a local day, by the weekly hours given and the venue's exceptions."""
    special = venue.exceptions.get(day.isoformat())
    if special is not None:
        return special
    return weekly.get(day.isoweekday(), ()) if weekly else (Hours(0, DAY),)


def closed(venue: Venue, span: Span) -> tuple[str, str] | None:
    """Which end of a span, `start` or `end`, does not lie in the opening hours, and why, as the end of a sentence.

    None where both do. It must begin and end while the venue is open, and no day that it touches may be closed; nights
    within are its own.
    """
    if not venue.opening and not venue.exceptions:
        return None
    zone = venue.zone
    first, last = local(span.start, zone).date(), local(span.end - 1, zone).date()
    day = first
    while day <= last:
        hours = hours_on(venue, day, venue.opening)
        if not hours:
            return "end" if day == last != first else "start", f"the venue is closed on {day.isoformat()}"
        if day == first and _closing(day, hours, span.start, zone) is None:
            return "start", f"it begins while the venue is closed ({_shown(hours)} on {day.isoformat()})"
        if day == last and _closing(day, hours, span.end - 1, zone) is None:
            return "end", f"it ends while the venue is closed ({_shown(hours)} on {day.isoformat()})"
        day += timedelta(days=1)
    if first == last and _closing(first, hours, span.start, zone) != _closing(first, hours, span.end - 1, zone):
        return "end", f"the venue closes in between ({_shown(hours)} on {first.isoformat()})"
    return None


def _closing(day: date, hours: tuple[Hours, ...], minute: int, zone: ZoneInfo) -> int | None:
    for one in hours:
        if wall(day, one.opens, zone) <= minute < wall(day, one.closes, zone):
            return one.closes
    return None


def _shown(hours: tuple[Hours, ...]) -> str:
    clock = [f"{h.opens // 60:02}:{h.opens % 60:02}-{h.closes // 60:02}:{h.closes % 60:02}" for h in hours]
    return "open " + ", ".join(clock)


def office_deadline(venue: Venue, now: int) -> int:
    """When the venue's time to answer a challenge is up: so many minutes of its office hours from now."""
    zone, left = venue.zone, venue.policy.challenge_minutes
    day = local(now, zone).date()
    for _ in range(DEADLINE_DAYS_MAX):
        for one in hours_on(venue, day, venue.office):
            opens, closes = max(now, wall(day, one.opens, zone)), wall(day, one.closes, zone)
            if opens >= closes:
                continue
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        day += timedelta(days=1)
    # A venue whose office hardly ever opens must not let a challenge wait for ever.
    return midnight(day, zone)
