"""Routes on fairs."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from services.catalog import handlers, queries
from services.catalog.app.answering import (
    Cursor,
    DryRun,
    Limit,
    Parts,
    VenueZone,
    actor,
    commit,
    expected_version,
    found,
    owner,
    slug_of,
    tagged_entry,
)
from services.catalog.app.fair_models import FairChange, FairEntry, FairHallEntry, FairPage
from services.catalog.ports import BadCursor
from shared.runtime.auth import Action
from shared.runtime.committer import Answer
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal
from shared.runtime.problems import cursor_invalid


def router(parts: Parts) -> APIRouter:
    """The routes under /fairs that are about fairs themselves."""
    routes = APIRouter(prefix="/api/catalog/fairs", tags=["fairs"], route_class=CommandRoute)

    @routes.get("")
    async def list_fairs(principal: CurrentPrincipal, limit: Limit = 50, cursor: Cursor = None) -> FairPage:
        """Published and closed fairs, and an organizer's own drafts, by slug."""
        asker = actor(principal, Action.FAIR_READ)
        try:
            page = await parts.shelf.fairs(asker, limit, cursor)
        except BadCursor:
            raise cursor_invalid() from None
        return FairPage(items=[FairEntry.of(stored) for stored in page.items], cursor=page.cursor)

    @routes.post("", status_code=201, response_model=FairEntry)
    async def enter_fair(body: FairChange, call: Call) -> Answer:
        """Enter a fair as a draft; 409 where its slug is taken."""
        asker = actor(call.principal, Action.FAIR_WRITE)
        fair = body.fair(slug_of(None, body.slug), owner(call.principal, body.organizer))
        command = handlers.put_fair(fair, asker, parts.world, create_only=True)
        return await commit(parts, call, command, FairEntry.of, status=201)

    @routes.get("/{fair}", response_model=FairEntry)
    async def show_fair(fair: str, call: Call) -> Response:
        """One fair, with an ETag."""
        asker = actor(call.principal, Action.FAIR_READ)
        stored = found("fair", fair, await parts.shelf.fair(fair, asker))
        return tagged_entry(call, stored.version, FairEntry.of(stored))

    @routes.put("/{fair}", response_model=FairEntry)
    async def put_fair(
        fair: str, body: FairChange, call: Call, dry_run: DryRun = False, venue_time_zone: VenueZone = None
    ) -> Answer:
        """Enter a fair as a draft, or change its settings; a published fair's are announced anew.

        A dry run answers with the fair as it would be. It may bring the venue's time zone, and then needs no venue:
        settings can be checked before the venue is entered.
        """
        asker = actor(call.principal, Action.FAIR_WRITE)
        settings = body.fair(slug_of(fair, body.slug), owner(call.principal, body.organizer))
        dry = handlers.DryRun(venue_time_zone) if dry_run else None
        command = handlers.put_fair(settings, asker, parts.world, expected=expected_version(call), dry_run=dry)
        return await commit(parts, call, command, FairEntry.of)

    @routes.post("/{fair}/publish", response_model=FairEntry)
    async def publish_fair(fair: str, call: Call) -> Answer:
        """Make a draft public with all its booths; a published fair stays as it is."""
        asker = actor(call.principal, Action.FAIR_PUBLISH)
        return await commit(parts, call, handlers.publish_fair(fair, asker), FairEntry.of)

    @routes.post("/{fair}/close", response_model=FairEntry)
    async def close_fair(fair: str, call: Call) -> Answer:
        """End a published fair's sale; a closed fair stays as it is."""
        asker = actor(call.principal, Action.FAIR_CLOSE)
        return await commit(parts, call, handlers.close_fair(fair, asker), FairEntry.of)

    @routes.get("/{fair}/halls")
    async def list_halls(fair: str, principal: CurrentPrincipal) -> list[FairHallEntry]:
        """The halls of the fair's venue and those with a floor plan."""
        asker = actor(principal, Action.FLOOR_PLAN_READ)
        halls = found("fair", fair, await queries.halls(parts.shelf, fair, asker))
        return [FairHallEntry.of(hall) for hall in halls]

    return routes
