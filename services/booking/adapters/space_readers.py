"""What is asked of the bookings of spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.booking.adapters.space_documents import booking_from, directory_from, venue_from
from services.booking.adapters.space_store import BOOKINGS, DIRECTORIES, VENUES
from services.booking.domain.spaces.venue import Space, Venue
from services.booking.ports import Scope, SpaceBookingAt
from shared.runtime.store import DESCENDING, Document, Store


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

    async def venue(self, id_: str) -> Venue | None:
        """See SpaceReader.venue."""
        found = (await self._store.load({VENUES: [id_]}))[VENUES].get(id_)
        return None if found is None else venue_from(found)

    async def spaces(self, venue: str) -> Sequence[Space]:
        """See SpaceReader.spaces."""
        found = (await self._store.load({DIRECTORIES: [venue]}))[DIRECTORIES].get(venue)
        return () if found is None else directory_from(found)


def _visible(scope: Scope) -> dict[str, object]:
    return scope.query(exhibitor=(), organizer=("organizer", "venue_organizer"))


def _at(document: Document) -> SpaceBookingAt:
    return SpaceBookingAt(booking_from(document), document["v"])
