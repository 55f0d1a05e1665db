"""The routes of questions about a venue's spaces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, BaseModel, Field

from services.booking.app.reservations import actor_of
from services.booking.app.space_bodies import PhaseBody, UseBody, near, span_json
from services.booking.domain.actor import Actor
from services.booking.domain.spaces.alternatives import Needs
from services.booking.domain.spaces.booking import SpaceBooking
from services.booking.domain.spaces.free import Used
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import DAY, Span, resolve
from services.booking.domain.spaces.venue import Venue
from services.booking.handlers.spaces.answers import use_json
from services.booking.handlers.spaces.life import may_command
from services.booking.ports import SpaceReader
from services.booking.queries import spaces as queries
from shared.runtime.auth import Role
from shared.runtime.auth.policy import Action, require_role
from shared.runtime.clock import Clock
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.http.answers import json_document
from shared.runtime.instants import Instant, instant
from shared.runtime.problems import invalid, not_found

WINDOW_DAYS_MAX: Final = 400
FREE_DAYS_MAX: Final = 92

Start = Annotated[
    datetime,
    AfterValidator(near),
    Query(description="an instant with its offset, or a wall time at the venue without one"),
]
AsOf = Annotated[datetime | None, Query(description="as it was at this instant (with its offset); now without it")]


class FreeEntry(BaseModel):
    """A space that could be had, and within which spans."""

    space: str
    capacity: dict[str, int]
    area_m2: float | None
    free: list[PhaseBody]


class FreeBody(BaseModel):
    """Spaces that could be had, those that fit most closely first."""

    venue: str
    minutes: int
    spaces: list[FreeEntry]
    server_now: Instant


class TimelineEntry(BaseModel):
    """A booking or blocking; whose it is only for its parties and the venue."""

    state: str
    rank: int | None
    uses: list[UseBody]
    booking: str | None = None
    organizer: str | None = None
    title: str | None = None


class TimelineBody(BaseModel):
    """What touches a window, by its start."""

    venue: str
    time_zone: str
    entries: list[TimelineEntry]
    server_now: Instant


class TakenBody(BaseModel):
    """Minutes of the clock in which at least one of the atoms was booked, in each phase."""

    show_minutes: int
    build_up_minutes: int
    dismantling_minutes: int


class UsedBody(BaseModel):
    """Minutes of atoms: booked in each phase, of those in which the venue was open; `share` is of the show alone."""

    available_minutes: int
    show_minutes: int
    build_up_minutes: int
    dismantling_minutes: int
    share: float = Field(description="show minutes of available ones, 0 to 1")
    taken: TakenBody


class SpaceUsed(UsedBody):
    """A space's use."""

    space: str


class MonthUsed(BaseModel):
    """A month's use, of the venue and of each space."""

    month: str = Field(examples=["2027-06"])
    venue: UsedBody
    spaces: list[SpaceUsed]


class UtilisationBody(BaseModel):
    """How much was used, by month."""

    venue: str
    months: list[MonthUsed]
    server_now: Instant


def routes(reader: SpaceReader, clock: Clock) -> APIRouter:
    """The routes under /api/booking/venues/{venue}."""
    router = APIRouter(prefix="/api/booking/venues", tags=["spaces"], route_class=CommandRoute)

    async def venue_of(venue: str) -> Venue:
        found = await reader.venue(venue)
        if found is None:
            raise not_found("venue", venue)
        return found

    @router.get("/{venue}/free", response_model=FreeBody, summary="Find free spaces")
    async def free(
        venue: str,
        principal: CurrentPrincipal,
        start: Start,
        end: Start,
        minutes: Annotated[int, Query(ge=1, le=FREE_DAYS_MAX * DAY)],
        space: Annotated[list[str], Query(description="venue/space; any without it")] = [],  # noqa: B006
        people: Annotated[int | None, Query(ge=1)] = None,
        setup: Annotated[str, Query(max_length=40)] = "",
        equipment: Annotated[list[str], Query()] = [],  # noqa: B006
        kind: Literal["hall", "room", "foyer", "yard"] | None = None,
        accessible: bool = False,
        over_options: Annotated[bool, Query(description="count what has only options on it as free")] = False,
        as_of: AsOf = None,
    ) -> Any:
        """Which spaces could be had for so long within a window, by opening hours and buffers."""
        require_role(principal, Action.SPACES_READ)
        known = await venue_of(venue)
        window = _window(known, start, end, FREE_DAYS_MAX)
        needs = Needs(people, setup, tuple(equipment))
        wish = queries.Wish(window, minutes, needs, frozenset(space), kind, accessible, over_options)
        now = clock.now()
        found = await queries.find_free(reader, known, wish, now, _past(as_of, now))
        entries = [
            {
                "space": one.space.id,
                "capacity": dict(one.space.capacity),
                "area_m2": one.space.area_m2,
                "free": [span_json(span) for span in one.spans],
            }
            for one in found
        ]
        body = {"venue": venue, "minutes": minutes, "spaces": entries, "server_now": instant(now)}
        # Written out at once: to hold hundreds of spans against their model took a quarter of the whole.
        return Response(json_document(body), media_type="application/json")

    @router.get("/{venue}/timeline", response_model=TimelineBody, summary="A venue's timeline")
    async def timeline(venue: str, principal: CurrentPrincipal, start: Start, end: Start, as_of: AsOf = None) -> Any:
        """Bookings, options and blockings that touch a window; whose they are only for their parties and the venue."""
        require_role(principal, Action.SPACES_READ)
        known = await venue_of(venue)
        window = _window(known, start, end, WINDOW_DAYS_MAX)
        found = await queries.timeline(reader, known, window, _past(as_of, clock.now()))
        # Exhibitors see times, and nobody's names.
        asker = Actor() if principal.role is Role.EXHIBITOR else actor_of(principal, Action.SPACE_BOOKING_READ)
        return {
            "venue": venue,
            "time_zone": known.time_zone,
            "entries": [_entry(one, asker) for one in found],
            "server_now": instant(clock.now()),
        }

    @router.get("/{venue}/utilisation", response_model=UtilisationBody, summary="A venue's utilisation")
    async def utilisation(venue: str, principal: CurrentPrincipal, start: Start, end: Start, as_of: AsOf = None) -> Any:
        """Minutes booked of minutes open, by month and space, build-up and dismantling counted apart.

        A space's minutes are those of its atoms, whichever booking has them: a hall of two atoms that is booked whole
        for an hour has 120. How long it was taken by the clock is in `taken`: 60.
        """
        require_role(principal, Action.SPACE_BOOKING_READ)
        known = await venue_of(venue)
        window = _window(known, start, end, WINDOW_DAYS_MAX)
        found = await queries.utilisation(reader, known, window, _past(as_of, clock.now()))
        months = [
            {
                "month": name,
                "venue": _used(whole),
                "spaces": [{"space": id_, **_used(used)} for id_, used in each],
            }
            for name, whole, each in found.months
        ]
        return {"venue": venue, "months": months, "server_now": instant(clock.now())}

    return router


def _window(venue: Venue, start: datetime, end: datetime, days_max: int) -> Span:
    """The window that was asked for; raises Problem 422."""
    moments = []
    for name, moment in (("start", start), ("end", end)):
        minute = resolve(moment, venue.zone, name)
        if isinstance(minute, Refused):
            raise invalid([dict(item) for item in minute.items])
        moments.append(minute)
    window = Span(*moments)
    if window.end <= window.start:
        raise invalid([{"field": "end", "problem": "is not after start", "remedy": "end the window after it starts"}])
    if window.end - window.start > days_max * DAY:
        remedy = f"ask for {days_max} days at most"
        raise invalid([{"field": "end", "problem": "is too long after start", "remedy": remedy}])
    return window


def _past(as_of: datetime | None, now: datetime) -> datetime | None:
    """The instant; raises Problem 422 for one without an offset, or to come."""
    if as_of is not None and as_of.tzinfo is None:
        raise invalid([{"field": "as_of", "problem": "has no offset", "remedy": "write it as 2027-06-10T09:00:00Z"}])
    if as_of is not None and as_of > now:
        remedy = "name an instant that has been, or leave it out"
        raise invalid([{"field": "as_of", "problem": "is to come: nobody knows yet", "remedy": remedy}])
    return as_of


def _entry(booking: SpaceBooking, asker: Actor) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "state": str(booking.state),
        "rank": booking.rank or None,
        "uses": [{**use_json(use), "atoms": list(use.atoms)} for use in booking.uses],
    }
    if may_command(asker, booking):
        shown |= {"booking": booking.id, "organizer": booking.organizer, "title": booking.details.title}
    return shown


def _used(used: Used) -> dict[str, Any]:
    return {
        "available_minutes": used.available,
        **_by_phase(used.booked),
        "share": round(used.booked["show"] / used.available, 4) if used.available else 0.0,
        "taken": _by_phase(used.taken),
    }


def _by_phase(minutes: Mapping[str, int]) -> dict[str, int]:
    return {f"{phase}_minutes": told for phase, told in minutes.items()}
