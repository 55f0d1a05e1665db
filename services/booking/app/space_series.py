"""The routes of bookings that recur together."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.booking.adapters.recurrence import occurrences
from services.booking.app.bodies import Reason, Slug
from services.booking.app.reservations import actor_of
from services.booking.app.space_bodies import (
    SPACE_STATUSES,
    DetailsBody,
    SpaceBookingBody,
    Spaces,
    Terms,
    When,
    booking_json,
)
from services.booking.app.space_bookings import booker, settings_of, spaces_of
from services.booking.domain.spaces import commands, series
from services.booking.domain.spaces.booking import SpaceState
from services.booking.domain.spaces.refusal import Refused
from services.booking.handlers import spaces as handlers
from services.booking.ports import SPACE_BOOKING, SpaceReader
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.http import Call, CommandRoute, rejection, render
from shared.runtime.ids import new_id
from shared.runtime.instants import Instant, instant
from shared.runtime.store import Key

USES_MAX: Final = 2_000
"""How many uses of spaces one decision may be about."""
DETAILS_BYTES_MAX: Final = 4_000_000
"""How large all occurrences' details may be together: the answer repeats them, and is kept to be given again."""


class SeriesRequest(Terms):
    """Spaces to book again and again: as for one booking, which is the first, and the rule by which it recurs."""

    rule: Annotated[
        str,
        Field(
            max_length=500,
            description="a recurrence rule (RFC 5545) with COUNT or UNTIL, by the venue's clock",
            examples=["FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20271216"],
        ),
    ]
    exceptions: list[When] = Field(default=[], max_length=series.OCCURRENCES_MAX, description="starts left out")
    on_conflict: Literal["fail", "skip"] = "fail"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    booking: Annotated[Slug, Field(description="the occurrence that is edited")]
    scope: Annotated[Literal["following", "all"], Field(description="it and those after it, or all to come")]


class SeriesRescheduleRequest(_Part, Spaces):
    """The spaces and times of one occurrence; the others get the same, as far from it as they are."""

    override: Reason = ""
    on_conflict: Literal["fail", "skip"] = "fail"


class SeriesCancelRequest(_Part):
    """Which occurrences are given up, and why."""

    reason: Reason = ""


class SeriesDetailsRequest(_Part, DetailsBody):
    """What occurrences are, for their function sheets."""


class OccurrenceBody(BaseModel):
    """What became of one occurrence."""

    start: Annotated[datetime, Field(description="by the venue's clock, so without an offset")]
    became: Literal["booked", "changed", "unchanged", "kept", "skipped"]
    booking: SpaceBookingBody | None = None
    reason: str | None = Field(default=None, description="why it was skipped")
    problem: str | None = None
    items: list[dict[str, Any]] = Field(default=[], description="what is in the way")


class SeriesBody(BaseModel):
    """A series, with what became of each occurrence that a command was about."""

    series: str
    occurrences: list[OccurrenceBody]
    server_now: Instant


def _too_large(problem: str) -> Rejected:
    item = {"field": "rule", "problem": problem, "remedy": "split it into several series"}
    return Rejected("series-too-large", "The series is too large for one decision.", (item,))


def _encode(accepted: Accepted) -> dict[str, Any]:
    answer = accepted.answer
    versions = {booking.id: (booking, version) for booking, version in answer.decided.bookings}
    shown: list[dict[str, Any]] = []
    for one in answer.occurrences:
        refused = one.refused
        shown.append(
            {
                "start": one.start.isoformat(timespec="minutes"),
                "became": one.became,
                "booking": booking_json(*versions[one.booking], answer.decided.now) if one.booking else None,
                "reason": refused and refused.reason,
                "problem": refused and refused.detail,
                "items": [dict(item) for item in refused.items] if refused else [],
            }
        )
    return {"series": answer.series, "occurrences": shown, "server_now": instant(answer.decided.now)}


_created: Final = render(_encode, status=201, statuses=SPACE_STATUSES)
_changed: Final = render(_encode, statuses=SPACE_STATUSES)


def routes(committer: Committer, reader: SpaceReader) -> APIRouter:
    """The routes under /api/booking/space-series."""
    router = APIRouter(prefix="/api/booking/space-series", tags=["space bookings"], route_class=CommandRoute)

    @router.post("", status_code=201, response_model=SeriesBody, summary="Book a series")
    async def book(request: SeriesRequest, call: Call) -> Committed:
        """Book spaces by a recurrence rule, each occurrence a booking of its own, all in one decision.

        A 409 `series-conflicts` names each occurrence that cannot be had, and nothing is booked; with `on_conflict`
        skip, the others are.
        """
        venue = await reader.venue(request.venue)
        # An unknown venue is the decision's to refuse, whatever its clock shows.
        zone = venue.zone if venue else ZoneInfo("UTC")
        wanted = request.wanted()
        first = series.begins(wanted, zone)
        left_out = [series.wall(moment, zone) for moment in request.exceptions]
        starts = occurrences(request.rule, first, left_out, zone)
        if isinstance(starts, Refused):
            raise rejection(Rejected(starts.reason, starts.detail, starts.items), SPACE_STATUSES)
        if (uses := len(starts) * len(wanted)) > USES_MAX or len(starts) * len(call.body) > DETAILS_BYTES_MAX:
            problem = f"is {len(starts)} times {len(wanted)} uses of spaces, {uses} with all that is said of them"
            raise rejection(_too_large(problem), SPACE_STATUSES)
        actor = actor_of(call.principal, Action.SPACE_BOOKING_BOOK)
        organizer, details = booker(call.principal, request.organizer), request.details()
        bookings = tuple(
            commands.BookSpaces(
                actor=actor,
                booking=new_id("spb"),
                venue=request.venue,
                organizer=organizer,
                wanted=series.shifted(wanted, start - first, zone),
                state=SpaceState(request.state),
                details=series.at_other_day(details, start - first, zone),
                wait=request.wait,
                retrospective=request.retrospective,
                override=request.override,
            )
            for start in starts
        )
        command = commands.BookSeries(new_id("ser"), bookings, request.on_conflict == "skip")
        return await committer.commit(
            Work(
                "book_series",
                handlers.book_series(command),
                (),
                call.idempotency,
                _created,
                creates=tuple((SPACE_BOOKING, one.booking) for one in bookings),
                peeks=settings_of(request),
                contends=spaces_of(request),
            )
        )

    async def part_of(id_: str, part: _Part, call: Call) -> tuple[commands.SeriesPart, tuple[Key, ...]]:
        """What of a series is meant, and what a decision on it reads."""
        scope = scope_for(call.principal, Action.SPACE_BOOKING_CHANGE)
        found = await reader.bookings(scope, {"series": id_}, before=None, limit=series.OCCURRENCES_MAX)
        members = tuple(sorted(at.booking.id for at in found))
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        meant = commands.SeriesPart(actor, id_, part.booking, members, part.scope == "all")
        return meant, tuple((SPACE_BOOKING, member) for member in {*members, part.booking})

    @router.post("/{series_id}/reschedule", response_model=SeriesBody, summary="Move a series")
    async def reschedule(series_id: str, request: SeriesRescheduleRequest, call: Call) -> Committed:
        """Give an occurrence other spaces or times, and those after it, or all to come, the same.

        An occurrence that was moved by itself before is kept as it is.
        """
        part, reads = await part_of(series_id, request, call)
        skip = request.on_conflict == "skip"
        decide = handlers.reschedule_series(commands.RescheduleSeries(part, request.wanted(), request.override, skip))
        return await committer.commit(
            Work(
                "reschedule_series",
                decide,
                reads,
                call.idempotency,
                _changed,
                peeks=settings_of(request),
                contends=spaces_of(request),
            )
        )

    @router.post("/{series_id}/cancel", response_model=SeriesBody, summary="Cancel a series")
    async def cancel(series_id: str, request: SeriesCancelRequest, call: Call) -> Committed:
        """Give an occurrence up and those after it, or all to come, each by the venue's terms."""
        part, reads = await part_of(series_id, request, call)
        decide = handlers.cancel_series(commands.CancelSeries(part, request.reason))
        return await committer.commit(Work("cancel_series", decide, reads, call.idempotency, _changed))

    @router.post("/{series_id}/details", response_model=SeriesBody, summary="Change a series' details")
    async def change_details(series_id: str, request: SeriesDetailsRequest, call: Call) -> Committed:
        """Say something else of an occurrence and of those after it, or of all to come; a programme moves with each."""
        part, reads = await part_of(series_id, request, call)
        decide = handlers.change_series_details(commands.ChangeSeriesDetails(part, request.details()))
        return await committer.commit(Work("change_series_details", decide, reads, call.idempotency, _changed))

    return router
