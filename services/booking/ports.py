"""What booking's callers need of the outside, told as Protocols."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from services.booking.domain.booth import Booth
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation, ReservationState
from services.booking.domain.spaces.booking import SpaceBooking
from services.booking.domain.spaces.calendar import Claim
from services.booking.domain.spaces.feed import CalendarFeed
from services.booking.domain.spaces.times import Span
from services.booking.domain.spaces.venue import Space, Venue

BOOTH: Final = "booth"
EXHIBITOR: Final = "exhibitor"
FAIR: Final = "fair"
HOLDER: Final = "holder"
RESERVATION: Final = "reservation"
VENUE: Final = "venue"
SPACE: Final = "space"
DIRECTORY: Final = "directory"
PAGE: Final = "page"
SPACE_BOOKING: Final = "space-booking"
SPACE_RECORD: Final = "space-record"
CALENDAR_FEED: Final = "calendar-feed"
"""The kinds of aggregates, as handlers ask for them and the store keeps them."""


@dataclass(frozen=True, slots=True)
class BoothSeen:
    """A booth at a version, as everybody may see it; who has it is not among that."""

    id: str
    fair: str
    label: str
    state: str
    version: int
    area_m2: float
    until: datetime | None = None
    withdrawn: bool = False
    open_sides: int = 0


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something happened: a command, and the role that asked for it, `""` where a timer or an event did.

    `tenant` is the exhibitor or organizer for whom `account` acted, `event` the event that the command followed.
    """

    command: str = ""
    role: str = ""
    tenant: str = ""
    account: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as it was told, at its place in the service's order of events; `data` is its JSON.

    `about` names what it can be found by, `kind/id` each; `cause` was not told with it.
    """

    position: int
    id: str
    type: str
    key: str
    sequence: int
    at: datetime
    subject: str
    traceparent: str | None
    data: bytes
    about: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for among what happened; what is empty is left open. `start` and `end` bound when, half-open."""

    fair: str = ""
    venue: str = ""
    booth: str = ""
    space: str = ""
    exhibitor: str = ""
    kind: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """A place among what happened, newest first: what comes after it was decided before `at`, or lies before it."""

    at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """One event at its place in the service's order of events: the booth that changed, the venue with a booking that
    did, what happened; none of them where the event is another one.
    """

    position: int
    booth: BoothSeen | None = None
    venue: str = ""
    happening: Happening | None = None


@dataclass(frozen=True, slots=True)
class ReservationAt:
    """A reservation at a version."""

    reservation: Reservation
    version: int


class Scope(Protocol):
    """Whose reservations may be seen: everybody's, or those of one exhibitor or one organizer."""

    @property
    def everything(self) -> bool:
        """Whether nothing is confined."""
        ...

    @property
    def exhibitor(self) -> str | None:
        """The exhibitor whose they must be."""
        ...

    @property
    def organizer(self) -> str | None:
        """The organizer whose they must be."""
        ...

    def query(self, *, exhibitor: Sequence[str], organizer: str | Sequence[str]) -> dict[str, object]:
        """A filter for the store, given the fields that name the parties."""
        ...


class BoothReader(Protocol):
    """What is asked of the store about booths."""

    async def fair(self, fair: str) -> Fair | None:
        """The fair's settings, None for a fair that nobody published. Raises StoreUnavailable."""
        ...

    async def booths(self, fair: str) -> list[BoothSeen]:
        """Every booth of a fair, withdrawn ones among them. Raises StoreUnavailable."""
        ...

    async def these(self, ids: Sequence[str]) -> list[BoothSeen]:
        """The booths by these ids, which are known, in this order. Raises StoreUnavailable."""
        ...

    async def last_position(self) -> int:
        """The place of the newest event that has one; 0 before the first. Raises StoreUnavailable."""
        ...

    async def changes_after(self, position: int, limit: int) -> list[ChangeSeen]:
        """The next events in order, each with its place: `limit` of them or all there are, and what was written with
        the last of them.

        Raises StoreUnavailable.
        """
        ...

    async def positions(self, booths: Sequence[BoothSeen]) -> dict[str, int]:
        """At which place each of these booths came to be as it is, by id; without those that have no place yet.

        Raises StoreUnavailable.
        """
        ...


class EventReader(Protocol):
    """What is asked of the store about what happened."""

    async def events(self, key: str, version: int, limit: int) -> list[Happening]:
        """What was told of a reservation or a booking up to a version, the newest first; without what is kept no more.

        Raises StoreUnavailable.
        """
        ...


class NameReader(Protocol):
    """What is asked of the store about what people are called."""

    async def exhibitors(self, ids: Iterable[str]) -> Mapping[str, Exhibitor]:
        """The known ones among these, by id. Raises StoreUnavailable."""
        ...

    async def told_at(self, keys: Mapping[str, int]) -> Mapping[str, datetime]:
        """When what goes by these keys came to its version, by key; without what is kept no more.

        Raises StoreUnavailable.
        """
        ...


Wants = Callable[[Happening], bool]
"""Whether somebody looks for something that happened, and may see it."""


class HappeningReader(Protocol):
    """What is asked of the store about everything that happened."""

    async def happenings(self, scope: Scope, sought: Sought, *, before: Before | None, limit: int) -> list[Happening]:
        """What is sought and in this scope, the newest first, after a place: so many, without what is kept no more.

        Raises StoreUnavailable.
        """
        ...

    def wants(self, scope: Scope, sought: Sought) -> Wants:
        """The same question about something that has just happened."""
        ...


class ReservationReader(Protocol):
    """What is asked of the store about reservations."""

    async def reservation(self, id_: str, scope: Scope) -> ReservationAt | None:
        """One reservation, None where there is none in this scope. Raises StoreUnavailable."""
        ...

    async def reservations(
        self,
        scope: Scope,
        *,
        fair: str | None,
        exhibitor: str | None,
        state: ReservationState | None,
        before: str | None,
        limit: int,
    ) -> list[ReservationAt]:
        """Those in this scope that match, newest first, after the one called `before`. Raises StoreUnavailable."""
        ...


class SalesReader(Protocol):
    """What is asked of the store about the sale of a whole fair."""

    async def floor(self, fair: str) -> list[Booth]:
        """Every booth of a fair, withdrawn ones among them. Raises StoreUnavailable."""
        ...

    async def of_fair(
        self, fair: str, scope: Scope, *, states: Collection[ReservationState], before: str | None, limit: int
    ) -> list[Reservation]:
        """A fair's reservations in this scope, of these states, newest first, after the one called `before`.

        Raises StoreUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class SpaceBookingAt:
    """A booking of spaces at a version."""

    booking: SpaceBooking
    version: int


class SpaceReader(Protocol):
    """What is asked of the store about spaces and their bookings."""

    async def booking(self, id_: str, scope: Scope) -> SpaceBookingAt | None:
        """One booking, None where there is none in this scope. Raises StoreUnavailable."""
        ...

    async def bookings(
        self, scope: Scope, wanted: Mapping[str, str | None], *, before: str | None, limit: int
    ) -> list[SpaceBookingAt]:
        """Those in this scope whose fields are as wanted, by their ids downwards, after the one called `before`.

        Raises StoreUnavailable.
        """
        ...

    async def feed(self, id_: str) -> CalendarFeed | None:
        """A calendar feed, revoked or not; None where there is none. Raises StoreUnavailable."""
        ...

    async def feeds(self, scope: Scope, *, limit: int) -> list[CalendarFeed]:
        """Those in this scope, revoked ones last, the newest first. Raises StoreUnavailable."""
        ...

    async def fed(self, feed: CalendarFeed, scope: Scope, *, since: datetime, limit: int) -> list[SpaceBookingAt]:
        """What a feed shows of what is in this scope and ends after `since`, by when it ends: so many.

        Raises StoreUnavailable.
        """
        ...

    async def venue(self, id_: str) -> Venue | None:
        """A venue as booking has heard of it, None where it has not. Raises StoreUnavailable."""
        ...

    async def spaces(self, venue: str) -> Sequence[Space]:
        """A venue's spaces. Raises StoreUnavailable."""
        ...

    async def claims(self, venue: str, atoms: Iterable[str], window: Span) -> Mapping[str, Sequence[Claim]]:
        """Whatever touches a window on these atoms, its own buffers included, by atom. Raises StoreUnavailable."""
        ...

    async def bookings_within(self, venue: str, window: Span, as_of: datetime | None) -> Sequence[SpaceBooking]:
        """A venue's bookings that touch a window with the largest buffers, as they are or as they were at an instant.

        Raises StoreUnavailable.
        """
        ...
