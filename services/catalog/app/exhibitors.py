"""Routes on exhibitors."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.catalog import handlers
from services.catalog.adapters.tables import read_exhibitors
from services.catalog.app.answering import (
    Cursor,
    Digest,
    DryRun,
    Limit,
    Parts,
    actor,
    commit,
    commit_import,
    expected_version,
    found,
    personal,
    refuse_import,
    tagged_entry,
)
from services.catalog.app.exhibitor_models import ExhibitorBody, ExhibitorChange, ExhibitorEntry, ExhibitorPage
from services.catalog.app.report_models import ImportReportEntry
from services.catalog.domain.exhibitors import sees_all_of
from services.catalog.domain.report import ImportReport
from services.catalog.ports import BadCursor
from shared.runtime.auth import Action
from shared.runtime.committer import Answer
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal
from shared.runtime.problems import cursor_invalid, forbidden, not_found

Search = Annotated[str, Query(max_length=200, description="words that begin words of a name, in any language")]
Group = Annotated[str | None, Query(max_length=40, description="the code of a product group: only who is in it")]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "UTF-8, with or without a byte order mark. Columns: name, country, stands (separated by `;`), "
        "category_codes (separated by spaces), id, email, language, and name_<language> such as name_zh.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


def router(parts: Parts) -> APIRouter:
    """The routes on a fair's exhibitors and on one exhibitor."""
    routes = APIRouter(prefix="/api/catalog", tags=["exhibitors"], route_class=CommandRoute)

    @routes.get("/fairs/{fair}/exhibitors", response_model=ExhibitorPage)
    async def list_exhibitors(
        fair: str,
        principal: CurrentPrincipal,
        q: Search = "",
        group: Group = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """A fair's exhibitors by name, or those that a search finds."""
        asker = actor(principal, Action.EXHIBITOR_READ)
        found("fair", fair, await parts.shelf.fair(fair, asker))
        try:
            page = await parts.shelf.exhibitors(fair, asker, q, limit, cursor, group=group)
        except BadCursor:
            raise cursor_invalid() from None
        entries = [ExhibitorEntry.of(stored) for stored in page.items]
        return personal(ExhibitorPage(items=entries, cursor=page.cursor))

    @routes.post("/fairs/{fair}/exhibitors", status_code=201, response_model=ExhibitorEntry)
    async def register_exhibitor(fair: str, body: ExhibitorBody, call: Call) -> Answer:
        """Register one exhibitor."""
        asker = actor(call.principal, Action.EXHIBITOR_REGISTER)
        command = handlers.register_exhibitor(body.exhibitor(fair), asker)
        return await commit(parts, call, command, ExhibitorEntry.of, status=201)

    @routes.put("/fairs/{fair}/exhibitors", openapi_extra=_BODY)
    async def put_exhibitors(
        fair: str, call: Call, dry_run: DryRun = False, digest: Digest = None
    ) -> ImportReportEntry:
        """Register or change every exhibitor of a table, all or none; who is not in it stays as it is.

        422 `exhibitors-invalid` carries everything that is wrong with it. A dry run needs no fair: a table can be
        checked before that is entered. Its report says what would be registered and changed, and its `digest` sent with
        the import makes sure that just that is done.
        """
        asker = actor(call.principal, Action.EXHIBITOR_IMPORT)
        known = await parts.shelf.fair(fair, asker)
        if known is None and not dry_run:
            raise not_found("fair", fair)
        if known is not None and not asker.runs(known.state.organizer):
            raise forbidden("not-yours", f"The fair “{fair}” is run by another organizer.")
        # Thousands of rows take a while to read, which others need not wait for.
        read = await asyncio.to_thread(read_exhibitors, fair, call.body)
        report = ImportReport(read.errors, read.warnings, dry_run=dry_run)
        if read.errors:
            refuse_import("exhibitors-invalid", report)
        command = handlers.put_exhibitors(fair, read, asker, dry_run=dry_run, expected_digest=digest)
        return await commit_import(parts, command, "exhibitors-invalid", report)

    @routes.get("/exhibitors/{exhibitor}", response_model=ExhibitorEntry)
    async def show_exhibitor(exhibitor: str, call: Call) -> Response:
        """One exhibitor, with an ETag; its address only for itself, its fair's organizer and services."""
        asker = actor(call.principal, Action.EXHIBITOR_READ)
        stored = found("exhibitor", exhibitor, await parts.shelf.exhibitor(exhibitor, asker))
        shown = "" if sees_all_of(asker, stored.state) else "-public"
        return tagged_entry(call, stored.version, ExhibitorEntry.of(stored), shown)

    @routes.patch("/exhibitors/{exhibitor}", response_model=ExhibitorEntry)
    async def amend_exhibitor(exhibitor: str, body: ExhibitorChange, call: Call) -> Answer:
        """Change some fields: all by the fair's organizer; names, email and language by the exhibitor itself.

        `If-Match` guards against somebody else's change.
        """
        asker = actor(call.principal, Action.EXHIBITOR_CHANGE)
        command = handlers.amend_exhibitor(exhibitor, body.fields(), asker, expected=expected_version(call))
        return await commit(parts, call, command, ExhibitorEntry.of)

    return routes
