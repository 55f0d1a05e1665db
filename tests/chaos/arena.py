"""The whole stack, and on it a made-up fair for each test, entered and published as an organizer would."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition
from pymongo import AsyncMongoClient

from deploy.client.local import Servers
from deploy.invariants.check import check
from deploy.stack.options import Options
from deploy.stack.supervisor import Stack
from services.booking.adapters.store import BOOTHS, RESERVATIONS
from services.notification.adapters.store import CONTACTS, DELIVERIES, FAIRS, NOTICES
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_EVENTS, NOTIFICATION_EVENTS, TOPICS
from shared.runtime.auth import Principal, Role
from shared.runtime.batch import INBOX
from shared.runtime.dead_letters import LETTERS
from shared.runtime.outbox import OUTBOX, RELAY, Row
from tests.builders.rows import that
from tests.chaos import ledger
from tests.chaos.orders import Desk

# More than twice as long as the claim of a mailer that was killed, after which its mails are another's.
DEADLINE_SECONDS = 300.0
ADMIN = Principal("chaos-admin", Role.ADMIN)
ORGANIZER = Principal("chaos-organizer", Role.ORGANIZER, organizer="chaos")
SERVICES = ("catalog", "booking", "notification")
_POLL_SECONDS = 0.2


def options(data: Path, **changes: Any) -> Options:
    """The stack without its portal, whose dead stay dead."""
    chosen: dict[str, Any] = {"broker": "kafka", "services": SERVICES, "restart_dead": False, "ready_seconds": 120.0}
    return Options(data=data, port=0, **(chosen | changes))


async def until(unmet: Callable[[], Awaitable[Sequence[str]]]) -> None:
    """Wait until nothing is unmet any more; fails at a deadline with what is."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while said := await unmet():
        assert time.monotonic() < deadline, f"still after {DEADLINE_SECONDS:g} s: {list(said)[:5]}"
        await asyncio.sleep(_POLL_SECONDS)


@dataclass(slots=True)
class Fair:
    """A published fair; `odd` are the ids of events that nobody but the test has sent."""

    slug: str
    booths: list[str]
    exhibitors: list[str]
    odd: set[str] = field(default_factory=set)


class Arena:
    """A running stack as a test sees it; bound to the event loop that it was made in."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongo_url, tz_aware=True)
        self.desk = Desk(stack.issuer, stack.service_urls("booking"))

    async def close(self) -> None:
        await self.desk.close()
        await self.mongo.close()

    async def all(self, service: str, collection: str, **where: Any) -> list[dict[str, Any]]:
        """A service's documents as they are."""
        return await self.mongo[f"pavilion_{service}"][collection].find(where).to_list(None)

    async def rows(self, service: str, **where: Any) -> list[Row]:
        """What a service's outbox has, as far as it matches."""
        return that(await self.all(service, OUTBOX), **where)

    async def ask(self, service: str, method: str, path: str, who: Principal = ORGANIZER, **body: Any) -> Any:
        """One request that must succeed; its JSON."""
        url = f"{self.stack.service_urls(service)[0]}/api/{service}{path}"
        bearer = {"Authorization": f"Bearer {self.stack.token_for(who)}"} | body.pop("headers", {})
        async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
            answer = await http.request(method, url, headers=bearer, **body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def fair(self, slug: str, *, booths: int = 12, exhibitors: int = 4, **settings: Any) -> Fair:
        """Enter and publish a fair, and wait until booking and notification know of it."""
        numbers = [f"B-{n:03}" for n in range(booths)]
        names = [f"{slug}-x{n}" for n in range(exhibitors)]
        await self.ask("catalog", "PUT", f"/venues/{slug}", json=_venue())
        await self.ask("catalog", "PUT", f"/fairs/{slug}", json=_fair(slug) | settings)
        await self.ask("catalog", "PUT", f"/fairs/{slug}/halls/1/floor-plan", content=_plan(numbers))
        table = "id,name,country,language,email\n" + "".join(f"{n},{n},KZ,en,{n}@example.org\n" for n in names)
        csv = {"Content-Type": "text/csv"}
        await self.ask("catalog", "PUT", f"/fairs/{slug}/exhibitors", content=table.encode(), headers=csv)
        await self.ask("catalog", "POST", f"/fairs/{slug}/publish")

        async def unknown() -> list[str]:
            counts = {
                "booths": len(await self.all("booking", BOOTHS, fair=slug)) - booths,
                "contacts": len(await self.all("notification", CONTACTS, fair=slug)) - exhibitors,
                "fairs": len(await self.all("notification", FAIRS, _id=slug)) - 1,
                "open": len(await self.all("booking", "fairs", _id=slug, open=True)) - 1,
            }
            return [f"{name}: {count}" for name, count in counts.items() if count]

        await until(unknown)
        await self.quiet()
        return Fair(slug, [f"1/{number}" for number in numbers], names)

    async def waiting(self) -> list[str]:
        """What is still on its way: rows to publish, events to hear of, mails to send."""
        found = []
        for service in SERVICES:
            [mark] = await self.all(service, RELAY) or [{"published": 0}]
            late = {"$or": [{"last": None}, {"last": {"$gt": mark["published"]}}]}
            found += [f"{row.id} is not published" for row in that(await self.all(service, OUTBOX, **late))]
        marks = {mark["id"] for page in await self.all("notification", INBOX) for mark in page["entries"]}
        marks |= {f"notification:{letter['event']}" for letter in await self.all("notification", LETTERS)}
        for row in await self.rows("booking", topic=BOOKING_EVENTS.name):
            if f"notification:{row.id}" not in marks:
                found.append(f"{row.id} is not heard of")
        due = await self.all("notification", DELIVERIES, state="pending")
        return [*found, *(f"{one['_id']} is not sent" for one in due)]

    async def published(self) -> None:
        """Wait until everything that booking has decided so far is on the broker."""
        rows = {row.id for row in await self.rows("booking")}

        async def unpublished() -> list[str]:
            [mark] = await self.all("booking", RELAY)
            there = await self.rows("booking")
            return sorted(rows - {row.id for row in there if row.position and row.position <= mark["published"]})

        await until(unpublished)

    async def heard(self, reservation: str) -> None:
        """Wait until the exhibitor of a reservation has news of it."""

        async def silent() -> list[str]:
            found = await self.all("notification", NOTICES, **{"news.reservation": reservation})
            return [] if found else [f"nobody has heard of {reservation}"]

        await until(silent)

    async def quiet(self) -> None:
        """Wait until nothing is on its way any more."""
        await until(self.waiting)

    async def violations(self) -> list[str]:
        """What `pavilion check` says of the stores and topics as they are now."""
        servers = Servers(self.stack.mongo_url, self.stack.bootstrap, self.stack.broker_kind, None)
        return [difference for finding in await check(servers) for difference in finding.differences]

    async def findings(self, fair: Fair, *, mails_doubled_max: int = 0) -> list[str]:
        """Everything that is wrong with a fair: its state, its events, their records, notices and mails.

        What `pavilion check` looks at is waited for: the catalog may be the last to hear how a booth stands. Where
        strange events are on the topics it would rightly object, so it is not asked.
        """
        if not fair.odd:
            await until(self.violations)
        rows = await self.rows("booking", subject=fair.slug)
        booths = await self.all("booking", BOOTHS, fair=fair.slug)
        reservations = await self.all("booking", RESERVATIONS, fair=fair.slug)
        found = ledger.contradictions(booths, reservations)
        for topic, aggregates in ((BOOKING_EVENTS, reservations), (BOOKING_BOOTHS, booths)):
            of_topic = [row for row in rows if row.topic == topic.name]
            found += ledger.broken_sequences(of_topic, aggregates)
            records = await self.records(topic.name, fair.slug, {row.id for row in of_topic})
            found += ledger.untrue_topics(of_topic, records, frozenset(fair.odd))
        for service in SERVICES:
            [mark] = await self.all(service, RELAY)
            found += ledger.broken_positions(await self.rows(service), mark)
        notices = await self.all("notification", NOTICES, fair=fair.slug)
        deliveries = await self.all("notification", DELIVERIES, fair=fair.slug)
        sent = await self.rows("notification", topic=NOTIFICATION_EVENTS.name, subject=fair.slug)
        found += ledger.untold(rows, notices, deliveries)
        found += [] if len(sent) == len(deliveries) else [f"{len(deliveries)} deliveries, {len(sent)} told of"]
        return found + ledger.wrong_mails(deliveries, self._mails(), doubled_max=mails_doubled_max)

    def _mails(self) -> list[Any]:
        assert self.stack.mail is not None
        return self.stack.mail.messages()

    async def records(self, topic: str, subject: str, wanted: set[str]) -> list[Any]:
        """The records of a topic about a fair, read from its beginning until every wanted id was met, or a deadline.

        Not until the end: the broker in memory does not know where that is.
        """
        consumer = AIOKafkaConsumer(bootstrap_servers=self.stack.bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        found: list[Any] = []
        missing, idle = set(wanted), 0
        deadline = time.monotonic() + 30
        try:
            [partitions] = [declared.partitions for declared in TOPICS if declared.name == topic]
            consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
            await consumer.seek_to_beginning()
            # Once everything was met, a few empty polls more: what came twice may lie behind.
            while time.monotonic() < deadline and (missing or idle < 3):
                batches = await consumer.getmany(timeout_ms=300)
                idle = 0 if batches else idle + 1
                for record in (record for records in batches.values() for record in records):
                    headers = dict(record.headers)
                    if headers.get("ce_subject", b"").decode() == subject:
                        found.append(record)
                        missing.discard(headers.get("ce_id", b"").decode())
        finally:
            await consumer.stop()
        return found

    async def produce(self, topic: str, key: str, value: bytes, headers: Sequence[tuple[str, bytes]]) -> None:
        """Put a record of one's own on a topic."""
        producer = AIOKafkaProducer(bootstrap_servers=self.stack.bootstrap, acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(topic, value, key=key.encode(), headers=list(headers))
        finally:
            await producer.stop()


@asynccontextmanager
async def arena(stack: Stack) -> AsyncIterator[Arena]:
    """The stack with everything running, and no crash asked for any more."""
    for service in stack.services:
        for index, process in enumerate(stack.services[service]):
            if not process.children()[0].running:
                await stack.restart(service, index, env={})
    made = Arena(stack)
    try:
        yield made
    finally:
        await made.close()


def _venue() -> dict[str, Any]:
    hall = {"hall": "1", "name": {"en": "Hall 1"}, "width_m": 400, "depth_m": 100}
    return {"name": {"en": "Arena"}, "city": "Almaty", "country": "KZ", "time_zone": "Asia/Almaty", "halls": [hall]}


def _fair(slug: str) -> dict[str, Any]:
    return {
        "name": {"en": f"Fair {slug}"},
        "venue": slug,
        "starts": "2027-05-10",
        "ends": "2027-05-13",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        "hold_ttl_seconds": 3600,
        "hold_extensions_max": 2,
        "held_booths_max": 200,
    }


def _plan(numbers: Sequence[str]) -> bytes:
    """Booths of 4 m by 3 m, sixty in a row."""
    features = [_booth(number, 1 + 6.0 * (at % 60), 1 + 5.0 * (at // 60)) for at, number in enumerate(numbers)]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _booth(number: str, x: float, y: float) -> dict[str, Any]:
    ring = [[x, y], [x + 4, y], [x + 4, y + 3], [x, y + 3], [x, y]]
    properties = {"number": number, "area_m2": 12}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
