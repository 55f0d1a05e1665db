"""Routes on venues."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from services.catalog import handlers
from services.catalog.app.answering import (
    Cursor,
    DryRun,
    Limit,
    Parts,
    actor,
    commit,
    expected_version,
    found,
    owner,
    slug_of,
    tagged_entry,
)
from services.catalog.app.models import VenueChange, VenueEntry, VenuePage
from services.catalog.ports import BadCursor
from shared.runtime.auth import Action
from shared.runtime.committer import Answer
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal
from shared.runtime.problems import cursor_invalid


def router(parts: Parts) -> APIRouter:
    """The routes under /venues."""
    routes = APIRouter(prefix="/api/catalog/venues", tags=["venues"], route_class=CommandRoute)

    @routes.get("")
    async def list_venues(principal: CurrentPrincipal, limit: Limit = 50, cursor: Cursor = None) -> VenuePage:
        """Venues by slug."""
        actor(principal, Action.VENUE_READ)
        try:
            page = await parts.shelf.venues(limit, cursor)
        except BadCursor:
            raise cursor_invalid() from None
        return VenuePage(items=[VenueEntry.of(stored) for stored in page.items], cursor=page.cursor)

    @routes.post("", status_code=201, response_model=VenueEntry)
    async def enter_venue(body: VenueChange, call: Call) -> Answer:
        """Enter a venue; 409 where there is one of that slug."""
        asker = actor(call.principal, Action.VENUE_WRITE)
        venue = body.venue(slug_of(None, body.slug), owner(call.principal, body.organizer))
        command = handlers.put_venue(venue, asker, parts.world, create_only=True)
        return await commit(parts, call, command, VenueEntry.of, status=201)

    @routes.get("/{venue}", response_model=VenueEntry)
    async def show_venue(venue: str, call: Call) -> Response:
        """One venue with its halls, and an ETag."""
        actor(call.principal, Action.VENUE_READ)
        stored = found("venue", venue, await parts.shelf.venue(venue))
        return tagged_entry(call, stored.version, VenueEntry.of(stored))

    @routes.put("/{venue}", response_model=VenueEntry)
    async def put_venue(venue: str, body: VenueChange, call: Call, dry_run: DryRun = False) -> Answer:
        """Enter a venue or replace its entry; `If-Match` guards against somebody else's change.

        A dry run answers with the venue as it would be.
        """
        asker = actor(call.principal, Action.VENUE_WRITE)
        entry = body.venue(slug_of(venue, body.slug), owner(call.principal, body.organizer))
        command = handlers.put_venue(entry, asker, parts.world, expected=expected_version(call), dry_run=dry_run)
        return await commit(parts, call, command, VenueEntry.of)

    return routes
