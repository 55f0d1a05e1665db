"""The routes of tables for spreadsheets: one convention for all of them, `/downloads/<table>?format=csv|xlsx`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from services.booking.adapters import tables
from services.booking.adapters.tables import Words, words_in
from services.booking.app.bodies import knows_price
from services.booking.app.happening_bodies import happening_json
from services.booking.app.happenings import WhatIsSought
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.fair import Fair
from services.booking.domain.naming import in_order
from services.booking.domain.reservation import Reservation
from services.booking.domain.spaces.venue import Language, Venue
from services.booking.ports import (
    Before,
    BoothReader,
    BoothSeen,
    Happening,
    HappeningReader,
    NameReader,
    ReservationAt,
    ReservationReader,
    SalesReader,
    Scope,
    SpaceReader,
)
from services.booking.queries.sales import live_at
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, require_role, scope_for
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.problems import invalid, not_found
from shared.runtime.tables import Downloads, Format, Row, Rows, language_of

_PAGE: Final = 200

Fairs = Annotated[str, Query(max_length=200, description="the fair's slug")]
Kind = Annotated[Format, Query(alias="format", description="comma-separated text in UTF-8, or a workbook")]
Wished = Annotated[Language | None, Query(description="of headings and states; your own where none is named")]


def routes(
    booths: BoothReader,
    reservations: ReservationReader,
    sales: SalesReader,
    spaces: SpaceReader,
    happened: HappeningReader,
    names: NameReader,
) -> APIRouter:
    """The routes under /api/booking/downloads."""
    router = APIRouter(prefix="/api/booking/downloads", tags=["downloads"], route_class=CommandRoute)
    downloads = Downloads()

    async def fair_of(slug: str) -> Fair:
        fair = await booths.fair(slug)
        if fair is None:
            raise not_found("fair", slug)
        return fair

    async def venue_of(slug: str) -> Venue:
        venue = await spaces.venue(slug)
        if venue is None:
            raise not_found("venue", slug)
        return venue

    @router.get("/booths", response_class=Response, summary="A fair's booths as a table")
    async def of_booths(
        principal: CurrentPrincipal, fair: Fairs, as_: Kind = "csv", language: Wished = None
    ) -> Response:
        """Every booth as it is now; who has it is told of what the asker may see reservations of."""
        require_role(principal, Action.BOOTHS_READ)
        known = await fair_of(fair)
        words, zone = _words(principal, language), ZoneInfo(known.time_zone)
        scope = scope_for(principal, Action.RESERVATION_READ)
        rows = _of_booths(booths, sales, names, scope, fair, words)
        return await downloads.answer(tables.booths_table(fair, zone, words), rows, as_)

    @router.get("/reservations", response_class=Response, summary="A fair's reservations as a table")
    async def of_reservations(
        principal: CurrentPrincipal, fair: Fairs, as_: Kind = "csv", language: Wished = None
    ) -> Response:
        """Those that the asker may see, the newest first."""
        require_role(principal, Action.RESERVATION_READ)
        known = await fair_of(fair)
        words, zone = _words(principal, language), ZoneInfo(known.time_zone)
        rows = _of_reservations(booths, reservations, names, principal, fair, words)
        return await downloads.answer(tables.reservations_table(fair, zone, words), rows, as_)

    @router.get("/space-bookings", response_class=Response, summary="A venue's bookings of spaces as a table")
    async def of_spaces(
        principal: CurrentPrincipal,
        venue: Annotated[str, Query(max_length=200, description="the venue's slug")],
        as_: Kind = "csv",
        language: Wished = None,
    ) -> Response:
        """Those that the asker may see, the newest first; a row for each space and time."""
        scope = scope_for(principal, Action.SPACE_BOOKING_READ)
        known = await venue_of(venue)
        words, zone = _words(principal, language), ZoneInfo(known.time_zone)
        return await downloads.answer(
            tables.spaces_table(venue, zone, words), _of_spaces(spaces, scope, venue, words), as_
        )

    @router.get("/happenings", response_class=Response, summary="What happened as a table")
    async def of_happenings(
        principal: CurrentPrincipal, sought: WhatIsSought, as_: Kind = "csv", language: Wished = None
    ) -> Response:
        """What happened at a fair or a venue, searched as the list of it is."""
        scope = scope_for(principal, Action.HAPPENINGS_READ)
        if not (sought.fair or sought.venue):
            remedy = "say at which fair or venue; its clock tells the times"
            raise invalid([{"field": "fair", "problem": "Field required", "remedy": remedy}])
        place = await fair_of(sought.fair) if sought.fair else await venue_of(sought.venue)
        words, zone = _words(principal, language), ZoneInfo(place.time_zone)

        async def rows() -> Rows:
            before: Before | None = None
            while found := await happened.happenings(scope, sought, before=before, limit=_PAGE):
                yield await _happening_rows(names, found, principal, words)
                before = Before(found[-1].at, found[-1].position)

        return await downloads.answer(tables.happenings_table(place.id, zone, words), rows(), as_)

    return router


def _words(principal: Principal, wished: str | None) -> Words:
    return words_in(language_of(wished, principal.language))


async def _all_of(reservations: ReservationReader, scope: Scope, fair: str) -> AsyncIterator[list[ReservationAt]]:
    """A fair's reservations that are in a scope, page by page."""
    before: str | None = None
    while found := await reservations.reservations(
        scope, fair=fair, exhibitor=None, state=None, before=before, limit=_PAGE
    ):
        yield found
        before = found[-1].reservation.id


async def _of_booths(
    booths: BoothReader, sales: SalesReader, names: NameReader, scope: Scope, fair: str, words: Words
) -> Rows:
    holders = {booth: one for one in await live_at(sales, scope, fair) for booth in one.booths}
    found = sorted(await booths.booths(fair), key=lambda one: in_order(one.label))
    for part in _parts(found):
        changed = await names.told_at({booth.id: booth.version for booth in part})
        held = [holders[booth.id] for booth in part if booth.id in holders]
        exhibitors = await _named(names, held)
        yield [
            tables.booth_row(booth, holders.get(booth.id), changed.get(booth.id), exhibitors, words) for booth in part
        ]


async def _of_reservations(
    booths: BoothReader, reservations: ReservationReader, names: NameReader, asker: Principal, fair: str, words: Words
) -> Rows:
    scope = scope_for(asker, Action.RESERVATION_READ)
    areas = {booth.id: booth.area_m2 for booth in await booths.booths(fair)}
    async for page in _all_of(reservations, scope, fair):
        changed = await names.told_at({at.reservation.id: at.version for at in page})
        exhibitors = await _named(names, [at.reservation for at in page])
        yield [
            tables.reservation_row(
                at.reservation,
                areas,
                changed.get(at.reservation.id),
                exhibitors,
                words,
                priced=knows_price(asker, at.reservation.exhibitor),
            )
            for at in page
        ]


async def _of_spaces(reader: SpaceReader, scope: Scope, venue: str, words: Words) -> Rows:
    spaces = {space.id: space for space in await reader.spaces(venue)}
    before: str | None = None
    while found := await reader.bookings(scope, {"venue": venue}, before=before, limit=_PAGE):
        yield [row for at in found for row in tables.space_rows(at, spaces, words)]
        before = found[-1].booking.id


async def _happening_rows(names: NameReader, found: Sequence[Happening], asker: Principal, words: Words) -> list[Row]:
    told = [happening_json(one, asker) for one in found]
    ids = {one["event"]["data"].get("exhibitor") for one in told} - {None}
    exhibitors = await names.exhibitors(ids)
    return [
        tables.happening_row(one, shown["cause"] or {}, exhibitors, words)
        for one, shown in zip(found, told, strict=True)
    ]


async def _named(names: NameReader, reservations: Iterable[Reservation]) -> dict[str, Exhibitor]:
    ids = {id_ for one in reservations for id_ in (one.exhibitor, *one.co_exhibitors)}
    return dict(await names.exhibitors(ids))


def _parts(found: Sequence[BoothSeen]) -> Iterable[Sequence[BoothSeen]]:
    return (found[first : first + _PAGE] for first in range(0, len(found), _PAGE))
