"""What is asked of booking's collections and of its order of events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.booking.adapters.happenings import happening
from services.booking.adapters.store import (
    BOOTHS,
    EXHIBITORS,
    FAIRS,
    RESERVATIONS,
    decode_booth,
    decode_exhibitor,
    decode_fair,
    decode_reservation,
)
from services.booking.domain.booth import Booth
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation, ReservationState
from services.booking.ports import BoothSeen, ChangeSeen, Happening, ReservationAt, Scope
from shared.contracts.events import BoothNow
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_EVENTS, BOOKING_SPACES
from shared.runtime import outbox
from shared.runtime.store import ASCENDING, DESCENDING, Document, Store

_PAGES_MAX: Final = 32


def seen(booth: Booth, version: int) -> BoothSeen:
    """A booth of the domain, as everybody may see it."""
    return BoothSeen(
        id=booth.id,
        fair=booth.fair,
        label=booth.label,
        state=str(booth.state),
        version=version,
        area_m2=booth.area_m2,
        until=booth.until,
        withdrawn=booth.withdrawn,
        open_sides=booth.open_sides,
    )


class StoreBoothReader:
    """BoothReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def fair(self, fair: str) -> Fair | None:
        """See BoothReader.fair."""
        found = await self._store.load({FAIRS: [fair]})
        document = found[FAIRS].get(fair)
        return None if document is None else decode_fair(document)

    async def booths(self, fair: str) -> list[BoothSeen]:
        """See BoothReader.booths."""
        return [_of_document(document) for document in await self._store.find(BOOTHS, {"fair": fair})]

    async def these(self, ids: Sequence[str]) -> list[BoothSeen]:
        """See BoothReader.these."""
        found = (await self._store.load({BOOTHS: list(ids)}))[BOOTHS]
        return [_of_document(found[id_]) for id_ in ids]

    async def last_position(self) -> int:
        """See BoothReader.last_position."""
        last = await self._store.find(outbox.OUTBOX, {"last": {"$gt": 0}}, sort=[("last", DESCENDING)], limit=1)
        return last[0]["last"] if last else 0

    async def changes_after(self, position: int, limit: int) -> list[ChangeSeen]:
        """See BoothReader.changes_after."""
        found: list[ChangeSeen] = []
        after = position
        while len(found) < limit:
            later = {"last": {"$gt": after}}
            pages = await self._store.find(outbox.OUTBOX, later, sort=[("last", ASCENDING)], limit=_PAGES_MAX)
            told = (row for row in outbox.rows(pages) if row.position is not None and row.position > after)
            found += [_change(row) for row in told]
            if len(pages) < _PAGES_MAX:
                break
            after = pages[-1]["last"]
        return found

    async def positions(self, booths: Sequence[BoothSeen]) -> dict[str, int]:
        """See BoothReader.positions."""
        # A row's id names what it tells of, and the last row of each booth is kept for ever.
        ids = {f"{BOOKING_BOOTHS.name}/{booth.id}/{booth.version}": booth.id for booth in booths}
        entries = (await self._store.entries({outbox.OUTBOX: list(ids)})).get(outbox.OUTBOX, {})
        placed = {ids[id_]: outbox.Row.of(entry, entry).position for id_, entry in entries.items()}
        return {booth: position for booth, position in placed.items() if position is not None}


class StoreEventReader:
    """EventReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def events(self, key: str, version: int, limit: int) -> list[Happening]:
        """See EventReader.events."""
        # A row's id names what it tells of, and at which version.
        ids = [f"{BOOKING_EVENTS.name}/{key}/{n}" for n in range(version, max(0, version - limit), -1)]
        entries = (await self._store.entries({outbox.OUTBOX: ids})).get(outbox.OUTBOX, {})
        return [happening(outbox.Row.of(entries[id_], entries[id_])) for id_ in ids if id_ in entries]


class StoreNameReader:
    """NameReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def exhibitors(self, ids: Iterable[str]) -> Mapping[str, Exhibitor]:
        """See NameReader.exhibitors."""
        found = (await self._store.load({EXHIBITORS: sorted(set(ids))})).get(EXHIBITORS, {})
        return {id_: decode_exhibitor(document) for id_, document in found.items()}

    async def told_at(self, keys: Mapping[str, int]) -> Mapping[str, datetime]:
        """See NameReader.told_at."""
        # Booths are told of on one topic, reservations on another; a row's id names what it tells of.
        topics = (BOOKING_BOOTHS.name, BOOKING_EVENTS.name)
        ids = {f"{topic}/{key}/{version}": key for key, version in keys.items() for topic in topics}
        entries = (await self._store.entries({outbox.OUTBOX: list(ids)})).get(outbox.OUTBOX, {})
        return {ids[id_]: entry["at"] for id_, entry in entries.items()}


class StoreReservationReader:
    """ReservationReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def reservation(self, id_: str, scope: Scope) -> ReservationAt | None:
        """See ReservationReader.reservation."""
        found = await self._store.find(RESERVATIONS, {"$and": [{"_id": id_}, _visible(scope)]}, limit=1)
        return _at(found[0]) if found else None

    async def reservations(
        self,
        scope: Scope,
        *,
        fair: str | None,
        exhibitor: str | None,
        state: ReservationState | None,
        before: str | None,
        limit: int,
    ) -> list[ReservationAt]:
        """See ReservationReader.reservations."""
        wanted: dict[str, Any] = {}
        if fair is not None:
            wanted["fair"] = fair
        if exhibitor is not None:
            wanted["exhibitor"] = exhibitor
        if state is not None:
            wanted["state"] = str(state)
        if before is not None:
            wanted["_id"] = {"$lt": before}
        where = {"$and": [wanted, _visible(scope)]}
        found = await self._store.find(RESERVATIONS, where, sort=[("_id", DESCENDING)], limit=limit)
        return [_at(document) for document in found]


class StoreSalesReader:
    """SalesReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def floor(self, fair: str) -> list[Booth]:
        """See SalesReader.floor."""
        return [decode_booth(document) for document in await self._store.find(BOOTHS, {"fair": fair})]

    async def of_fair(
        self, fair: str, scope: Scope, *, states: Collection[ReservationState], before: str | None, limit: int
    ) -> list[Reservation]:
        """See SalesReader.of_fair."""
        wanted: dict[str, Any] = {"fair": fair, "state": {"$in": [str(state) for state in states]}}
        if before is not None:
            wanted["_id"] = {"$lt": before}
        where = {"$and": [wanted, _visible(scope)]}
        found = await self._store.find(RESERVATIONS, where, sort=[("_id", DESCENDING)], limit=limit)
        return [decode_reservation(document) for document in found]


def _visible(scope: Scope) -> dict[str, object]:
    return scope.query(exhibitor=("exhibitor", "co_exhibitors"), organizer="organizer")


def _at(document: Document) -> ReservationAt:
    return ReservationAt(decode_reservation(document), document["v"])


def _of_document(document: Document) -> BoothSeen:
    return BoothSeen(
        id=document["_id"],
        fair=document["fair"],
        label=f"{document['hall']}/{document['number']}",
        state=document["state"],
        version=document["v"],
        area_m2=document["area_m2"],
        until=document["until"],
        withdrawn=document["withdrawn"],
        open_sides=document["open_sides"],
    )


def _change(row: outbox.Row) -> ChangeSeen:
    position = row.position or 0
    told = happening(row) if row.about else None
    if row.topic == BOOKING_SPACES.name:
        return ChangeSeen(position, venue=row.subject or "")
    if row.topic != BOOKING_BOOTHS.name or row.data is None:
        return ChangeSeen(position, happening=told)
    now = BoothNow.model_validate_json(row.data)
    return ChangeSeen(
        position,
        BoothSeen(
            id=now.booth,
            fair=now.fair,
            label=f"{now.hall}/{now.number}",
            state=now.state,
            version=now.version,
            area_m2=now.area_m2,
            until=now.until,
            withdrawn=now.withdrawn,
            open_sides=now.open_sides,
        ),
        happening=told,
    )
