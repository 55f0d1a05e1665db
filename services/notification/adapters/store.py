"""Notification's collections and kinds, and what can be asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from services.notification import ports
from services.notification.adapters import documents, wire
from services.notification.domain.deliveries import ADDRESS_MISSING, CONTACT_UNKNOWN, Delivery, DeliveryState
from services.notification.domain.happenings import Audience
from services.notification.domain.happenings import Kind as News
from services.notification.domain.invitations import Invitations
from services.notification.domain.notices import Notice, NoticeState
from services.notification.domain.preferences import Preferences
from services.notification.domain.projections import Contact, Fair, Place
from services.notification.domain.recipients import Recipient
from services.notification.ports import DeliveryFilter, Page, Scope, Told
from shared.runtime.cursors import read_cursor, write_cursor
from shared.runtime.store import ASCENDING, DESCENDING, Collection, Document, Index, Kind, Store

T = TypeVar("T")

CONTACTS: Final = "contacts"
FAIRS: Final = "fairs"
PLACES: Final = "places"
COMPANIONS: Final = "companions"
NOTICES: Final = "notices"
DELIVERIES: Final = "deliveries"
PREFERENCES: Final = "preferences"
INVITATIONS: Final = "invitations"

TOLD_MAX: Final = 2_000
_NEWEST_FIRST: Final = (("at", DESCENDING), ("_id", DESCENDING))
_TEXT: Final = {"bsonType": "string"}
_MAYBE_TEXT: Final = {"bsonType": ["string", "null"]}
_COUNT: Final = {"bsonType": ["int", "long"], "minimum": 0}
_DATE: Final = {"bsonType": "date"}
_MAYBE_DATE: Final = {"bsonType": ["date", "null"]}
_TABLE: Final = {"bsonType": "object"}
_TEXTS: Final = {"bsonType": "array", "items": _TEXT}


def _schema(optional: Sequence[str] = (), /, **properties: Mapping[str, Any]) -> Mapping[str, Any]:
    required = ["_id", "v", *(name for name in properties if name not in optional)]
    return {"bsonType": "object", "required": required, "properties": {"_id": _TEXT, "v": _COUNT, **properties}}


_NEWS: Final[Mapping[str, Mapping[str, Any]]] = {
    "recipient": _TEXT,
    "audience": {"enum": [audience.value for audience in Audience]},
    "cause": _TEXT,
    "at": _DATE,
    "kind": {"enum": [kind.value for kind in News]},
    "fair": _TEXT,
    "organizer": _TEXT,
    "news": {
        "bsonType": "object",
        "required": ["sequence"],
        "properties": {"booths": {**_TEXTS, "minItems": 1}, "co_exhibitors": _TEXTS, "expires_at": _MAYBE_DATE},
        "oneOf": [
            {"required": ["reservation", "booths", "exhibitor", "co_exhibitors"]},
            {"required": ["booking", "venue", "uses", "time_zone"]},
            {"required": ["booking", "venue", "sitting", "participant"]},
        ],
    },
}

COLLECTIONS: Final = (
    Collection(
        CONTACTS,
        validator=_schema(
            fair=_TEXT, organizer=_TEXT, name=_TEXT, names=_TABLE, email=_MAYBE_TEXT, language=_TEXT, sequence=_COUNT
        ),
    ),
    Collection(FAIRS, validator=_schema(name=_TABLE, time_zone=_TEXT, organizer=_TEXT, sequence=_COUNT)),
    Collection(PLACES, validator=_schema(name=_TABLE, sequence=_COUNT)),
    Collection(COMPANIONS, validator=_schema(co_exhibitors=_TEXTS, sequence=_COUNT)),
    Collection(
        INVITATIONS,
        validator=_schema(
            venue=_TEXT,
            organizer=_TEXT,
            title=_TEXT,
            time_zone=_TEXT,
            sittings={"bsonType": "array"},
            participants={"bsonType": "array"},
            sequence=_COUNT,
            over={"bsonType": "bool"},
        ),
    ),
    Collection(PREFERENCES, validator=_schema(language=_MAYBE_TEXT, email=_MAYBE_TEXT, muted=_TEXTS)),
    Collection(
        NOTICES,
        indexes=(
            Index((("recipient", ASCENDING), *_NEWEST_FIRST)),
            Index((("recipient", ASCENDING), ("state", ASCENDING), *_NEWEST_FIRST)),
            Index((("cause", ASCENDING),)),
        ),
        validator=_schema(state={"enum": [state.value for state in NoticeState]}, exhibitor=_MAYBE_TEXT, **_NEWS),
    ),
    Collection(
        DELIVERIES,
        indexes=(
            Index((("due_at", ASCENDING),), sparse=True),
            Index((("reason", ASCENDING), ("due_at", ASCENDING)), where={"reason": ADDRESS_MISSING}),
            Index((("exhibitor", ASCENDING), *_NEWEST_FIRST)),
            Index((("organizer", ASCENDING), *_NEWEST_FIRST)),
            Index((("cause", ASCENDING),)),
            Index(_NEWEST_FIRST),
        ),
        validator=_schema(
            ("due_at",),
            state={"enum": [state.value for state in DeliveryState]},
            exhibitor=_MAYBE_TEXT,
            due_at=_DATE,
            claimed_by=_MAYBE_TEXT,
            attempts=_COUNT,
            waits=_COUNT,
            reason=_TEXT,
            settled_at=_MAYBE_DATE,
            **_NEWS,
        ),
    ),
)

KINDS: Final = (
    Kind(ports.CONTACT, CONTACTS, documents.encode_contact, documents.decode_contact),
    Kind(ports.FAIR, FAIRS, documents.encode_fair, documents.decode_fair),
    Kind(ports.PLACE, PLACES, documents.encode_place, documents.decode_place),
    Kind(ports.COMPANIONS, COMPANIONS, documents.encode_companions, documents.decode_companions),
    Kind(ports.INVITATIONS, INVITATIONS, documents.encode_invitations, documents.decode_invitations),
    Kind(ports.PREFERENCES, PREFERENCES, documents.encode_preferences, documents.decode_preferences),
    Kind(ports.NOTICE, NOTICES, documents.encode_notice, documents.decode_notice),
    Kind(ports.DELIVERY, DELIVERIES, documents.encode_delivery, documents.decode_delivery, wire.delivery_events),
)


class StoredArchive:
    """The Archive over a Store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def contacts(self, ids: Iterable[str]) -> Mapping[str, Contact]:
        """See Archive.contacts."""
        return await self._by_id(CONTACTS, ids, documents.decode_contact)

    async def fairs(self, ids: Iterable[str]) -> Mapping[str, Fair]:
        """See Archive.fairs."""
        return await self._by_id(FAIRS, ids, documents.decode_fair)

    async def places(self, ids: Iterable[str]) -> Mapping[str, Place]:
        """See Archive.places."""
        return await self._by_id(PLACES, ids, documents.decode_place)

    async def invitations(self, ids: Iterable[str]) -> Mapping[str, Invitations]:
        """See Archive.invitations."""
        return await self._by_id(INVITATIONS, ids, documents.decode_invitations)

    async def preferences(self, recipients: Iterable[Recipient]) -> Mapping[Recipient, Preferences]:
        """See Archive.preferences."""
        found = await self._by_id(PREFERENCES, [r.key for r in recipients], documents.decode_preferences)
        return {preferences.recipient: preferences for preferences in found.values()}

    async def _by_id(self, collection: str, ids: Iterable[str], decode: Callable[[Document], T]) -> dict[str, T]:
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        found = await self._store.load({collection: wanted})
        return {id_: decode(document) for id_, document in found.get(collection, {}).items()}

    async def notices(
        self, recipient: Recipient, state: NoticeState | None, cursor: str | None, limit: int
    ) -> Page[Notice]:
        """See Archive.notices."""
        where: dict[str, Any] = {"recipient": recipient.key}
        if state is not None:
            where["state"] = state.value
        return await self._page(NOTICES, where, cursor, limit, documents.decode_notice)

    async def unseen(self, recipient: Recipient) -> int:
        """See Archive.unseen."""
        return await self._store.count(NOTICES, {"recipient": recipient.key, "state": NoticeState.NEW.value})

    async def deliveries(self, scope: Scope, wanted: DeliveryFilter, cursor: str | None, limit: int) -> Page[Delivery]:
        """See Archive.deliveries."""
        asked = {"fair": wanted.fair, "cause": wanted.cause, "state": wanted.state.value if wanted.state else None}
        where = {field: value for field, value in asked.items() if value is not None}
        return await self._page(DELIVERIES, {"$and": [where, _of(scope)]}, cursor, limit, documents.decode_delivery)

    async def told(self, scope: Scope, causes: Sequence[str]) -> Sequence[Told]:
        """See Archive.told."""
        where = {"$and": [{"cause": {"$in": list(causes)}}, _of(scope)]}
        notices, deliveries = await asyncio.gather(
            self._store.find(NOTICES, where, limit=TOLD_MAX), self._store.find(DELIVERIES, where, limit=TOLD_MAX)
        )
        found = {(d["cause"], d["recipient"]): Told(d["cause"], Recipient.parse(d["recipient"]), True) for d in notices}
        for document in deliveries:
            mail = documents.decode_delivery(document)
            place = (document["cause"], document["recipient"])
            found[place] = Told(document["cause"], mail.recipient, place in found, mail)
        return sorted(found.values(), key=lambda told: (told.event, told.recipient))

    async def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """See Archive.due."""
        return await self._soonest({"due_at": {"$lte": now}, "reason": {"$ne": ADDRESS_MISSING}}, limit)

    async def waited(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """See Archive.waited."""
        return await self._soonest({"reason": ADDRESS_MISSING, "due_at": {"$lte": now}}, limit)

    async def awaiting(self, exhibitors: Iterable[str], limit: int) -> Sequence[Delivery]:
        """See Archive.awaiting."""
        waiting = {"due_at": {"$exists": True}, "reason": {"$in": [CONTACT_UNKNOWN, ADDRESS_MISSING]}}
        return await self._soonest({"exhibitor": {"$in": sorted(exhibitors)}, "claimed_by": None, **waiting}, limit)

    async def _soonest(self, where: Mapping[str, Any], limit: int) -> Sequence[Delivery]:
        found = await self._store.find(DELIVERIES, where, sort=(("due_at", ASCENDING),), limit=limit)
        return [documents.decode_delivery(document) for document in found]

    async def _page(
        self,
        collection: str,
        where: Mapping[str, Any],
        cursor: str | None,
        limit: int,
        decode: Callable[[Document], T],
    ) -> Page[T]:
        conditions: list[Mapping[str, Any]] = [where]
        if cursor is not None:
            at, id_ = _place(cursor)
            conditions.append({"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id_}}]})
        found = await self._store.find(collection, {"$and": conditions}, sort=_NEWEST_FIRST, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            [decode(document) for document in found[:limit]],
            write_cursor(last["at"].isoformat(), last["_id"]) if last else None,
        )


def _of(scope: Scope) -> dict[str, Any]:
    """The tenant filter of what tells somebody of something."""
    return scope.query(exhibitor="exhibitor", organizer="organizer")


def _place(cursor: str) -> tuple[datetime, str]:
    """The instant and id after which a page begins. Raises ValueError."""
    said, id_ = read_cursor(cursor, 2)
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError("the cursor holds something else")
    return at, id_
