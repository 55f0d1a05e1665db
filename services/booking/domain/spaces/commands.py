"""What can be asked of spaces."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.booking.domain.actor import Actor
from services.booking.domain.spaces.asking import Wanted
from services.booking.domain.spaces.booking import DEFINITE, Details, SpaceState


@dataclass(frozen=True, slots=True)
class BookSpaces:
    """Book all of these, or none. `organizer` is for whom; `state` is inquiry, option or definite.

    `wait` lets an option stand behind what is definite already. `retrospective` enters what has been. `override` is
    the reason why it goes before options that came earlier, over a blocking or at closed times.
    """

    actor: Actor
    booking: str
    venue: str
    organizer: str
    wanted: tuple[Wanted, ...]
    state: SpaceState = DEFINITE
    details: Details = field(default_factory=Details)
    wait: bool = False
    retrospective: bool = False
    override: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class BlockSpaces:
    """Take spaces out of use for a time."""

    actor: Actor
    booking: str
    venue: str
    wanted: tuple[Wanted, ...]
    reason: str
    may_override: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoDefinite:
    """Make an option firm."""

    actor: Actor
    booking: str
    override: str = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """Grant an inquiry what it asks for."""

    actor: Actor
    booking: str
    override: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """Refuse an inquiry."""

    actor: Actor
    booking: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Challenge:
    """Ask those before an option to decide."""

    actor: Actor
    booking: str


@dataclass(frozen=True, slots=True)
class Yield:
    """Give way with an option."""

    actor: Actor
    booking: str


@dataclass(frozen=True, slots=True)
class CancelSpaces:
    """Give a booking up, or lift a blocking."""

    actor: Actor
    booking: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """Note that nobody came."""

    actor: Actor
    booking: str


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Move, extend or shorten: these spaces and times instead of the present ones; of that version, if one is named."""

    actor: Actor
    booking: str
    wanted: tuple[Wanted, ...]
    retrospective: bool = False
    override: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """Let two bookings change places: each takes the other's spaces, at its own times."""

    actor: Actor
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """Say something else of a booking; its spaces and times stay."""

    actor: Actor
    booking: str
    details: Details


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of somebody's calendar: `uid` is its name there, `row` its place among the others."""

    row: int
    uid: str
    title: str
    wanted: tuple[Wanted, ...]
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ImportCalendar:
    """Let a venue's bookings follow a calendar: each event is one booking, found again by its uid.

    All of it or nothing, unless conflicts are to be skipped.
    """

    actor: Actor
    venue: str
    organizer: str
    events: tuple[CalendarEvent, ...]
    skip_conflicts: bool = False


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """Let whoever has the secret read bookings as a calendar; empty strings mean any."""

    actor: Actor
    feed: str
    secret: str
    language: str
    venue: str
    space: str
    organizer: str


@dataclass(frozen=True, slots=True)
class RevokeFeed:
    """Let nobody read a feed any more."""

    actor: Actor
    feed: str


@dataclass(frozen=True, slots=True)
class BookSeries:
    """Book all of these as one series, or none; or, where conflicts are to be skipped, those that can be had."""

    series: str
    bookings: tuple[BookSpaces, ...]
    skip_conflicts: bool = False


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """`booking` and, of its series' other `members`, those after it; `whole` are those before it, too."""

    actor: Actor
    series: str
    booking: str
    members: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class RescheduleSeries:
    """Give a booking these spaces and times, and the others of its series the same, as far from it as they are."""

    part: SeriesPart
    wanted: tuple[Wanted, ...]
    override: str = ""
    skip_conflicts: bool = False


@dataclass(frozen=True, slots=True)
class CancelSeries:
    """Give a part of a series up."""

    part: SeriesPart
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSeriesDetails:
    """Say something else of a part of a series."""

    part: SeriesPart
    details: Details
