"""Routes on spaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    heard,
    tagged_entry,
)
from services.catalog.app.space_models import SpaceChange, SpaceEntry, SpaceList, SpacePage, SpacesChange
from services.catalog.domain.actor import Actor
from services.catalog.domain.spaces import SPACES_MAX, Space, SpaceUse, disturbed_from, recomposed
from services.catalog.domain.venues import Venue
from services.catalog.handlers import SpacePut, local_day
from services.catalog.ports import BadCursor
from shared.runtime.auth import Action
from shared.runtime.committer import Answer
from shared.runtime.http import Call, CallContext, CommandRoute, CurrentPrincipal
from shared.runtime.instants import instant
from shared.runtime.problems import Problem, conflict, cursor_invalid

NAMED_MAX = 20


def router(parts: Parts) -> APIRouter:
    """The routes under /venues/{venue}/spaces."""
    routes = APIRouter(prefix="/api/catalog/venues/{venue}/spaces", tags=["spaces"], route_class=CommandRoute)

    @routes.get("")
    async def list_spaces(
        venue: str, principal: CurrentPrincipal, limit: Limit = 50, cursor: Cursor = None
    ) -> SpacePage:
        """A venue's spaces by their slugs."""
        actor(principal, Action.VENUE_READ)
        found("venue", venue, await parts.shelf.venue(venue))
        try:
            page = await parts.shelf.spaces(venue, limit, cursor)
        except BadCursor:
            raise cursor_invalid() from None
        return SpacePage(items=[SpaceEntry.of(stored) for stored in page.items], cursor=page.cursor)

    @routes.get("/{space}", response_model=SpaceEntry)
    async def show_space(venue: str, space: str, call: Call) -> Response:
        """One space, with an ETag."""
        actor(call.principal, Action.VENUE_READ)
        stored = found("space", f"{venue}/{space}", await parts.shelf.space(venue, space))
        return tagged_entry(call, stored.version, SpaceEntry.of(stored))

    @routes.put("", response_model=SpaceList)
    async def put_spaces(venue: str, body: SpacesChange, call: Call, dry_run: DryRun = False) -> Answer:
        """Enter spaces or replace their entries, all or none; others stay as they are."""
        asker = actor(call.principal, Action.VENUE_WRITE)
        puts = [one.put(venue, one.space) for one in body.spaces]
        await _undisturbed(parts, venue, puts, asker, call)
        command = handlers.put_spaces(venue, puts, asker, dry_run=dry_run)
        return await commit(parts, call, command, SpaceList.of)

    @routes.put("/{space}", response_model=SpaceEntry)
    async def put_space(venue: str, space: str, body: SpaceChange, call: Call, dry_run: DryRun = False) -> Answer:
        """Enter a space or replace its entry; `If-Match` guards against somebody else's change.

        What is booked is never invalidated: where a change of `atoms`, or retiring, would, the answer is 409
        `space-booked` with the bookings in the way and the first day from which it could be so.
        """
        asker = actor(call.principal, Action.VENUE_WRITE)
        put = body.put(venue, space)
        await _undisturbed(parts, venue, [put], asker, call)
        command = handlers.put_spaces(venue, [put], asker, expected=expected_version(call), dry_run=dry_run)
        return await commit(parts, call, command, lambda stored: SpaceEntry.of(stored[0]))

    return routes


async def _undisturbed(parts: Parts, venue: str, puts: Sequence[SpacePut], asker: Actor, call: CallContext) -> None:
    """See to it that no booking loses its floor; raises Problem 409 with those that would, and 503."""
    stored = await parts.shelf.venue(venue)
    if stored is None or not asker.runs(stored.state.organizer):
        return  # which the command says
    today = local_day(call.now, stored.state)
    known = {entry.state.space: entry.state for entry in (await parts.shelf.spaces(venue, SPACES_MAX, None)).items}
    disturbed: list[tuple[Space, date]] = []
    for put in puts:
        old = known.get(put.space.space)
        day = disturbed_from(old, recomposed(old, put.space, put.atoms_from, today), today)
        if day is not None and put.space.atoms:
            disturbed.append((put.space, day))
    if not disturbed:
        return
    await heard(parts.bookings.heard_of_spaces(), "It is not known what is booked.")
    for space, day in disturbed:
        uses = await parts.shelf.uses_after(space.id, max(_midnight(day, stored.state), call.now), NAMED_MAX)
        if uses:
            raise _booked(space, uses, stored.state)


def _booked(space: Space, uses: Sequence[SpaceUse], venue: Venue) -> Problem:
    last = uses[0].ends.astimezone(ZoneInfo(venue.time_zone))
    possible = last.date() if last.time() == time() else last.date() + timedelta(days=1)
    named = [{"booking": use.booking, "until": instant(use.ends)} for use in uses]
    detail = f"“{space.space}” is booked; schedule the change from {possible} on, or move the bookings."
    return conflict("space-booked", detail, items=named, possible_from=possible.isoformat())


def _midnight(day: date, venue: Venue) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(venue.time_zone)).astimezone(UTC)
