"""What the catalog's handlers and questions need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from services.catalog.domain.actor import Actor
from services.catalog.domain.booths import Outline
from services.catalog.domain.exhibitors import Exhibitor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.plan_features import Measurement
from services.catalog.domain.plans import Plan, PlanSummary
from services.catalog.domain.spaces import Space, SpaceUse
from services.catalog.domain.venues import Venue

T = TypeVar("T")

# Kinds of aggregate. A sequence that the public hears has no gaps, so what emits events is kept apart from what
# changes silently: a fair as its organizer sees it is a `fair`, what was announced of it is its `notice`; a hall's
# floor plan is a `plan` (with a `plan-summary` beside it, for lists), and each booth that was ever listed is a `booth`.
VENUE: Final = "venue"
FAIR: Final = "fair"
NOTICE: Final = "notice"
PLAN: Final = "plan"
PLAN_SUMMARY: Final = "plan-summary"
BOOTH: Final = "booth"
BOOTH_STATUS: Final = "booth-status"
EXHIBITOR: Final = "exhibitor"
SPACE: Final = "space"
SPACE_LIST: Final = "space-list"
SPACE_USE: Final = "space-use"


class World(Protocol):
    """The tables that the world agrees on."""

    def is_time_zone(self, name: str) -> bool:
        """Whether it is a zone of the IANA database."""
        ...

    def is_currency(self, code: str) -> bool:
        """Whether it is the ISO 4217 code of money that is in use."""
        ...

    def is_country(self, code: str) -> bool:
        """Whether it is a country's ISO 3166 code of two letters."""
        ...


class Geometry(Protocol):
    """Measures outlines on a plane, in metres."""

    def measure(self, outlines: Sequence[Outline], width_m: float, depth_m: float) -> Measurement:
        """Areas, faults, what lies outside [0, width] x [0, depth], and which sound outlines share floor."""
        ...


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A state with its version."""

    state: T
    version: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list; `cursor` asks for what follows, None at its end."""

    items: tuple[T, ...]
    cursor: str | None


class BookingsUnheard(Exception):
    """What booking has told is not all known here, so nobody knows what is free; the message says it to a person."""


class Bookings(Protocol):
    """What booking tells of its booths and of bookings of spaces."""

    async def heard(self, fair: str, hall: str) -> None:
        """Returns once all that was told of a hall's booths until now is known here.

        Raises BookingsUnheard where that takes too long, or something of it was put aside; StoreUnavailable.
        """
        ...

    async def heard_of_spaces(self) -> None:
        """Returns once all that was told of bookings of spaces until now is known here; raises as `heard` does."""
        ...


class BadCursor(ValueError):
    """A cursor that no answer gave."""


class Shelf(Protocol):
    """Reads for questions. Each takes who asks and gives only what that one may see; what is hidden is not there.

    Every method raises shared.runtime.store.StoreUnavailable; the paged ones raise BadCursor.
    """

    async def venue(self, slug: str) -> Stored[Venue] | None:
        """One venue; venues are no secret."""
        ...

    async def venues(self, limit: int, cursor: str | None) -> Page[Stored[Venue]]:
        """Venues by slug."""
        ...

    async def space(self, venue: str, space: str) -> Stored[Space] | None:
        """One space; spaces are no secret."""
        ...

    async def spaces(self, venue: str, limit: int, cursor: str | None) -> Page[Stored[Space]]:
        """A venue's spaces by their slugs."""
        ...

    async def uses_after(self, space: str, ends_after: datetime, limit: int) -> tuple[SpaceUse, ...]:
        """Live bookings of a space (id) that end after an instant, those that end last first."""
        ...

    async def fair(self, slug: str, actor: Actor) -> Stored[Fair] | None:
        """A fair of the actor's own, or any that is public."""
        ...

    async def fairs(self, actor: Actor, limit: int, cursor: str | None) -> Page[Stored[Fair]]:
        """Fairs by slug."""
        ...

    async def plan(self, fair: str, hall: str, actor: Actor) -> Stored[Plan] | None:
        """A hall's floor plan at a fair."""
        ...

    async def plans(self, fair: str, actor: Actor) -> tuple[PlanSummary, ...]:
        """What each of a fair's floor plans measures and holds, by hall."""
        ...

    async def exhibitor(self, id_: str, actor: Actor) -> Stored[Exhibitor] | None:
        """One exhibitor; its address only for who may have it."""
        ...

    async def exhibitors(
        self, fair: str, actor: Actor, query: str, limit: int, cursor: str | None, *, group: str | None = None
    ) -> Page[Stored[Exhibitor]]:
        """A fair's exhibitors by name, of one product group if it is named; the query's words begin words of their
        names, in any language."""
        ...
