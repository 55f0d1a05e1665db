"""The collections and kinds of aggregates behind bookings of spaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.booking.adapters import space_documents as documents
from services.booking.adapters import space_wire
from services.booking.domain.spaces.booking import SpaceState
from services.booking.ports import CALENDAR_FEED, DIRECTORY, PAGE, SPACE, SPACE_BOOKING, SPACE_RECORD, VENUE
from shared.runtime.store import ASCENDING, DESCENDING, Collection, Index, Kind

VENUES: Final = "venues"
SPACES: Final = "spaces"
DIRECTORIES: Final = "space_directories"
PAGES: Final = "calendar_pages"
BOOKINGS: Final = "space_bookings"
RECORDS: Final = "space_records"
FEEDS: Final = "calendar_feeds"

_TEXT: Final = {"bsonType": "string"}
_TEXTS: Final = {"bsonType": "array", "items": _TEXT}
_DATE: Final = {"bsonType": "date"}
_WHOLE: Final = {"bsonType": ["int", "long"]}
_OBJECT: Final = {"bsonType": "object"}
_ARRAY: Final = {"bsonType": "array"}


def _schema(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    required = ["_id", "v", *(name for name in properties if name != "due_at")]
    return {"bsonType": "object", "required": required, "properties": {"_id": _TEXT, "v": _WHOLE, **properties}}


_BOOKING: Final[Mapping[str, Any]] = {
    "venue": _TEXT,
    "organizer": _TEXT,
    "venue_organizer": _TEXT,
    "time_zone": _TEXT,
    "uses": {**_ARRAY, "minItems": 1},
    "spaces": {**_TEXTS, "minItems": 1},
    "starts": _DATE,
    "ends": _DATE,
    "state": {"enum": [str(state) for state in SpaceState]},
    "details": _OBJECT,
    "order": _WHOLE,
    "rank": _WHOLE,
    "expires_at": _WHOLE,
    "waits": {"bsonType": "bool"},
    "challenges": {**_ARRAY, "items": {**_ARRAY, "minItems": 2, "maxItems": 2}},
    "answers_by": _WHOLE,
    "override": _TEXT,
    "series": _TEXT,
    "apart": {"bsonType": "bool"},
    "uid": _TEXT,
}

COLLECTIONS: Final = (
    Collection(VENUES, validator=_schema(organizer=_TEXT, time_zone=_TEXT, policy=_OBJECT)),
    Collection(SPACES, validator=_schema(venue=_TEXT, compositions={**_ARRAY, "minItems": 1})),
    Collection(DIRECTORIES, validator=_schema(spaces=_ARRAY)),
    Collection(PAGES, validator=_schema(claims={**_ARRAY, "items": {**_ARRAY, "minItems": 8, "maxItems": 8}})),
    Collection(
        BOOKINGS,
        indexes=(
            Index((("venue", ASCENDING), ("_id", DESCENDING))),
            Index((("organizer", ASCENDING), ("_id", DESCENDING))),
            Index((("venue", ASCENDING), ("ends", ASCENDING))),
            Index((("series", ASCENDING), ("starts", ASCENDING)), where={"series": {"$gt": ""}}),
            Index((("uid", ASCENDING),), where={"uid": {"$gt": ""}}),
            Index((("due_at", ASCENDING),), sparse=True),
        ),
        validator=_schema(**_BOOKING, due_at=_DATE),
    ),
    Collection(
        RECORDS,
        indexes=(
            Index((("booking", ASCENDING), ("version", ASCENDING))),
            Index((("venue", ASCENDING), ("ends", ASCENDING))),
        ),
        validator=_schema(**_BOOKING, booking=_TEXT, version=_WHOLE, at=_DATE),
    ),
    Collection(
        FEEDS,
        indexes=(Index((("viewer", ASCENDING), ("_id", DESCENDING))),),
        validator=_schema(viewer=_TEXT, secret=_TEXT, made_at=_DATE, revoked={"bsonType": "bool"}),
    ),
)

SPACE_BOOKING_KIND: Final = Kind(
    SPACE_BOOKING, BOOKINGS, documents.booking_to, documents.booking_from, space_wire.booking_events
)
KINDS: Final = (
    Kind(VENUE, VENUES, documents.venue_to, documents.venue_from),
    Kind(SPACE, SPACES, documents.space_to, documents.space_from),
    Kind(DIRECTORY, DIRECTORIES, documents.directory_to, documents.directory_from),
    Kind(PAGE, PAGES, documents.page_to, documents.page_from),
    SPACE_BOOKING_KIND,
    Kind(SPACE_RECORD, RECORDS, documents.record_to, documents.record_from),
    Kind(CALENDAR_FEED, FEEDS, documents.feed_to, documents.feed_from),
)
