"""A venue's bookings live: whoever shows them hears at once that something changed, and asks again for what is seen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import orjson
from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from services.booking.app.booths import PING, LiveResponse, heard
from services.booking.ports import SpaceReader
from services.booking.queries.feed import Feed
from services.booking.settings import BookingSettings
from shared.runtime.auth.policy import Action, require_role
from shared.runtime.clock import Clock
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.instants import instant
from shared.runtime.problems import not_found, unavailable


def routes(reader: SpaceReader, feed: Feed, clock: Clock, settings: BookingSettings) -> APIRouter:
    """The route under /api/booking/venues that tells that something changed."""
    router = APIRouter(prefix="/api/booking/venues", tags=["spaces"], route_class=CommandRoute)

    @router.get("/{venue}/live", summary="A venue's bookings live", response_class=StreamingResponse)
    async def live(venue: str, principal: CurrentPrincipal) -> Response:
        """Server-sent events: `changed` at once, and whenever a booking of the venue became another.

        What it is now is asked for after that; so nothing is missed, whatever a reader shows of the venue.
        """
        require_role(principal, Action.SPACES_READ)
        if await reader.venue(venue) is None:
            raise not_found("venue", venue)
        if feed.full:
            raise unavailable("Too many live streams; poll instead, or try again.", retry_after_seconds=5)
        return LiveResponse(
            _stream(venue, feed, clock, settings), settings.live_seconds_max + settings.live_ping_seconds
        )

    return router


async def _stream(venue: str, feed: Feed, clock: Clock, settings: BookingSettings) -> AsyncIterator[bytes]:
    ends = time.monotonic() + settings.live_seconds_max
    listener = await feed.listen_at_venue(venue)
    try:
        yield b"retry: 250\n" + _changed(venue, feed.sequence, clock)
        async for told in heard(listener, ends, settings.live_ping_seconds):
            yield PING if told is None else _changed(venue, told[0], clock)
    finally:
        feed.leave_venue(venue, listener)


def _changed(venue: str, sequence: int, clock: Clock) -> bytes:
    data = orjson.dumps({"venue": venue, "sequence": sequence, "server_now": instant(clock.now())})
    return f"event: changed\nid: {sequence}\ndata: ".encode() + data + b"\n\n"
