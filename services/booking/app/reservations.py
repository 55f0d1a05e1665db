"""The routes of a reservation's life."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from services.booking import handlers
from services.booking.adapters.pacing import HoldPacing
from services.booking.app.bodies import (
    STATUSES,
    AdmissionRequest,
    CancelRequest,
    CoExhibitorsRequest,
    HoldRequest,
    PageBody,
    ReservationBody,
    knows_price,
    page_json,
    reservation_json,
)
from services.booking.domain import commands
from services.booking.domain.actor import Actor
from services.booking.domain.booth import booth_id
from services.booking.domain.holder import holder_id
from services.booking.domain.reservation import ReservationState
from services.booking.ports import BOOTH, FAIR, HOLDER, RESERVATION, ReservationReader
from services.booking.queries.reservations import PAGE_MAX, list_reservations
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted, Decide
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, render
from shared.runtime.ids import new_id
from shared.runtime.problems import cursor_invalid, not_found
from shared.runtime.store import Key

_REASON_BODY: Any = {
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": CancelRequest.model_json_schema()}},
    }
}
_CURSOR: Final = re.compile(r"res-[0-9a-f]{32}")
Hints = Callable[[str], tuple[Key, ...]]
"""What a reservation's commands surely read, as far as this process knows."""


def actor_of(principal: Principal, action: Action) -> Actor:
    """Who asks, as the rules know them. Raises Problem 403 where the role may not do it to anything."""
    scope = scope_for(principal, action)
    return Actor(scope.everything, scope.exhibitor, scope.organizer)


def _encode(accepted: Accepted) -> dict[str, Any]:
    decided = accepted.answer
    return reservation_json(decided.reservation, decided.version, decided.now)


_created = render(_encode, status=201, statuses=STATUSES)
_changed = render(_encode, statuses=STATUSES)


def _check_cursor(cursor: str | None) -> None:
    if cursor is not None and _CURSOR.fullmatch(cursor) is None:
        raise cursor_invalid()


def routes(
    committer: Committer, reader: ReservationReader, clock: Clock, hints: Hints, pacing: HoldPacing
) -> APIRouter:
    """The routes under /api/booking/reservations."""
    router = APIRouter(prefix="/api/booking/reservations", tags=["reservations"], route_class=CommandRoute)

    async def commit(name: str, reservation: str, decide: Decide, call: Call) -> Committed:
        around = hints(reservation)
        peeks = tuple(key for key in around if key[0] == FAIR)
        reads = ((RESERVATION, reservation), *(key for key in around if key[0] != FAIR))
        return await committer.commit(Work(name, decide, reads, call.idempotency, _changed, peeks=peeks))

    @router.post("", status_code=201, response_model=ReservationBody, summary="Hold booths")
    async def hold(request: HoldRequest, call: Call) -> Committed:
        """Keep all the booths for an exhibitor, or none; refused with the booths that cannot be had, and why."""
        booths = tuple(booth_id(request.fair, label) for label in request.booths)
        # Before anything is decided, so that the refusal is not kept as the answer to an idempotency key.
        pacing.count(call.principal)
        id_ = new_id("res")
        command = commands.Hold(
            actor=actor_of(call.principal, Action.RESERVATION_HOLD),
            reservation=id_,
            fair=request.fair,
            booths=booths,
            exhibitor=request.exhibitor,
            co_exhibitors=tuple(request.co_exhibitors),
            amount_minor=request.amount_minor,
        )
        reads = (
            (HOLDER, holder_id(request.fair, request.exhibitor)),
            *((BOOTH, booth) for booth in booths),
        )
        creates, peeks = ((RESERVATION, id_),), ((FAIR, request.fair),)
        return await committer.commit(
            Work("hold", handlers.hold(command), reads, call.idempotency, _created, creates=creates, peeks=peeks)
        )

    @router.post("/{reservation}/extend", response_model=ReservationBody, summary="Extend a hold")
    async def extend(reservation: str, call: Call) -> Committed:
        """One more TTL after the hold's present end, as often as the fair allows."""
        actor = actor_of(call.principal, Action.RESERVATION_EXTEND)
        return await commit("extend", reservation, handlers.extend(commands.Extend(actor, reservation)), call)

    @router.post("/{reservation}/confirm", response_model=ReservationBody, summary="Confirm")
    async def confirm(reservation: str, call: Call) -> Committed:
        """Commit to held booths, before the hold ends."""
        actor = actor_of(call.principal, Action.RESERVATION_CONFIRM)
        return await commit("confirm", reservation, handlers.confirm(commands.Confirm(actor, reservation)), call)

    @router.post("/{reservation}/sell", response_model=ReservationBody, summary="Sell")
    async def sell(reservation: str, call: Call) -> Committed:
        """The contract for confirmed booths stands; the organizer says so."""
        actor = actor_of(call.principal, Action.RESERVATION_SELL)
        return await commit("sell", reservation, handlers.sell(commands.Sell(actor, reservation)), call)

    @router.post("/{reservation}/cancel", response_model=ReservationBody, summary="Cancel", openapi_extra=_REASON_BODY)
    async def cancel(reservation: str, call: Call) -> Committed:
        """Give the booths up; sold ones only their organizer can. The body `{"reason": …}` may be left out."""
        actor = actor_of(call.principal, Action.RESERVATION_CANCEL)
        reason = CancelRequest.model_validate_json(call.body or b"{}").reason
        return await commit("cancel", reservation, handlers.cancel(commands.Cancel(actor, reservation, reason)), call)

    @router.post("/{reservation}/co-exhibitors", response_model=ReservationBody, summary="Replace the co-exhibitors")
    async def co_exhibitors(reservation: str, request: CoExhibitorsRequest, call: Call) -> Committed:
        """Who stands with the main exhibitor; they may see the reservation, and book floor that overlaps it."""
        actor = actor_of(call.principal, Action.RESERVATION_CO_EXHIBITORS)
        command = commands.ChangeCoExhibitors(actor, reservation, tuple(request.exhibitors))
        return await commit("change_co_exhibitors", reservation, handlers.change_co_exhibitors(command), call)

    @router.post("/{reservation}/admissions", response_model=ReservationBody, summary="Admit an exhibitor")
    async def admit(reservation: str, request: AdmissionRequest, call: Call) -> Committed:
        """Let another exhibitor book parts of these booths, or an outline over them."""
        actor = actor_of(call.principal, Action.RESERVATION_ADMIT)
        command = commands.Admit(actor, reservation, request.exhibitor)
        return await commit("admit", reservation, handlers.admit(command), call)

    @router.get("", response_model=PageBody, summary="List reservations")
    async def show_many(
        principal: CurrentPrincipal,
        fair: Annotated[str | None, Query(max_length=200)] = None,
        exhibitor: Annotated[str | None, Query(max_length=200, description="the main exhibitor")] = None,
        state: ReservationState | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        """Those that the asker may see, newest first: their own, or those of their fairs."""
        _check_cursor(cursor)
        scope = scope_for(principal, Action.RESERVATION_READ)
        page = await list_reservations(
            reader, scope, fair=fair, exhibitor=exhibitor, state=state, cursor=cursor, limit=limit
        )
        return page_json(page.reservations, page.next, clock.now(), principal)

    @router.get("/{reservation}", response_model=ReservationBody, summary="Show a reservation")
    async def show(reservation: str, principal: CurrentPrincipal) -> Any:
        """One reservation that the asker may see."""
        found = await reader.reservation(reservation, scope_for(principal, Action.RESERVATION_READ))
        if found is None:
            raise not_found("reservation", reservation)
        priced = knows_price(principal, found.reservation.exhibitor)
        return reservation_json(found.reservation, found.version, clock.now(), priced=priced)

    return router
