"""The routes of a space booking's life."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from services.booking.app.reservations import actor_of
from services.booking.app.space_bodies import (
    SPACE_STATUSES,
    BlockingRequest,
    PairBody,
    RescheduleRequest,
    SpaceBookingBody,
    SpaceBookingPage,
    SpaceBookingRequest,
    Spaces,
    SwapRequest,
    booking_json,
)
from services.booking.domain.spaces import commands
from services.booking.domain.spaces.booking import SpaceState
from services.booking.handlers import spaces as handlers
from services.booking.ports import SPACE, SPACE_BOOKING, VENUE, SpaceReader
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, render
from shared.runtime.ids import new_id
from shared.runtime.instants import instant
from shared.runtime.problems import cursor_invalid, invalid, not_found
from shared.runtime.store import Key

PAGE_MAX: Final = 200
_CURSOR: Final = re.compile(r"spb-[0-9a-f]{32}")


def _encode(accepted: Accepted) -> dict[str, Any]:
    [(booking, version)] = accepted.answer.bookings
    return booking_json(booking, version, accepted.answer.now)


def _encode_pair(accepted: Accepted) -> dict[str, Any]:
    decided = accepted.answer
    return {"bookings": [booking_json(booking, version, decided.now) for booking, version in decided.bookings]}


_created = render(_encode, status=201, statuses=SPACE_STATUSES)
changed = render(_encode, statuses=SPACE_STATUSES)
_swapped = render(_encode_pair, statuses=SPACE_STATUSES)


def spaces_of(request: Spaces) -> tuple[Key, ...]:
    """The spaces that a request is about, which it contends for with others."""
    return tuple((SPACE, space) for space in request.names)


def settings_of(request: Spaces) -> tuple[Key, ...]:
    """What a request for spaces peeks at: its venue and its spaces."""
    return ((VENUE, request.venue), *spaces_of(request))


def booker(principal: Principal, named: str | None) -> str:
    """For whom spaces are booked; raises Problem 422 where an admin does not say."""
    if named is None and principal.organizer is None:
        raise invalid([{"field": "organizer", "problem": "Field required", "remedy": "say for whom this is"}])
    return named or principal.organizer or ""


def routes(committer: Committer, reader: SpaceReader, clock: Clock) -> APIRouter:
    """The routes under /api/booking/space-bookings."""
    router = APIRouter(prefix="/api/booking/space-bookings", tags=["space bookings"], route_class=CommandRoute)

    @router.post("", status_code=201, response_model=SpaceBookingBody, summary="Book spaces")
    async def book(request: SpaceBookingRequest, call: Call) -> Committed:
        """Book all the spaces, or none. A 409 names what is in the way, and `alternatives` what could be had."""
        id_ = new_id("spb")
        command = commands.BookSpaces(
            actor=actor_of(call.principal, Action.SPACE_BOOKING_BOOK),
            booking=id_,
            venue=request.venue,
            organizer=booker(call.principal, request.organizer),
            wanted=request.wanted(),
            state=SpaceState(request.state),
            details=request.details(),
            wait=request.wait,
            retrospective=request.retrospective,
            override=request.override,
            uid=request.uid,
        )
        creates = ((SPACE_BOOKING, id_),)
        return await committer.commit(
            Work(
                "book_spaces",
                handlers.book(command),
                (),
                call.idempotency,
                _created,
                creates=creates,
                peeks=settings_of(request),
                contends=spaces_of(request),
            )
        )

    @router.post("/blockings", status_code=201, response_model=SpaceBookingBody, summary="Block spaces")
    async def block(request: BlockingRequest, call: Call) -> Committed:
        """Take spaces out of use for a time; refused while somebody has them."""
        id_ = new_id("spb")
        command = commands.BlockSpaces(
            actor=actor_of(call.principal, Action.SPACE_BOOKING_KEEP),
            booking=id_,
            venue=request.venue,
            wanted=request.wanted(),
            reason=request.reason,
            may_override=tuple(request.may_override),
        )
        creates = ((SPACE_BOOKING, id_),)
        return await committer.commit(
            Work(
                "block_spaces",
                handlers.block(command),
                (),
                call.idempotency,
                _created,
                creates=creates,
                peeks=settings_of(request),
                contends=spaces_of(request),
            )
        )

    @router.post("/swap", response_model=PairBody, summary="Swap spaces")
    async def swap(request: SwapRequest, call: Call) -> Committed:
        """Let two bookings change spaces, each at its own times; both or neither."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        decide = handlers.swap(commands.Swap(actor, request.first, request.second))
        reads = ((SPACE_BOOKING, request.first), (SPACE_BOOKING, request.second))
        return await committer.commit(Work("swap_spaces", decide, reads, call.idempotency, _swapped))

    @router.post("/{booking}/reschedule", response_model=SpaceBookingBody, summary="Move, extend or shorten")
    async def reschedule(booking: str, request: RescheduleRequest, call: Call) -> Committed:
        """Other spaces or times in one step: the new is had, or the present stays."""
        command = commands.Reschedule(
            actor_of(call.principal, Action.SPACE_BOOKING_CHANGE),
            booking,
            request.wanted(),
            request.retrospective,
            request.override,
            request.version,
        )
        return await committer.commit(
            Work(
                "reschedule",
                handlers.reschedule(command),
                ((SPACE_BOOKING, booking),),
                call.idempotency,
                changed,
                peeks=settings_of(request),
                contends=spaces_of(request),
            )
        )

    @router.get("", response_model=SpaceBookingPage, summary="List space bookings")
    async def show_many(
        principal: CurrentPrincipal,
        venue: Annotated[str | None, Query(max_length=200)] = None,
        space: Annotated[str | None, Query(max_length=200, description="venue/space")] = None,
        state: SpaceState | None = None,
        series: Annotated[str | None, Query(max_length=200)] = None,
        uid: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        """Those that the asker may see, by their ids downwards: their own, and those at venues that they run."""
        if cursor is not None and _CURSOR.fullmatch(cursor) is None:
            raise cursor_invalid()
        wanted = {"venue": venue, "spaces": space, "state": state and str(state), "series": series, "uid": uid}
        scope = scope_for(principal, Action.SPACE_BOOKING_READ)
        found = await reader.bookings(scope, wanted, before=cursor, limit=limit + 1)
        now = clock.now()
        shown = [booking_json(at.booking, at.version, now) for at in found[:limit]]
        following = found[limit - 1].booking.id if len(found) > limit else None
        return {"bookings": shown, "next": following, "server_now": instant(now)}

    @router.get("/{booking}", response_model=SpaceBookingBody, summary="Show a space booking")
    async def show(booking: str, principal: CurrentPrincipal) -> Any:
        """One booking that the asker may see."""
        found = await reader.booking(booking, scope_for(principal, Action.SPACE_BOOKING_READ))
        if found is None:
            raise not_found("space booking", booking)
        return booking_json(found.booking, found.version, clock.now())

    return router
