"""The routes of what is printed and filed: a booking's function sheet, a reservation's confirmation."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Response

from services.booking.adapters import papers
from services.booking.adapters.papers import Around, Named
from services.booking.adapters.papers.paper import Paper
from services.booking.app.bodies import knows_price
from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation
from services.booking.domain.spaces.venue import Language
from services.booking.ports import BoothReader, NameReader, ReservationReader, SpaceReader
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.clock import Clock
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.problems import conflict, not_found

# It names people; it is for the asker's eyes.
_HEADERS: Final = {"Cache-Control": "private, no-store", "Referrer-Policy": "same-origin"}
Form = Annotated[Literal["html", "pdf"], Query(alias="format", description="a page, or for print")]


def routes(
    reservations: ReservationReader, booths: BoothReader, spaces: SpaceReader, names: NameReader, clock: Clock
) -> APIRouter:
    """The routes under /api/booking/space-bookings and /api/booking/reservations that show a paper."""
    router = APIRouter(prefix="/api/booking", route_class=CommandRoute)

    async def venue_called(venue: str, language: Language) -> str:
        found = await spaces.venue(venue)
        return found.called(language) if found else venue

    async def fair_of(reservation: Reservation) -> Fair:
        fair = await booths.fair(reservation.fair)
        if fair is None:
            raise RuntimeError(f"reservation {reservation.id} is of a fair that nobody told of: {reservation.fair}")
        return fair

    @router.get(
        "/space-bookings/{booking}/function-sheet",
        tags=["space bookings"],
        summary="Function sheet",
        response_class=Response,
    )
    async def function_sheet(
        booking: str, principal: CurrentPrincipal, language: Language = "en", as_: Form = "html"
    ) -> Response:
        """Spaces and times, running order, set-up, equipment, contacts, by the venue's clock: a page, or for print."""
        found = await spaces.booking(booking, scope_for(principal, Action.SPACE_BOOKING_READ))
        if found is None:
            raise not_found("space booking", booking)
        venue = found.booking.venue
        called = {one.id: one.called(language) for one in await spaces.spaces(venue)}
        named = Named(await venue_called(venue, language), called)
        sheet = papers.function_sheet(found, named, language, clock.now())
        return await _answer(sheet, f"function-sheet-{booking}", as_)

    @router.get(
        "/reservations/{reservation}/confirmation",
        tags=["reservations"],
        summary="Booth confirmation",
        response_class=Response,
    )
    async def confirmation(
        reservation: str, principal: CurrentPrincipal, language: Language = "en", as_: Form = "html"
    ) -> Response:
        """Who has which booths and for how much, and the fair's deadlines: a page, or for print; once confirmed."""
        at = await reservations.reservation(reservation, scope_for(principal, Action.RESERVATION_READ))
        if at is None:
            raise not_found("reservation", reservation)
        found = at.reservation
        if found.confirmed_at is None:
            raise conflict("not-confirmed", "A reservation has its confirmation once the exhibitor has confirmed it.")
        fair = await fair_of(found)
        around = Around(
            fair,
            await venue_called(fair.venue, language),
            await booths.these(found.booths),
            await names.exhibitors((found.exhibitor, *found.co_exhibitors)),
            found.price if knows_price(principal, found.exhibitor) else None,
        )
        paper = papers.confirmation(at, around, language, clock.now())
        return await _answer(paper, f"confirmation-{reservation}", as_)

    return router


async def _answer(paper: Paper, name: str, as_: Literal["html", "pdf"]) -> Response:
    if as_ == "html":
        return Response(papers.as_html(paper), media_type="text/html", headers={**_HEADERS, **papers.HTML_HEADERS})
    headers = {**_HEADERS, "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(await asyncio.to_thread(papers.as_pdf, paper), media_type="application/pdf", headers=headers)
