"""The routes that bring calendars in, and give them out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.booking.adapters.calendars import MEDIA_TYPE, Shown, calendar_of
from services.booking.app.bodies import Slug
from services.booking.app.reservations import actor_of
from services.booking.app.space_bodies import SPACE_STATUSES, Interval, SpaceId, Text, wanted
from services.booking.app.space_bookings import booker
from services.booking.domain.spaces import commands
from services.booking.domain.spaces.booking import IN_CALENDARS
from services.booking.domain.spaces.venue import Language
from services.booking.handlers import spaces as handlers
from services.booking.ports import SPACE, VENUE, Scope, SpaceBookingAt, SpaceReader
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, render
from shared.runtime.problems import invalid, not_found

EVENTS_MAX: Final = 2_000
EXPORTED_AT_ONCE: Final = 1_000


class EventUse(Interval):
    """One space for one time."""

    space: SpaceId


class EventBody(BaseModel):
    """An event of a calendar; `uid` is by which it is found again."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    uid: Annotated[str, Field(min_length=1, max_length=1_000)]
    title: Text = ""
    uses: Annotated[list[EventUse], Field(min_length=1, max_length=200)]
    cancelled: bool = False


class CalendarRequest(BaseModel):
    """A calendar whose events the venue's bookings are to follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    events: Annotated[list[EventBody], Field(max_length=EVENTS_MAX)]
    organizer: Slug | None = None
    skip_conflicts: bool = False


class ConflictBody(BaseModel):
    """An event that is not booked, and why; `row` is its place among the events that were sent, from 0."""

    row: int
    uid: str
    title: str
    reason: str
    problem: str
    remedy: str


class CalendarReport(BaseModel):
    """The uids of events by what became of them."""

    created: list[str]
    changed: list[str]
    cancelled: list[str]
    unchanged: list[str]
    conflicts: list[ConflictBody]


def _encode(accepted: Accepted) -> dict[str, Any]:
    report = accepted.answer
    return {
        "created": report.created,
        "changed": report.changed,
        "cancelled": report.cancelled,
        "unchanged": report.unchanged,
        "conflicts": [dict(conflict) for conflict in report.conflicts],
    }


_imported = render(_encode, statuses=SPACE_STATUSES)


def routes(committer: Committer, reader: SpaceReader, clock: Clock) -> APIRouter:
    """The routes under /api/booking/venues/{venue}/calendar."""
    router = APIRouter(prefix="/api/booking/venues", tags=["calendars"], route_class=CommandRoute)

    @router.post("/{venue}/calendar", response_model=CalendarReport, summary="Import a calendar")
    async def import_calendar(venue: str, request: CalendarRequest, call: Call) -> Committed:
        """Let bookings follow a calendar: new events are booked, changed ones moved, cancelled ones given up.

        All or nothing: 409 `calendar-conflicts` names each event that cannot be booked; or skip those. The same again
        changes nothing.
        """
        _check(venue, request)
        command = commands.ImportCalendar(
            actor_of(call.principal, Action.SPACE_BOOKING_BOOK),
            venue,
            booker(call.principal, request.organizer),
            tuple(
                commands.CalendarEvent(
                    row,
                    event.uid,
                    event.title,
                    tuple(wanted(use.space, use, f"events[{row}].uses[{at}].") for at, use in enumerate(event.uses)),
                    event.cancelled,
                )
                for row, event in enumerate(request.events)
            ),
            request.skip_conflicts,
        )
        spaces = dict.fromkeys(use.space for event in request.events for use in event.uses)
        peeks = ((VENUE, venue), *((SPACE, space) for space in spaces))
        decide = handlers.import_calendar(command)
        return await committer.commit(Work("import_calendar", decide, (), call.idempotency, _imported, peeks=peeks))

    @router.get("/{venue}/calendar.ics", summary="Export a calendar", response_class=Response)
    async def export(
        venue: str,
        principal: CurrentPrincipal,
        space: Annotated[str | None, Query(max_length=200, description="venue/space")] = None,
        language: Language = "en",
    ) -> Response:
        """A venue's bookings, or a space's, as far as the asker may see them, as iCalendar (RFC 5545)."""
        scope = scope_for(principal, Action.SPACE_BOOKING_READ)
        if await reader.venue(venue) is None:
            raise not_found("venue", venue)
        found = await _all(reader, scope, {"venue": venue, "spaces": space})
        shown = [at for at in reversed(found) if at.booking.state in IN_CALENDARS]
        called = await called_in(reader, language, shown, venue=venue, space=space or "")
        # Thousands of events take the library seconds, for which others need not wait.
        body = await asyncio.to_thread(calendar_of, called, shown, clock.now(), as_imported=True)
        return Response(body, media_type=MEDIA_TYPE)

    return router


async def called_in(
    reader: SpaceReader,
    language: str,
    bookings: Sequence[SpaceBookingAt],
    *,
    venue: str = "",
    space: str = "",
    organizer: str = "",
) -> Shown:
    """What a calendar of a venue, a space or an organizer, and its places, are called in a language."""
    venues = {venue} if venue else {at.booking.venue for at in bookings}
    spaces = {one.id: one.called(language) for id_ in sorted(venues) for one in await reader.spaces(id_)}
    names = [spaces.get(space, space), organizer]
    known = await reader.venue(venue) if venue else None
    if known is not None:
        names.insert(1, known.called(language))
    return Shown(" · ".join(name for name in names if name), known.time_zone if known else "", spaces)


async def _all(reader: SpaceReader, scope: Scope, wanted: Mapping[str, str | None]) -> list[SpaceBookingAt]:
    found: list[SpaceBookingAt] = []
    before: str | None = None
    while True:
        page = await reader.bookings(scope, wanted, before=before, limit=EXPORTED_AT_ONCE)
        found += page
        if len(page) < EXPORTED_AT_ONCE:
            return found
        before = page[-1].booking.id


def _check(venue: str, request: CalendarRequest) -> None:
    """What cannot be told event by event; raises Problem 422."""
    seen: set[str] = set()
    for row, event in enumerate(request.events):
        if event.uid in seen:
            remedy = "give each event its own uid"
            raise invalid([{"field": f"events.{row}.uid", "problem": f"{event.uid} comes twice", "remedy": remedy}])
        seen.add(event.uid)
        for at, use in enumerate(event.uses):
            if use.space.partition("/")[0] != venue:
                remedy = f"name a space of {venue}"
                place = f"events.{row}.uses.{at}.space"
                raise invalid([{"field": place, "problem": f"{use.space} is of another venue", "remedy": remedy}])
