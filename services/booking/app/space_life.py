"""The routes that take a space booking one step on in its life."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from services.booking.app.reservations import actor_of
from services.booking.app.space_bodies import (
    DetailsBody,
    OverrideRequest,
    ReasonRequest,
    SpaceBookingBody,
)
from services.booking.app.space_bookings import changed
from services.booking.domain.spaces import commands
from services.booking.handlers import spaces as handlers
from services.booking.ports import SPACE_BOOKING
from shared.runtime.auth.policy import Action
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Decide
from shared.runtime.http import Call, CommandRoute

_NO_OVERRIDE: Final = OverrideRequest()
_NO_REASON: Final = ReasonRequest()


def routes(committer: Committer) -> APIRouter:
    """The routes under /api/booking/space-bookings/{booking}."""
    router = APIRouter(prefix="/api/booking/space-bookings", tags=["space bookings"], route_class=CommandRoute)

    async def commit(name: str, booking: str, decide: Decide, call: Call) -> Committed:
        return await committer.commit(Work(name, decide, ((SPACE_BOOKING, booking),), call.idempotency, changed))

    @router.post("/{booking}/confirm", response_model=SpaceBookingBody, summary="Go definite")
    async def confirm(booking: str, call: Call, request: OverrideRequest = _NO_OVERRIDE) -> Committed:
        """Make an option firm, once nobody is before it."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        decide = handlers.go_definite(commands.GoDefinite(actor, booking, request.override))
        return await commit("go_definite", booking, decide, call)

    @router.post("/{booking}/approve", response_model=SpaceBookingBody, summary="Approve a request")
    async def approve(booking: str, call: Call, request: OverrideRequest = _NO_OVERRIDE) -> Committed:
        """Grant an inquiry what it asks for; those that collide with it are declined, with alternatives."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_KEEP)
        decide = handlers.approve(commands.Approve(actor, booking, request.override))
        return await commit("approve_spaces", booking, decide, call)

    @router.post("/{booking}/decline", response_model=SpaceBookingBody, summary="Decline a request")
    async def decline(booking: str, call: Call, request: ReasonRequest = _NO_REASON) -> Committed:
        """Refuse an inquiry."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_KEEP)
        decide = handlers.decline(commands.Decline(actor, booking, request.reason))
        return await commit("decline_spaces", booking, decide, call)

    @router.post("/{booking}/challenge", response_model=SpaceBookingBody, summary="Challenge those before")
    async def challenge(booking: str, call: Call) -> Committed:
        """Ask every option before this one to go definite in the venue's time, or to yield."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        return await commit("challenge", booking, handlers.challenge(commands.Challenge(actor, booking)), call)

    @router.post("/{booking}/yield", response_model=SpaceBookingBody, summary="Yield")
    async def give_way(booking: str, call: Call) -> Committed:
        """Give way with an option; those behind it close up."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        return await commit("yield", booking, handlers.give_way(commands.Yield(actor, booking)), call)

    @router.post("/{booking}/cancel", response_model=SpaceBookingBody, summary="Cancel")
    async def cancel(booking: str, call: Call, request: ReasonRequest = _NO_REASON) -> Committed:
        """Give a booking up, by the venue's terms; or lift a blocking."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        decide = handlers.cancel(commands.CancelSpaces(actor, booking, request.reason))
        return await commit("cancel_spaces", booking, decide, call)

    @router.post("/{booking}/no-show", response_model=SpaceBookingBody, summary="Note a no-show")
    async def no_show(booking: str, call: Call) -> Committed:
        """Note that nobody came; the venue's organizer does."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_KEEP)
        return await commit("no_show", booking, handlers.mark_no_show(commands.MarkNoShow(actor, booking)), call)

    @router.post("/{booking}/details", response_model=SpaceBookingBody, summary="Replace the details")
    async def details(booking: str, request: DetailsBody, call: Call) -> Committed:
        """What the booking is, for its function sheet; spaces and times stay."""
        actor = actor_of(call.principal, Action.SPACE_BOOKING_CHANGE)
        decide = handlers.change_details(commands.ChangeDetails(actor, booking, request.details()))
        return await commit("change_details", booking, decide, call)

    return router
