"""The route of exhibitors as a table for spreadsheets; `/downloads/<table>?format=csv|xlsx`, as in every service."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.catalog.adapters.downloads import exhibitor_row, exhibitors_table
from services.catalog.app.answering import PAGE_LIMIT_MAX, Parts, actor, found
from services.catalog.app.exhibitors import Search
from services.catalog.domain.actor import Actor
from services.catalog.ports import Shelf
from shared.runtime.auth import Action
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.tables import Downloads, Format, Rows, language_of

Kind = Annotated[Format, Query(alias="format", description="comma-separated text in UTF-8, or a workbook")]
Wished = Annotated[Literal["zh", "ru", "en"] | None, Query(description="of headings; your own where none is named")]


def router(parts: Parts) -> APIRouter:
    """The route under /api/catalog/downloads."""
    routes = APIRouter(prefix="/api/catalog/downloads", tags=["downloads"], route_class=CommandRoute)
    downloads = Downloads()

    @routes.get("/exhibitors", response_class=Response, summary="A fair's exhibitors as a table")
    async def of_exhibitors(
        principal: CurrentPrincipal,
        fair: Annotated[str, Query(max_length=200, description="the fair's slug")],
        q: Search = "",
        as_: Annotated[
            Format, Query(alias="format", description="comma-separated text in UTF-8, or a workbook")
        ] = "csv",
        language: Annotated[
            Literal["zh", "ru", "en"] | None, Query(description="of headings; your own where none is named")
        ] = None,
    ) -> Response:
        """By name; addresses only for their fair's organizer, themselves and services."""
        asker = actor(principal, Action.EXHIBITOR_READ)
        found("fair", fair, await parts.shelf.fair(fair, asker))
        table = exhibitors_table(fair, language_of(language, principal.language))
        return await downloads.answer(table, _rows(parts.shelf, fair, asker, q), as_)

    return routes


async def _rows(shelf: Shelf, fair: str, asker: Actor, query: str) -> Rows:
    cursor: str | None = None
    while True:
        page = await shelf.exhibitors(fair, asker, query, PAGE_LIMIT_MAX, cursor)
        yield [exhibitor_row(stored.state) for stored in page.items]
        cursor = page.cursor
        if cursor is None:
            return
