"""What is asked of the bookings of spaces."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.booking.adapters.space_documents import (
    booking_from,
    claims_within,
    directory_from,
    feed_from,
    record_from,
    venue_from,
)
from services.booking.adapters.space_store import BOOKINGS, DIRECTORIES, FEEDS, PAGES, RECORDS, VENUES
from services.booking.domain.spaces import calendar
from services.booking.domain.spaces.booking import IN_CALENDARS, Recorded, SpaceBooking
from services.booking.domain.spaces.calendar import Claim
from services.booking.domain.spaces.feed import CalendarFeed
from services.booking.domain.spaces.times import DAY, Span, minute_of, moment_of
from services.booking.domain.spaces.venue import Space, Venue
from services.booking.ports import Scope, SpaceBookingAt
from shared.runtime.store import ASCENDING, DESCENDING, Document, Store

_BUFFERS_MAX: Final = 7 * DAY


class StoreSpaceReader:
    """SpaceReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def booking(self, id_: str, scope: Scope) -> SpaceBookingAt | None:
        """See SpaceReader.booking."""
        found = await self._store.find(BOOKINGS, {"$and": [{"_id": id_}, _visible(scope)]}, limit=1)
        return _at(found[0]) if found else None

    async def bookings(
        self, scope: Scope, wanted: Mapping[str, str | None], *, before: str | None, limit: int
    ) -> list[SpaceBookingAt]:
        """See SpaceReader.bookings."""
        asked: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        if before is not None:
            asked["_id"] = {"$lt": before}
        where = {"$and": [asked, _visible(scope)]}
        found = await self._store.find(BOOKINGS, where, sort=[("_id", DESCENDING)], limit=limit)
        return [_at(document) for document in found]

    async def feed(self, id_: str) -> CalendarFeed | None:
        """See SpaceReader.feed."""
        found = (await self._store.load({FEEDS: [id_]}))[FEEDS].get(id_)
        return None if found is None else feed_from(found)

    async def feeds(self, scope: Scope, *, limit: int) -> list[CalendarFeed]:
        """See SpaceReader.feeds."""
        seen = scope.query(exhibitor=(), organizer="viewer")
        found: list[Document] = []
        for revoked in (False, True):
            where = {"$and": [{"revoked": revoked}, seen]}
            if len(found) < limit:
                left = limit - len(found)
                found += await self._store.find(FEEDS, where, sort=[("_id", DESCENDING)], limit=left)
        return [feed_from(document) for document in found]

    async def fed(self, feed: CalendarFeed, scope: Scope, *, since: datetime, limit: int) -> list[SpaceBookingAt]:
        """See SpaceReader.fed."""
        shown: dict[str, Any] = {"ends": {"$gt": since}, "state": {"$in": sorted(IN_CALENDARS)}}
        about = {"venue": feed.venue, "spaces": feed.space, "organizer": feed.organizer}
        shown |= {name: value for name, value in about.items() if value}
        where = {"$and": [shown, _visible(scope)]}
        found = await self._store.find(BOOKINGS, where, sort=[("ends", ASCENDING)], limit=limit)
        # In a thread: thousands take longer than others should wait.
        return await asyncio.to_thread(lambda: [_at(document) for document in found])

    async def venue(self, id_: str) -> Venue | None:
        """See SpaceReader.venue."""
        found = (await self._store.load({VENUES: [id_]}))[VENUES].get(id_)
        return None if found is None else venue_from(found)

    async def spaces(self, venue: str) -> Sequence[Space]:
        """See SpaceReader.spaces."""
        found = (await self._store.load({DIRECTORIES: [venue]}))[DIRECTORIES].get(venue)
        return () if found is None else directory_from(found)

    async def claims(self, venue: str, atoms: Iterable[str], window: Span) -> Mapping[str, Sequence[Claim]]:
        """See SpaceReader.claims."""
        weeks = range(window.start // calendar.WEEK, (window.end - 1) // calendar.WEEK + 1)
        ids = [calendar.page_id(venue, atom, week) for atom in atoms for week in weeks]
        found: dict[str, list[Claim]] = {}
        if not ids:
            return found
        for id_, document in (await self._store.load({PAGES: ids}))[PAGES].items():
            found.setdefault(id_.split("/")[1], []).extend(claims_within(document, window))
        return found

    async def bookings_within(self, venue: str, window: Span, as_of: datetime | None) -> Sequence[SpaceBooking]:
        """See SpaceReader.bookings_within."""
        start, end = moment_of(window.start - _BUFFERS_MAX), moment_of(window.end + _BUFFERS_MAX)
        touching = {"venue": venue, "starts": {"$lt": end}, "ends": {"$gt": start}}
        if as_of is None:
            return [booking_from(document) for document in await self._store.find(BOOKINGS, touching)]
        # A booking that has left the window since an earlier record of it must be told apart from one that has not.
        past = {"at": {"$lte": as_of}}
        ids = sorted({one["booking"] for one in await self._store.find(RECORDS, {**touching, **past})})
        last: dict[str, Recorded] = {}
        for document in await self._store.find(RECORDS, {"booking": {"$in": ids}, **past}):
            record = record_from(document)
            if record.booking.id not in last or last[record.booking.id].version < record.version:
                last[record.booking.id] = record
        within = (record.booking for record in last.values())
        return [one for one in within if one.start < minute_of(end) and one.end > minute_of(start)]


def _visible(scope: Scope) -> dict[str, object]:
    return scope.query(exhibitor=(), organizer=("organizer", "venue_organizer"))


def _at(document: Document) -> SpaceBookingAt:
    return SpaceBookingAt(booking_from(document), document["v"])
