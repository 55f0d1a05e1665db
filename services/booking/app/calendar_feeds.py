"""The routes of calendar feeds: links that calendar programs follow without signing in."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hmac import compare_digest
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.booking.adapters.calendars import MEDIA_TYPE, Shown, calendar_of
from services.booking.app.bodies import Slug
from services.booking.app.reservations import actor_of
from services.booking.app.space_bodies import SPACE_STATUSES, SpaceId
from services.booking.app.space_calendars import called_in
from services.booking.domain.spaces import commands
from services.booking.domain.spaces.feed import CalendarFeed
from services.booking.domain.spaces.venue import Language
from services.booking.handlers import spaces as handlers
from services.booking.ports import CALENDAR_FEED, SPACE, VENUE, SpaceBookingAt, SpaceReader
from shared.runtime.auth.policy import Action, TenantScope, scope_for
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, render
from shared.runtime.http.etags import has_it
from shared.runtime.ids import new_id
from shared.runtime.instants import Instant, instant
from shared.runtime.problems import Problem, invalid

PUBLIC: Final = "/api/booking/feeds"
LISTED_MAX: Final = 500
SHOWN_DAYS: Final = 92
"""For how long after its end a feed shows a booking."""
SHOWN_MAX: Final = 5_000
"""Of more than these the earliest are shown."""
AT_ONCE_MAX: Final = 2
_HEADERS: Final = {
    # A link that opens by itself must not be found: neither in a shared cache nor by a search engine.
    "Cache-Control": "private, max-age=300",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


class FeedRequest(BaseModel):
    """What a feed shows: a venue's, a space's or an organizer's bookings, as far as its maker may see them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    venue: Slug | None = None
    space: SpaceId | None = None
    organizer: Annotated[Slug | None, Field(description="whose bookings")] = None
    language: Language = "en"


class FeedBody(BaseModel):
    """A feed. Whoever knows `path` reads it: hand it out like a key."""

    id: str
    path: str = Field(description="of the link, after Pavilion's address")
    venue: str | None
    space: str | None
    organizer: str | None
    language: str
    made_at: Instant
    revoked: bool


class FeedList(BaseModel):
    """Feeds, the newest first, revoked ones last."""

    feeds: list[FeedBody]


def _feed_json(feed: CalendarFeed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "path": f"{PUBLIC}/{feed.id}/{feed.secret}.ics",
        "venue": feed.venue or None,
        "space": feed.space or None,
        "organizer": feed.organizer or None,
        "language": feed.language,
        "made_at": instant(feed.made_at),
        "revoked": feed.revoked,
    }


def _encode(accepted: Accepted) -> dict[str, Any]:
    return _feed_json(accepted.answer)


_created: Final = render(_encode, status=201, statuses=SPACE_STATUSES)
_revoked: Final = render(_encode, statuses=SPACE_STATUSES)


def routes(committer: Committer, reader: SpaceReader) -> APIRouter:
    """The routes under /api/booking/calendar-feeds."""
    router = APIRouter(prefix="/api/booking/calendar-feeds", tags=["calendars"], route_class=CommandRoute)

    @router.post("", status_code=201, response_model=FeedBody, summary="Make a calendar feed")
    async def open_feed(request: FeedRequest, call: Call) -> Committed:
        """A secret link to bookings as iCalendar, for calendar programs that cannot sign in."""
        venue = _venue_of(request)
        command = commands.OpenFeed(
            actor_of(call.principal, Action.CALENDAR_FEED_SHARE),
            new_id("fed"),
            secrets.token_urlsafe(32),
            request.language,
            venue,
            request.space or "",
            request.organizer or "",
        )
        peeks = (*([(VENUE, venue)] if venue else ()), *([(SPACE, request.space)] if request.space else ()))
        creates = ((CALENDAR_FEED, command.feed),)
        decide = handlers.open_feed(command)
        return await committer.commit(
            Work("open_feed", decide, (), call.idempotency, _created, creates=creates, peeks=peeks)
        )

    @router.post("/{feed}/revoke", response_model=FeedBody, summary="Revoke a calendar feed")
    async def revoke(feed: str, call: Call) -> Committed:
        """Let the link open nothing any more."""
        decide = handlers.revoke_feed(commands.RevokeFeed(actor_of(call.principal, Action.CALENDAR_FEED_SHARE), feed))
        return await committer.commit(Work("revoke_feed", decide, ((CALENDAR_FEED, feed),), call.idempotency, _revoked))

    @router.get("", response_model=FeedList, summary="List calendar feeds")
    async def show_many(
        principal: CurrentPrincipal,
        limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = LISTED_MAX,
    ) -> Any:
        """The asker's feeds, the newest first, revoked ones after the others."""
        found = await reader.feeds(scope_for(principal, Action.CALENDAR_FEED_SHARE), limit=limit)
        return {"feeds": [_feed_json(feed) for feed in found]}

    return router


def public_routes(reader: SpaceReader, clock: Clock) -> APIRouter:
    """The routes under PUBLIC, which need no token."""
    router = APIRouter(prefix=PUBLIC, tags=["calendars"])
    # Whoever has a link may ask as often as they like; so many at a time are looked up and written, others wait.
    few = asyncio.Semaphore(AT_ONCE_MAX)

    @router.get("/{feed}/{secret}.ics", summary="Read a calendar feed", response_class=Response)
    async def read(
        feed: str, secret: str, if_none_match: Annotated[str | None, Header(description="an earlier ETag")] = None
    ) -> Response:
        """The bookings as iCalendar (RFC 5545), up to three months after their end; the link itself is the key."""
        found = await reader.feed(feed)
        if found is None or found.revoked or not compare_digest(found.secret.encode(), secret.encode()):
            told = "This link opens no calendar: it is not whole, or has been revoked."
            raise Problem("not-found", "Not found", 404, told)
        async with few:
            scope = TenantScope(everything=not found.viewer, organizer=found.viewer or None)
            since = clock.now() - timedelta(days=SHOWN_DAYS)
            bookings = await reader.fed(found, scope, since=since, limit=SHOWN_MAX)
            shown = await called_in(
                reader, found.language, bookings, venue=found.venue, space=found.space, organizer=found.organizer
            )
            # Weak: the same events, stamped anew each time.
            tag = f'W/"{_digest(shown, bookings)}"'
            headers = {**_HEADERS, "ETag": tag}
            if has_it(if_none_match, tag):
                return Response(status_code=304, headers=headers)
            # Thousands of events take the library seconds, for which others need not wait.
            body = await asyncio.to_thread(calendar_of, shown, bookings, clock.now())
            return Response(body, media_type=MEDIA_TYPE, headers=headers)

    return router


def _venue_of(request: FeedRequest) -> str:
    """The venue that a feed is about, empty for none; raises Problem 422 where nothing, or two things, are meant."""
    if request.venue is None and request.space is None and request.organizer is None:
        remedy = "name a venue, a space or an organizer"
        raise invalid([{"field": "venue", "problem": "the feed would show nothing in particular", "remedy": remedy}])
    of_space = request.space.partition("/")[0] if request.space else None
    if request.venue is not None and of_space not in (None, request.venue):
        remedy = f"name a space of {request.venue}, or leave the venue out"
        raise invalid([{"field": "space", "problem": f"{request.space} is of another venue", "remedy": remedy}])
    return request.venue or of_space or ""


def _digest(shown: Shown, bookings: Sequence[SpaceBookingAt]) -> str:
    told = (shown.name, sorted(shown.spaces.items()), [(at.booking.id, at.version) for at in bookings])
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
