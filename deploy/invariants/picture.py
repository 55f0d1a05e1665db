"""The stores of all services as of one instant, as far as the invariants look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from deploy.stack.errors import StackError
from shared.contracts.topics import BOOKING_EVENTS
from shared.runtime import outbox

Document = dict[str, Any]
SERVICES: Final = ("catalog", "booking", "notification")
_TRIES_MAX: Final = 5
_SNAPSHOT_UNAVAILABLE: Final = 246
_NEWS: Final = (
    *("reservation", "fair", "organizer", "booths", "exhibitor", "co_exhibitors", "admitted"),
    *("booking", "venue_organizer", "may_override"),
)
_COLLECTIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "catalog": {
        "notices": ("v",),
        "venues": ("v",),
        "spaces": ("v",),
        "booths": ("v", "listed"),
        "exhibitors": ("v", "name", "email", "stands", "language"),
        "booth_statuses": ("state", "sequence"),
    },
    "booking": {"booths": (), "reservations": (), "holders": (), "space_bookings": (), "calendar_pages": ()},
    "notification": {
        "notices": ("v", "recipient", "cause", "kind"),
        "deliveries": ("v", "recipient", "cause", "kind", "state", "due_at", "settled_at", "claimed_by", "reason"),
        "preferences": ("v", "muted", "email"),
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an outbox; `data` is there for booking's events only, cut down to whom they concern."""

    id: str
    topic: str
    key: str
    sequence: int
    type: str
    at: datetime
    position: int | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Shelves:
    """One service's documents by id, its outbox in the order of positions, and how far its relay has got.

    `heard` are the marks of its inbox (`group:event`) with when each was set, `letters` its parked events.
    """

    documents: dict[str, dict[str, Document]]
    outbox: list[Row]
    numbered: int = 0
    published: int = 0
    heard: dict[str, datetime | None] = field(default_factory=dict)
    letters: list[Document] = field(default_factory=list)

    def __getitem__(self, collection: str) -> dict[str, Document]:
        return self.documents.get(collection, {})

    @property
    def swept(self) -> bool:
        """Whether retention has taken away the outbox's beginning."""
        return bool(self.outbox) and not any(row.position == 1 for row in self.outbox)


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a busy system may take before a thing under way counts as forgotten."""

    hold: timedelta = timedelta(seconds=5)
    relay: timedelta = timedelta(seconds=5)
    hearing: timedelta = timedelta(seconds=10)
    mail: timedelta = timedelta(seconds=60)


@dataclass(slots=True)
class Picture:
    """All of it, as of `at` (UTC)."""

    at: datetime
    shelves: dict[str, Shelves]
    grace: Grace = field(default_factory=Grace)

    @property
    def catalog(self) -> Shelves:
        """The catalog's."""
        return self.shelves["catalog"]

    @property
    def booking(self) -> Shelves:
        """Booking's."""
        return self.shelves["booking"]

    @property
    def notification(self) -> Shelves:
        """Notification's."""
        return self.shelves["notification"]

    def older(self, at: datetime, grace: timedelta) -> bool:
        """Whether an instant lies back so far that what it began must be done."""
        return self.at - at > grace


async def take_picture(mongo_url: str, *, prefix: str = "pavilion_", grace: Grace | None = None) -> Picture:
    """Read the databases `<prefix><service>` in one snapshot. Raises StackError where they cannot be read."""
    try:
        async with AsyncMongoClient[Document](mongo_url, serverSelectionTimeoutMS=5_000, tz_aware=True) as client:
            for tries in range(_TRIES_MAX):
                try:
                    return await _take(client, prefix, grace or Grace())
                except PyMongoError as error:
                    # A collection that was made just now is in no snapshot yet.
                    if getattr(error, "code", None) != _SNAPSHOT_UNAVAILABLE or tries == _TRIES_MAX - 1:
                        raise
    except PyMongoError as error:
        # The driver's message may hold the address with its password, so it is not repeated.
        raise StackError(
            f"The stores cannot be read ({type(error).__name__}).",
            "See whether MongoDB runs (`pavilion status`), or correct PAVILION_MONGO.",
        ) from error
    raise AssertionError("every try returns or raises")


async def _take(client: AsyncMongoClient[Document], prefix: str, grace: Grace) -> Picture:
    async with client.start_session(snapshot=True) as session:
        shelves = {service: await _shelves(client[f"{prefix}{service}"], service, session) for service in SERVICES}
        return Picture(datetime.now(UTC), shelves, grace)


async def _shelves(database: AsyncDatabase[Document], service: str, session: AsyncClientSession) -> Shelves:
    async def read(collection: str, fields: Iterable[str] = ()) -> list[Document]:
        wanted = dict.fromkeys(fields, 1) or None
        return await database[collection].find({}, wanted, session=session).to_list()

    documents = {
        collection: {document["_id"]: document for document in await read(collection, fields)}
        for collection, fields in _COLLECTIONS[service].items()
    }
    mark = next(iter(await read("relay")), {})
    letters = await read("dead_letters", ("group", "key", "event", "type", "reason", "error"))
    return Shelves(
        documents=documents,
        outbox=await _outbox(database, session),
        numbered=mark.get("numbered", 0),
        published=mark.get("published", 0),
        heard={mark["id"]: page["at"] for page in await read("inbox") for mark in page["entries"]},
        letters=letters,
    )


async def _outbox(database: AsyncDatabase[Document], session: AsyncClientSession) -> list[Row]:
    # Page by page, so that the bodies of all events are never held at once.
    rows = [_row(row) async for page in database["outbox"].find({}, session=session) for row in outbox.rows([page])]
    return sorted(rows, key=lambda row: (row.position or 0, row.id))


def _row(row: outbox.Row) -> Row:
    told = orjson.loads(row.data) if row.data and row.topic == BOOKING_EVENTS.name else {}
    return Row(
        id=row.id,
        topic=row.topic,
        key=row.key,
        sequence=row.sequence,
        type=row.type,
        at=row.time,
        position=row.position,
        data={name: told[name] for name in _NEWS if name in told},
    )
