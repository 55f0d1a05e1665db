"""The route of a booking's function sheet."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Response

from services.booking.adapters.sheets import HTML_HEADERS, Named, as_html, as_pdf, sheet_of
from services.booking.domain.spaces.venue import Language
from services.booking.ports import SpaceReader
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.clock import Clock
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.problems import not_found

# It names people; it is for the asker's eyes.
_HEADERS: Final = {"Cache-Control": "private, no-store", "Referrer-Policy": "same-origin"}


def routes(reader: SpaceReader, clock: Clock) -> APIRouter:
    """The route under /api/booking/space-bookings/{booking}."""
    router = APIRouter(prefix="/api/booking/space-bookings", tags=["space bookings"], route_class=CommandRoute)

    @router.get("/{booking}/function-sheet", summary="Function sheet", response_class=Response)
    async def function_sheet(
        booking: str,
        principal: CurrentPrincipal,
        language: Language = "en",
        as_: Annotated[Literal["html", "pdf"], Query(alias="format")] = "html",
    ) -> Response:
        """Spaces and times, running order, set-up, equipment, contacts, by the venue's clock: a page, or for print."""
        found = await reader.booking(booking, scope_for(principal, Action.SPACE_BOOKING_READ))
        if found is None:
            raise not_found("space booking", booking)
        venue = await reader.venue(found.booking.venue)
        spaces = {one.id: one.called(language) for one in await reader.spaces(found.booking.venue)}
        named = Named(venue.called(language) if venue else found.booking.venue, spaces)
        sheet = sheet_of(found, named, language, clock.now())
        if as_ == "html":
            return Response(as_html(sheet), media_type="text/html", headers={**_HEADERS, **HTML_HEADERS})
        headers = {**_HEADERS, "Content-Disposition": f'inline; filename="function-sheet-{found.booking.id}.pdf"'}
        return Response(await asyncio.to_thread(as_pdf, sheet), media_type="application/pdf", headers=headers)

    return router
