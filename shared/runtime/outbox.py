"""Events on their way out: rows written in the deciding transaction, numbered and published by the relay.

A row is never published by the code that decides. Rows are kept on pages, those of one transaction together. The relay,
one at a time per service, gives each page the positions of its rows, so positions rise without gaps in an order in
which each key's sequence rises too; a change feed (`since=`) reads them.

A page is `{"_id", "at", "count", "first", "last", "about", "entries"}`: `first` and `last` are the positions of its
first and last row, absent until they are given. A row's own place on its page is `n`, which stays when retention thins
it out. `about` is what its rows are about, each thing once, so that what happened to a thing is found by an index,
which the relay pays for when it numbers, and no command does. Beside each row stands its cause, which is for those who
may see what happened here and is not published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from bson import Binary

from shared.runtime import pages
from shared.runtime.auth.principal import Principal
from shared.runtime.store import ASCENDING, Collection, Document, Index, Insert, OutboxEvent

OUTBOX: Final = "outbox"
RELAY: Final = "relay"

COLLECTIONS: Final = (
    pages.paged(
        OUTBOX,
        Index((("last", ASCENDING), ("at", ASCENDING))),
        Index(
            (("about", ASCENDING), ("at", ASCENDING), ("last", ASCENDING)),
            where={"about": {"$exists": True}, "last": {"$gt": 0}},
        ),
        validator={
            "bsonType": "object",
            "required": ["at", "count", "entries"],
            "properties": {
                "at": {"bsonType": "date"},
                "count": {"bsonType": ["int", "long"], "minimum": 1},
                "first": {"bsonType": ["int", "long"], "minimum": 1},
                "last": {"bsonType": ["int", "long"], "minimum": 1},
                "about": {"bsonType": "array", "items": {"bsonType": "string"}},
                "entries": {"bsonType": "array", "minItems": 1},
            },
        },
    ),
    Collection(RELAY),
)


ANYTHING: Final = "*"
"""What every row that is about something is about."""

DATA_BYTES_MAX: Final = 800_000
"""The largest body of an event; a record and its batch must stay under the megabyte that brokers take by default."""


class EventTooLarge(Exception):
    """An event's body is larger than a broker takes: its command fails, before it could stop all that come after."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an event came to be: a command, and who asked for it, or the event that it followed; else a timer was up."""

    command: str
    asker: Principal | None = None
    event: str | None = None

    def document(self) -> Document:
        """As it stands beside the row."""
        told: Document = {"command": self.command}
        if self.event is not None:
            told["event"] = self.event
        if self.asker is not None:
            told["role"] = str(self.asker.role)
            told["account"] = self.asker.subject
            if tenant := self.asker.exhibitor or self.asker.organizer:
                told["tenant"] = tenant
        return told


def entry(event: OutboxEvent, sequence: int, traceparent: str | None, cause: Cause | None = None) -> Document:
    """One event as it stands on its page. Raises EventTooLarge.

    Its id, the CloudEvents id, is made of topic, key and sequence: a second event of the same place cannot be written.
    """
    data = None if event.data is None else Binary(event.data.model_dump_json().encode())
    if data is not None and len(data) > DATA_BYTES_MAX:
        raise EventTooLarge(f"{event.type} of {event.key} has {len(data)} bytes, and {DATA_BYTES_MAX} is the most")
    written = {
        "id": f"{event.topic}/{event.key}/{sequence}",
        "topic": event.topic,
        "key": event.key,
        "seq": sequence,
        "type": event.type,
        "data": data,
        "subject": event.subject,
        "traceparent": traceparent,
    }
    if event.about:
        written["about"] = list(dict.fromkeys((ANYTHING, *event.about)))
        if cause is not None:
            written["cause"] = cause.document()
    return written


def written(entries: Sequence[Document], now: datetime) -> Insert:
    """The pages on which the events of one transaction are written, in their order."""
    insert = pages.insert(OUTBOX, entries, now)
    for page in insert.documents:
        for n, told in enumerate(page["entries"]):
            told["n"] = n
        if about := subjects(page["entries"]):
            page["about"] = about
    return insert


def subjects(entries: Iterable[Document]) -> list[str]:
    """What rows are about, each thing once; nothing where they only say how things are now."""
    return list(dict.fromkeys(subject for told in entries for subject in told.get("about", ())))


class Row(NamedTuple):
    """One event of the outbox; `position` is None until the relay has given one. `data` is its JSON, None a tombstone.

    `time` is when it was decided, `about` and `cause` are of the page, not of the wire.
    """

    id: str
    topic: str
    key: str
    sequence: int
    type: str
    data: bytes | None
    time: datetime
    subject: str | None
    traceparent: str | None
    position: int | None
    about: tuple[str, ...] = ()
    cause: Document | None = None

    @classmethod
    def of(cls, entry: Document, page: Document) -> Row:
        """The row that an entry of a page is; an entry that was read with its page's fields is both."""
        first = page.get("first")
        return cls(
            entry["id"],
            entry["topic"],
            entry["key"],
            entry["seq"],
            entry["type"],
            None if entry["data"] is None else bytes(entry["data"]),
            page["at"],
            entry["subject"],
            entry["traceparent"],
            None if first is None else first + entry["n"],
            tuple(entry.get("about", ())),
            entry.get("cause"),
        )


def rows(found: Iterable[Document]) -> list[Row]:
    """The rows of pages, in their order."""
    return [Row.of(entry, page) for page in found for entry in page["entries"]]
