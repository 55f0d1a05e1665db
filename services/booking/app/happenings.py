"""The routes that tell everything that happened: searched, page by page, and live."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import AwareDatetime
from starlette.responses import StreamingResponse

from services.booking.app.booths import PING, LiveResponse, heard, position_in
from services.booking.app.happening_bodies import HappeningsBody, happening_json
from services.booking.ports import Before, BoothReader, Happening, HappeningReader, Sought, Wants
from services.booking.queries.feed import Feed
from services.booking.settings import BookingSettings
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, scope_for
from shared.runtime.clock import Clock
from shared.runtime.cursors import read_cursor, write_cursor
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.instants import instant
from shared.runtime.problems import cursor_invalid, unavailable
from shared.runtime.relay import RelayLimits

PAGE_MAX: Final = 200
_KEPT_DAYS: Final = RelayLimits().retention_days
_Named = Annotated[str, Query(max_length=200)]


def _sought(
    fair: _Named = "",
    venue: _Named = "",
    booth: Annotated[str, Query(max_length=200, description="fair/hall/number")] = "",
    space: Annotated[str, Query(max_length=200, description="venue/space")] = "",
    exhibitor: Annotated[str, Query(max_length=200, description="as the main one or as a co-exhibitor")] = "",
    kind: Annotated[
        str, Query(max_length=100, description="an event's type without service and version: `reservation.held`")
    ] = "",
    from_: Annotated[AwareDatetime | None, Query(alias="from", description="decided then or later")] = None,
    until: Annotated[AwareDatetime | None, Query(description="decided before")] = None,
) -> Sought:
    return Sought(fair, venue, booth, space, exhibitor, kind, from_, until)


WhatIsSought = Annotated[Sought, Depends(_sought)]


def routes(
    reader: HappeningReader, booths: BoothReader, feed: Feed, clock: Clock, settings: BookingSettings
) -> APIRouter:
    """The routes under /api/booking/happenings."""
    router = APIRouter(prefix="/api/booking/happenings", tags=["what happened"], route_class=CommandRoute)

    @router.get("", response_model=HappeningsBody, summary="What happened")
    async def happenings(
        principal: CurrentPrincipal,
        sought: WhatIsSought,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        """Events with what caused them, the newest first: those of one's own fairs, venues, bookings, reservations."""
        scope = scope_for(principal, Action.HAPPENINGS_READ)
        # Asked first: what happens between the two is then told by a tail from there as well, rather than by neither.
        position = await booths.last_position() if cursor is None else None
        found = await reader.happenings(scope, sought, before=_place(cursor), limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return {
            "happenings": [happening_json(one, principal) for one in found[:limit]],
            "next": write_cursor(last.at.isoformat(), str(last.position)) if last else None,
            "position": position,
            "kept_days": _KEPT_DAYS,
            "server_now": instant(clock.now()),
        }

    @router.get("/live", summary="What happens, live", response_class=StreamingResponse)
    async def live(
        principal: CurrentPrincipal,
        sought: WhatIsSought,
        after: Annotated[int | None, Query(ge=0, description="`position` of a page that was read before")] = None,
        last_event_id: Annotated[str, Header(max_length=40)] = "",
    ) -> Response:
        """Server-sent events: `happenings` as they come, oldest first, each with its `id` to resume from; `reset` where
        so much was missed that it is to be read anew.
        """
        wants = reader.wants(scope_for(principal, Action.HAPPENINGS_READ), sought)
        if feed.full:
            raise unavailable("Too many live streams; poll instead, or try again.", retry_after_seconds=5)
        since = position_in(last_event_id)
        stream = _Tail(feed, wants, principal, clock, settings)
        seconds_max = settings.live_seconds_max + settings.live_ping_seconds
        return LiveResponse(stream.run(after if since is None else since), seconds_max)

    return router


def _place(cursor: str | None) -> Before | None:
    """The place that a cursor names. Raises Problem 400."""
    if cursor is None:
        return None
    try:
        at, position = read_cursor(cursor, 2)
        place = Before(datetime.fromisoformat(at), int(position))
    except ValueError as fault:
        raise cursor_invalid() from fault
    if place.at.tzinfo is None:
        raise cursor_invalid()
    return place


class _Tail:
    """One live stream of what happens."""

    def __init__(self, feed: Feed, wants: Wants, principal: Principal, clock: Clock, settings: BookingSettings) -> None:
        self._feed = feed
        self._wants = wants
        self._principal = principal
        self._clock = clock
        self._settings = settings

    async def run(self, since: int | None) -> AsyncIterator[bytes]:
        """What was missed since a place, if any is given, and what happens from now on."""
        ends = time.monotonic() + self._settings.live_seconds_max
        position, missed, tail = await self._feed.tail(self._wants, since)
        try:
            yield b"retry: 250\n"
            yield self._event("reset", position, ()) if missed is None else self._event("happenings", position, missed)
            async for told in heard(tail, ends, self._settings.live_ping_seconds):
                yield PING if told is None else self._event("happenings", *told)
        finally:
            self._feed.leave_tail(tail)

    def _event(self, name: str, position: int, happened: Sequence[Happening]) -> bytes:
        told = [happening_json(one, self._principal) for one in happened]
        data = orjson.dumps({"happenings": told, "position": position, "server_now": instant(self._clock.now())})
        return f"event: {name}\nid: {position}\ndata: ".encode() + data + b"\n\n"
