"""Booking processes that know nothing of each other but their database, and what they are to fight about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient

from deploy.invariants import calendars
from deploy.invariants.picture import Picture, Shelves
from deploy.stack.ports import free_ports
from deploy.stack.services import ServiceProcess
from services.booking.adapters import space_store
from services.booking.adapters.store import BOOTHS, COLLECTIONS, FAIRS, KINDS, RESERVATIONS
from services.booking.domain.booth import Booth
from services.booking.domain.fair import Fair
from services.booking.domain.spaces.venue import Space, Venue
from services.booking.ports import BOOTH, DIRECTORY, FAIR, SPACE, VENUE
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_EVENTS, BOOKING_SPACES, TOPICS
from shared.runtime import committer
from shared.runtime.auth import Issuer
from shared.runtime.outbox import OUTBOX, Row
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.store import MongoStore
from tests.builders.rows import that
from tests.chaos import ledger
from tests.chaos.orders import Desk

ORGANIZER = "rivals-organizer"
_encode = {kind.name: kind.encode for kind in (*KINDS, *space_store.KINDS)}


@dataclass(slots=True)
class Ring:
    """Where rivals meet: a desk before all processes, and the database behind them."""

    desk: Desk
    mongo: AsyncMongoClient[dict[str, Any]]
    database: str

    async def fair(
        self,
        slug: str,
        booths: Sequence[str],
        parts: Mapping[str, Sequence[str]] | None = None,
        ttl_seconds: int = 3600,
    ) -> None:
        """A published fair with free booths in hall 1, as if the catalog had told of it; `parts` by their outline."""
        parts = parts or {}
        outlines = {part: [whole for whole, inside in parts.items() if part in inside] for part in booths}
        fair = Fair(slug, ORGANIZER, hold_ttl_seconds=ttl_seconds, hold_extensions_max=2, held_booths_max=10_000)
        made = (
            Booth(
                f"{slug}/1/{name}",
                slug,
                "1",
                name,
                area_m2=12.0,
                parts=tuple(f"{slug}/1/{part}" for part in parts.get(name, ())),
                part_of=tuple(f"{slug}/1/{whole}" for whole in outlines[name]),
            )
            for name in booths
        )
        known = self.mongo[self.database]
        await known[FAIRS].insert_one({"_id": slug, "v": 1, **_encode[FAIR](fair)})
        await known[BOOTHS].insert_many([{"_id": booth.id, "v": 1, **_encode[BOOTH](booth)} for booth in made])

    async def centre(self, slug: str, spaces: Mapping[str, Sequence[str]], **buffers: int) -> None:
        """A venue that is always open, with spaces by the atoms that they are made of, as if the catalog had told."""
        known = self.mongo[self.database]
        made = [Space(f"{slug}/{name}", slug, (("", tuple(atoms)),), **buffers) for name, atoms in spaces.items()]
        await known[space_store.VENUES].insert_one(
            {"_id": slug, "v": 1, **_encode[VENUE](Venue(slug, ORGANIZER, "Asia/Shanghai"))}
        )
        await known[space_store.SPACES].insert_many([{"_id": one.id, "v": 1, **_encode[SPACE](one)} for one in made])
        await known[space_store.DIRECTORIES].insert_one({"_id": slug, "v": 1, **_encode[DIRECTORY](tuple(made))})

    async def calendars(self) -> list[str]:
        """Everything that is wrong with bookings of spaces and their calendars."""
        async with self.mongo.start_session(snapshot=True) as session:
            documents = {
                name: {one["_id"]: one async for one in self.mongo[self.database][name].find({}, session=session)}
                for name in (space_store.BOOKINGS, space_store.PAGES)
            }
        picture = Picture(datetime.now(UTC), {"booking": Shelves(documents, [])})
        asked = (calendars.one_booking_an_atom, calendars.pages_follow_bookings, calendars.ranks_without_gaps)
        found = [said for ask in asked for said in ask(picture).differences]
        bookings = list(documents[space_store.BOOKINGS].values())
        return found + ledger.broken_sequences(await self.rows(topic=BOOKING_SPACES.name), bookings)

    async def all(self, collection: str, **where: Any) -> list[dict[str, Any]]:
        """Documents as they are."""
        return await self.mongo[self.database][collection].find(where).to_list(None)

    async def rows(self, **where: Any) -> list[Row]:
        """What the outbox has, as far as it matches."""
        return that(await self.all(OUTBOX), **where)

    async def findings(self) -> list[str]:
        """Everything that is wrong with the database, whichever test it comes from; as of one instant, for holds may
        run out meanwhile.
        """
        async with self.mongo.start_session(snapshot=True) as session:
            booths, reservations, pages = [
                await self.mongo[self.database][name].find({}, session=session).to_list(None)
                for name in (BOOTHS, RESERVATIONS, OUTBOX)
            ]
        found = ledger.contradictions(booths, reservations)
        found += ledger.broken_sequences(that(pages, topic=BOOKING_EVENTS.name), reservations)
        found += ledger.broken_sequences(that(pages, topic=BOOKING_BOOTHS.name), booths, before=1)
        return found


@asynccontextmanager
async def ring(
    directory: Path, mongo: str, kafka: str, database: str, *, processes: int = 2, module: str = "services.booking"
) -> AsyncIterator[Ring]:
    """Booking processes on one new database, ready; everything is gone in the end."""
    await KafkaPublisher(kafka, "/tests").create_topics(TOPICS)
    issuer = Issuer.open(directory / "issuer.pem")
    issuer.write_jwks(directory / "jwks.json")
    store = MongoStore(mongo, database)
    await store.prepare([*committer.COLLECTIONS, *COLLECTIONS, *space_store.COLLECTIONS])
    await store.close()
    env = {
        "PAVILION_SERVICE": "booking",
        "PAVILION_MONGO_URL": mongo,
        "PAVILION_MONGO_DATABASE": database,
        "PAVILION_KAFKA_BOOTSTRAP": kafka,
        "PAVILION_JWKS": str(directory / "jwks.json"),
        "PAVILION_ACCESS_LOG": "false",
        # Small batches collide often, which is what rivals are for.
        "PAVILION_BATCH_COMMANDS_MAX": "8",
    }
    servers = [
        ServiceProcess(
            f"booking {index}",
            module=module,
            port=port,
            log=directory / f"booking-{index}.log",
            env=env,
            extra={},
            ready_seconds=120,
        )
        for index, port in enumerate(free_ports(processes))
    ]
    async with AsyncExitStack() as stack:
        for server in servers:
            stack.push_async_callback(server.stop)
        await asyncio.gather(*(server.start() for server in servers))
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo, tz_aware=True)
        desk = Desk(issuer, [server.url for server in servers])
        stack.push_async_callback(client.close)
        stack.push_async_callback(client.drop_database, database)
        stack.push_async_callback(desk.close)
        yield Ring(desk, client, database)
