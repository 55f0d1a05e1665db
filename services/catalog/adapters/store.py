"""Where the catalog keeps what there is: its collections, its kinds of aggregate, and the reads behind its questions.

Every read takes who asks; the filter for what that one may see is applied here, so that no route can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from services.catalog.adapters import documents, space_documents, wire
from services.catalog.domain import search
from services.catalog.domain.actor import Actor
from services.catalog.domain.exhibitors import Exhibitor, as_seen_by, is_itself
from services.catalog.domain.fairs import Fair
from services.catalog.domain.naming import plan_id
from services.catalog.domain.plans import Plan, PlanSummary
from services.catalog.domain.spaces import Space, SpaceUse
from services.catalog.domain.venues import Venue
from services.catalog.ports import (
    BOOTH,
    BOOTH_STATUS,
    EXHIBITOR,
    FAIR,
    NOTICE,
    PLAN,
    PLAN_SUMMARY,
    SPACE,
    SPACE_LIST,
    SPACE_USE,
    VENUE,
    BadCursor,
    Page,
    Stored,
)
from shared.runtime.cursors import read_cursor, write_cursor
from shared.runtime.store import ASCENDING, DESCENDING, Collection, Document, Index, Kind, Store

T = TypeVar("T")

_STRING: Final = {"bsonType": "string"}
_VERSION: Final = {"bsonType": ["int", "long"], "minimum": 1}


def _schema(**properties: Any) -> Mapping[str, Any]:
    return {"bsonType": "object", "required": ["v", *properties], "properties": {"v": _VERSION, **properties}}


_FAIR_SCHEMA: Final = _schema(
    organizer=_STRING, venue=_STRING, starts=_STRING, state={"enum": ["draft", "published", "closed"]}
)

COLLECTIONS: Final = (
    Collection("venues", validator=_schema(organizer=_STRING, time_zone=_STRING, halls={"bsonType": "array"})),
    Collection(
        "spaces",
        indexes=(Index((("venue", ASCENDING), ("space", ASCENDING))),),
        validator=_schema(venue=_STRING, space=_STRING, compositions={"bsonType": "array", "minItems": 1}),
    ),
    Collection("space_lists", validator=_schema(spaces={"bsonType": "array"})),
    Collection(
        "space_uses",
        indexes=(Index((("spaces", ASCENDING), ("ends", ASCENDING))),),
        validator=_schema(
            spaces={"bsonType": "array"}, ends={"bsonType": "date"}, live={"bsonType": "bool"}, sequence=_VERSION
        ),
    ),
    Collection("fairs", indexes=(Index((("organizer", ASCENDING),)),), validator=_FAIR_SCHEMA),
    Collection("notices", validator=_FAIR_SCHEMA),
    Collection(
        "plans",
        validator=_schema(fair=_STRING, hall=_STRING, booths={"bsonType": "array"}),
    ),
    Collection(
        "plan_summaries",
        indexes=(Index((("fair", ASCENDING),)),),
        validator=_schema(fair=_STRING, hall=_STRING, booths={"bsonType": "int"}),
    ),
    Collection("booths", validator=_schema(fair=_STRING, hall=_STRING, number=_STRING, listed={"bsonType": "bool"})),
    Collection(
        "booth_statuses",
        validator=_schema(
            state={"enum": ["free", "held", "reserved", "sold", "blocked"]}, sequence={"bsonType": ["int", "long"]}
        ),
    ),
    Collection(
        "exhibitors",
        indexes=(
            Index((("fair", ASCENDING), ("sort_key", ASCENDING), ("_id", ASCENDING))),
            Index((("fair", ASCENDING), ("terms", ASCENDING))),
            Index((("fair", ASCENDING), ("categories", ASCENDING), ("sort_key", ASCENDING), ("_id", ASCENDING))),
        ),
        validator=_schema(fair=_STRING, organizer=_STRING, name=_STRING, terms={"bsonType": "array"}),
    ),
)

KINDS: Final = (
    Kind(VENUE, "venues", documents.venue_to, documents.venue_from, wire.tell_venue),
    Kind(SPACE, "spaces", space_documents.space_to, space_documents.space_from, wire.tell_space),
    Kind(SPACE_LIST, "space_lists", space_documents.space_list_to, space_documents.space_list_from),
    Kind(SPACE_USE, "space_uses", space_documents.space_use_to, space_documents.space_use_from),
    Kind(FAIR, "fairs", documents.fair_to, documents.fair_from),
    Kind(NOTICE, "notices", documents.fair_to, documents.fair_from, wire.tell_fair),
    Kind(PLAN, "plans", documents.plan_to, documents.plan_from),
    Kind(PLAN_SUMMARY, "plan_summaries", documents.plan_summary_to, documents.plan_summary_from),
    Kind(BOOTH, "booths", documents.booth_to, documents.booth_from, wire.tell_booth),
    Kind(BOOTH_STATUS, "booth_statuses", documents.booth_status_to, documents.booth_status_from),
    Kind(EXHIBITOR, "exhibitors", documents.exhibitor_to, documents.exhibitor_from, wire.tell_exhibitor),
)


class StoreShelf:
    """The port Shelf on the service's store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def venue(self, slug: str) -> Stored[Venue] | None:
        """See Shelf.venue."""
        return await self._one("venues", {"_id": slug}, documents.venue_from)

    async def venues(self, limit: int, cursor: str | None) -> Page[Stored[Venue]]:
        """See Shelf.venues."""
        return await self._page("venues", {}, ("_id",), documents.venue_from, limit, cursor)

    async def space(self, venue: str, space: str) -> Stored[Space] | None:
        """See Shelf.space."""
        return await self._one("spaces", {"_id": f"{venue}/{space}"}, space_documents.space_from)

    async def spaces(self, venue: str, limit: int, cursor: str | None) -> Page[Stored[Space]]:
        """See Shelf.spaces."""
        return await self._page("spaces", {"venue": venue}, ("space",), space_documents.space_from, limit, cursor)

    async def uses_after(self, space: str, ends_after: datetime, limit: int) -> tuple[SpaceUse, ...]:
        """See Shelf.uses_after."""
        where = {"spaces": space, "live": True, "ends": {"$gt": ends_after}}
        found = await self._store.find("space_uses", where, sort=[("ends", DESCENDING)], limit=limit)
        return tuple(space_documents.space_use_from(document) for document in found)

    async def fair(self, slug: str, actor: Actor) -> Stored[Fair] | None:
        """See Shelf.fair."""
        return await self._one("fairs", {"_id": slug, **_visible(actor)}, documents.fair_from)

    async def fairs(self, actor: Actor, limit: int, cursor: str | None) -> Page[Stored[Fair]]:
        """See Shelf.fairs."""
        return await self._page("fairs", _visible(actor), ("_id",), documents.fair_from, limit, cursor)

    async def plan(self, fair: str, hall: str, actor: Actor) -> Stored[Plan] | None:
        """See Shelf.plan."""
        if await self.fair(fair, actor) is None:
            return None
        return await self._one("plans", {"_id": plan_id(fair, hall)}, documents.plan_from)

    async def plans(self, fair: str, actor: Actor) -> tuple[PlanSummary, ...]:
        """See Shelf.plans."""
        if await self.fair(fair, actor) is None:
            return ()
        found = await self._store.find("plan_summaries", {"fair": fair}, sort=[("hall", ASCENDING)])
        return tuple(documents.plan_summary_from(document) for document in found)

    async def exhibitor(self, id_: str, actor: Actor) -> Stored[Exhibitor] | None:
        """See Shelf.exhibitor."""
        stored = await self._one("exhibitors", {"_id": id_}, documents.exhibitor_from)
        if stored is None:
            return None
        if not is_itself(actor, stored.state) and await self.fair(stored.state.fair, actor) is None:
            return None
        return Stored(as_seen_by(actor, stored.state), stored.version)

    async def exhibitors(
        self, fair: str, actor: Actor, query: str, limit: int, cursor: str | None, *, group: str | None = None
    ) -> Page[Stored[Exhibitor]]:
        """See Shelf.exhibitors."""
        if await self.fair(fair, actor) is None:
            return Page((), None)
        where: dict[str, Any] = {"fair": fair} if group is None else {"fair": fair, "categories": group}
        if terms := search.query_terms(query):
            # A term is letters and digits alone, so it needs no escaping.
            where["$and"] = [{"terms": {"$regex": f"^{term}"}} for term in terms]
        elif query.strip():
            return Page((), None)
        page = await self._page("exhibitors", where, ("sort_key", "_id"), documents.exhibitor_from, limit, cursor)
        return Page(tuple(Stored(as_seen_by(actor, s.state), s.version) for s in page.items), page.cursor)

    async def _one(
        self, collection: str, where: Mapping[str, Any], decode: Callable[[Document], T]
    ) -> Stored[T] | None:
        found = await self._store.find(collection, where, limit=1)
        return Stored(decode(found[0]), found[0]["v"]) if found else None

    async def _page(
        self,
        collection: str,
        where: Mapping[str, Any],
        order: tuple[str, ...],
        decode: Callable[[Document], T],
        limit: int,
        cursor: str | None,
    ) -> Page[Stored[T]]:
        """What follows the cursor in this order, whose last field tells every document from the others."""
        follows = [dict(where), _after(order, cursor)] if cursor else [dict(where)]
        found = await self._store.find(
            collection, {"$and": follows}, sort=[(name, ASCENDING) for name in order], limit=limit + 1
        )
        more = len(found) > limit
        items = tuple(Stored(decode(document), document["v"]) for document in found[:limit])
        return Page(items, write_cursor(*(found[limit - 1][name] for name in order)) if more else None)


def _visible(actor: Actor) -> dict[str, Any]:
    """The filter on fairs: what is public, and the actor's own."""
    if actor.everywhere:
        return {}
    public: dict[str, Any] = {"state": {"$ne": "draft"}}
    return {"$or": [public, {"organizer": actor.organizer}]} if actor.organizer else public


def _after(order: tuple[str, ...], cursor: str) -> dict[str, Any]:
    try:
        values = read_cursor(cursor, len(order))
    except ValueError:
        raise BadCursor(cursor) from None
    branches = []
    for at, (name, value) in enumerate(zip(order, values, strict=True)):
        equal = dict(zip(order[:at], values[:at], strict=True))
        branches.append({**equal, name: {"$gt": value}})
    return {"$or": branches}
