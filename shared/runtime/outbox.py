"""Events on their way out: rows written in the deciding transaction, numbered and published by the relay.

A row is never published by the code that decides. Its `position` is given by the relay, one at a time per service,
so positions rise without gaps in an order in which each key's sequence rises too; a change feed (`since=`) reads them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bson import Binary

from shared.runtime.store import ASCENDING, Collection, Document, Index, OutboxEvent

OUTBOX: Final = "outbox"
RELAY: Final = "relay"

COLLECTIONS: Final = (
    Collection(
        OUTBOX,
        indexes=(
            # The only index beside the id, since every event pays for each of them twice: written, and numbered.
            Index((("position", ASCENDING), ("time", ASCENDING))),
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


DATA_BYTES_MAX: Final = 800_000
"""The largest body of an event; a record and its batch must stay under the megabyte that brokers take by default."""


class EventTooLarge(Exception):
    """An event's body is larger than a broker takes: its command fails, before it could stop all that come after."""


def row(event: OutboxEvent, sequence: int, now: datetime, traceparent: str | None) -> Document:
    """The outbox row of one event. Raises EventTooLarge.

    Its id, the CloudEvents id, is made of topic, key and sequence: a second event of the same place cannot be written.
    """
    data = None if event.data is None else Binary(event.data.model_dump_json().encode())
    if data is not None and len(data) > DATA_BYTES_MAX:
        raise EventTooLarge(f"{event.type} of {event.key} has {len(data)} bytes, and {DATA_BYTES_MAX} is the most")
    return {
        "_id": f"{event.topic}/{event.key}/{sequence}",
        "topic": event.topic,
        "key": event.key,
        "seq": sequence,
        "type": event.type,
        "data": data,
        "time": now,
        "subject": event.subject,
        "traceparent": traceparent,
        "position": None,
    }


def payload(document: Document) -> Any | None:
    """The JSON body of a row as bytes; None for a tombstone."""
    data = document.get("data")
    return None if data is None else bytes(data)
