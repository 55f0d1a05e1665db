"""What happened to a reservation or to a booking of spaces: its events, as everybody heard them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter
from pydantic import BaseModel

from services.booking.app.happening_bodies import HappeningBody, happening_json
from services.booking.ports import EventReader, Happening, ReservationReader, SpaceReader
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.problems import not_found

EVENTS_MAX: Final = 200


class HistoryBody(BaseModel):
    """What happened, the newest first; not `complete` where earlier events are kept no more, or were too many."""

    events: list[HappeningBody]
    complete: bool


def routes(events: EventReader, reservations: ReservationReader, spaces: SpaceReader) -> APIRouter:
    """The routes that tell what happened."""
    router = APIRouter(prefix="/api/booking", tags=["what happened"], route_class=CommandRoute)

    @router.get("/reservations/{reservation}/history", response_model=HistoryBody, summary="What happened to it")
    async def of_reservation(reservation: str, principal: CurrentPrincipal) -> Any:
        """The events of a reservation that the asker may see."""
        found = await reservations.reservation(reservation, scope_for(principal, Action.RESERVATION_READ))
        if found is None:
            raise not_found("reservation", reservation)
        return _body(await events.events(reservation, found.version, EVENTS_MAX), principal)

    @router.get("/space-bookings/{booking}/history", response_model=HistoryBody, summary="What happened to it")
    async def of_spaces(booking: str, principal: CurrentPrincipal) -> Any:
        """The events of a booking of spaces that the asker may see."""
        found = await spaces.booking(booking, scope_for(principal, Action.SPACE_BOOKING_READ))
        if found is None:
            raise not_found("space booking", booking)
        return _body(await events.events(booking, found.version, EVENTS_MAX), principal)

    return router


def _body(found: Sequence[Happening], asker: Principal) -> dict[str, Any]:
    told = [happening_json(one, asker) for one in found]
    return {"events": told, "complete": bool(found) and found[-1].sequence == 1}
