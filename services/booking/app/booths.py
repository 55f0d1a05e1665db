"""The routes about a fair's booths: as they are now, what changed since, live, and their blocking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.booking import handlers
from services.booking.app.bodies import STATUSES, BoothsBody, BoothsRequest, MovedBody
from services.booking.app.reservations import actor_of
from services.booking.domain import commands
from services.booking.domain.booth import booth_id
from services.booking.ports import BOOTH, FAIR
from services.booking.queries.feed import Feed, Listener, document
from services.booking.queries.picture import Picture
from services.booking.settings import BookingSettings
from shared.runtime import metrics
from shared.runtime.auth.policy import Action, require_role
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted, Decide
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, render
from shared.runtime.http.etags import has_it
from shared.runtime.instants import instant
from shared.runtime.problems import invalid, not_found, unavailable

T = TypeVar("T")
_POLLED: Final = {"Cache-Control": "private, no-cache"}
_STREAMED: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_DIGITS_MAX: Final = 18
PING: Final = b": ping\n\n"
_SINCE: Final[Any] = {
    "parameters": [
        {
            "name": "since",
            "in": "query",
            "required": False,
            "schema": {"type": "integer", "minimum": 0},
            "description": "Only booths that changed after this `sequence` of an earlier answer.",
        },
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": "The ETag of an earlier answer: 304 while nothing changed.",
        },
    ]
}


def routes(committer: Committer, feed: Feed, clock: Clock, settings: BookingSettings) -> APIRouter:
    """The routes under /api/booking/fairs, and /api/booking/live."""
    router = APIRouter(prefix="/api/booking", tags=["booths"], route_class=CommandRoute)

    async def picture_of(fair: str, since: int | None) -> Picture:
        picture = await feed.picture(fair, since=since or 0)
        if picture is None:
            raise not_found("fair", fair)
        return picture

    @router.get("/fairs/{fair}/booths", response_model=BoothsBody, summary="Booths now", openapi_extra=_SINCE)
    async def booths(fair: str, call: Call) -> Any:
        """Every booth with its state now; polled cheaply by ETag, or by `since`."""
        require_role(call.principal, Action.BOOTHS_READ)
        since = _since(call.query.get("since"))
        picture = await picture_of(fair, since)
        if since is None:
            return _everything(picture, feed.sequence, clock, call.header("if-none-match"))
        body = _changed(picture, feed.sequence, since, clock)
        return Response(body, media_type="application/json", headers=_POLLED)

    async def move(name: str, fair: str, request: BoothsRequest, decide: Decide, call: Call) -> Committed:
        reads = ((FAIR, fair), *((BOOTH, booth_id(fair, label)) for label in request.booths))
        answer = render(lambda accepted: _moved(fair, request, accepted), statuses=STATUSES)
        return await committer.commit(Work(name, decide, reads, call.idempotency, answer))

    @router.post("/fairs/{fair}/booths/block", response_model=MovedBody, summary="Block booths")
    async def block(fair: str, request: BoothsRequest, call: Call) -> Committed:
        """Take free booths out of sale, all or none."""
        actor = actor_of(call.principal, Action.BOOTHS_BLOCK)
        command = commands.Block(actor, fair, _ids(fair, request), request.reason)
        return await move("block", fair, request, handlers.block(command), call)

    @router.post("/fairs/{fair}/booths/unblock", response_model=MovedBody, summary="Unblock booths")
    async def unblock(fair: str, request: BoothsRequest, call: Call) -> Committed:
        """Put blocked booths back on sale, all or none."""
        actor = actor_of(call.principal, Action.BOOTHS_BLOCK)
        command = commands.Unblock(actor, fair, _ids(fair, request))
        return await move("unblock", fair, request, handlers.unblock(command), call)

    @router.get("/live", summary="Booths live", response_class=StreamingResponse)
    async def live(request: Request, principal: CurrentPrincipal, fair: str = Query(max_length=200)) -> Response:
        """Server-sent events: a `snapshot`, then `booths` with what changed; `Last-Event-ID` resumes."""
        require_role(principal, Action.BOOTHS_READ)
        since = position_in(request.headers.get("last-event-id", ""))
        await picture_of(fair, since)
        if feed.full:
            raise unavailable("Too many live streams; poll instead, or try again.", retry_after_seconds=5)
        stream = _Stream(fair, feed, clock, settings)
        return LiveResponse(stream.run(since), settings.live_seconds_max + settings.live_ping_seconds)

    return router


class LiveResponse(StreamingResponse):
    """A stream that is cut when its time is up, also where its reader takes nothing and so never comes to its end."""

    def __init__(self, pieces: AsyncIterator[bytes], seconds_max: float) -> None:
        super().__init__(pieces, media_type="text/event-stream", headers=_STREAMED)
        self._seconds_max = seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what comes until then."""
        with suppress(TimeoutError), metrics.live_streams.track_inprogress():
            async with asyncio.timeout(self._seconds_max):
                await super().__call__(scope, receive, send)


async def heard(listener: Listener[T], ends: float, ping_seconds: float) -> AsyncIterator[tuple[int, T] | None]:
    """What a listener hears until then (monotonic); None whenever it was silent for so long, to be said to a reader."""
    while (left := ends - time.monotonic()) > 0:
        try:
            told = await asyncio.wait_for(listener.next(), min(ping_seconds, left))
        except TimeoutError:
            if time.monotonic() < ends:
                yield None
            continue
        if told is None:
            return
        yield told


class _Stream:
    """One live stream, from its first event to its end."""

    def __init__(self, fair: str, feed: Feed, clock: Clock, settings: BookingSettings) -> None:
        self._fair = fair
        self._feed = feed
        self._clock = clock
        self._ping_seconds = settings.live_ping_seconds
        self._seconds_max = settings.live_seconds_max

    async def run(self, since: int | None) -> AsyncIterator[bytes]:
        """Where the reader left off, or everything; then each change. Ends in time, for tokens do not last for ever."""
        ends = time.monotonic() + self._seconds_max
        listener = self._feed.listen(self._fair)
        try:
            picture = await self._feed.picture(self._fair, since=since or 0)
            if picture is None:
                return
            yield self._first(picture, since)
            # What was sent last is kept until more is: of a large fair's snapshot that is half a megabyte a stream.
            yield PING
            async for told in heard(listener, ends, self._ping_seconds):
                yield PING if told is None else self._event("booths", *told)
        finally:
            self._feed.leave(self._fair, listener)

    def _first(self, picture: Picture, since: int | None) -> bytes:
        sequence = self._feed.sequence
        if since is None or since > sequence:
            return self._event("snapshot", sequence, picture.everything())
        return self._event("booths", sequence, picture.only(picture.changed_since(since)))

    def _event(self, name: str, sequence: int, booths: bytes) -> bytes:
        now = instant(self._clock.now())
        data = document(sequence, booths, fair=self._fair, server_now=now)
        return f"event: {name}\nid: {sequence}\ndata: ".encode() + data + b"\n\n"


def _everything(picture: Picture, sequence: int, clock: Clock, known: str | None) -> Response:
    # Weak: the booths are the same, but the clock and the sequence beside them move on.
    tag = f'W/"{picture.tag}"'
    headers = {**_POLLED, "ETag": tag}
    if has_it(known, tag):
        return Response(status_code=304, headers=headers)
    now = instant(clock.now())
    body = document(sequence, picture.everything(), fair=picture.fair, server_now=now)
    return Response(body, media_type="application/json", headers=headers)


def _changed(picture: Picture, sequence: int, since: int, clock: Clock) -> bytes:
    now = instant(clock.now())
    ids = None if since > sequence else picture.changed_since(since)
    booths = picture.everything() if ids is None else picture.only(ids)
    return document(sequence, booths, fair=picture.fair, server_now=now, reset=ids is None)


def _since(text: str | None) -> int | None:
    if text is None:
        return None
    since = position_in(text)
    if since is None:
        problem = {"field": "since", "problem": "is no sequence", "remedy": "send the number of an earlier answer"}
        raise invalid([problem])
    return since


def position_in(text: str) -> int | None:
    """A place in the order of events, None where a text names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


def _ids(fair: str, request: BoothsRequest) -> tuple[str, ...]:
    return tuple(booth_id(fair, label) for label in request.booths)


def _moved(fair: str, request: BoothsRequest, accepted: Accepted) -> dict[str, Any]:
    return {"fair": fair, "booths": request.booths, "server_now": instant(accepted.answer.now)}
