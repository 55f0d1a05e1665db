"""Events on their way out: rows written in the deciding transaction, numbered and published by the relay.

A row is never published by the code that decides. Its `position` is given by the relay, one at a time per service,
so positions rise without gaps in an order in which each key's sequence rises too; a change feed (`since=`) reads them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bson import Binary

from shared.runtime import ids
from shared.runtime.store import ASCENDING, Collection, Document, Index, OutboxEvent

OUTBOX: Final = "outbox"
RELAY: Final = "relay"

COLLECTIONS: Final = (
    Collection(
        OUTBOX,
        indexes=(
            Index((("position", ASCENDING), ("_id", ASCENDING))),
            Index((("subject", ASCENDING), ("topic", ASCENDING), ("position", ASCENDING))),
            Index((("topic", ASCENDING), ("key", ASCENDING), ("seq", ASCENDING)), unique=True),
        ),
        validator={
            "bsonType": "object",
            "required": ["topic", "key", "seq", "type", "time"],
            "properties": {
                "topic": {"bsonType": "string"},
                "key": {"bsonType": "string"},
                "seq": {"bsonType": ["int", "long"], "minimum": 1},
                "type": {"bsonType": "string"},
                "time": {"bsonType": "date"},
                "position": {"bsonType": ["int", "long", "null"]},
            },
        },
    ),
    Collection(RELAY),
)


def row(event: OutboxEvent, sequence: int, now: datetime, traceparent: str | None) -> Document:
    """The outbox row of one event; `_id` is the CloudEvents id."""
    return {
        "_id": ids.new_id("ev"),
        "topic": event.topic,
        "key": event.key,
        "seq": sequence,
        "type": event.type,
        "data": None if event.data is None else Binary(event.data.model_dump_json().encode()),
        "time": now,
        "subject": event.subject,
        "traceparent": traceparent,
        "position": None,
    }


def payload(document: Document) -> Any | None:
    """The JSON body of a row as bytes; None for a tombstone."""
    data = document.get("data")
    return None if data is None else bytes(data)
