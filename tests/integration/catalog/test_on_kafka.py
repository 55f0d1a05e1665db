"""The catalog between MongoDB and Apache Kafka: what it tells arrives in order, and what it hears counts once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.contracts.cloudevents import headers
from shared.contracts.topics import BOOKING_BOOTHS, CATALOG_EVENTS, CATALOG_EXHIBITORS, TOPICS
from shared.runtime.clock import SystemClock
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.store import MongoStore
from tests.unit.catalog.kit import FAIR, Catalog, plan, row_of_booths, running
from tests.unit.catalog.test_published_plans import booth_now

pytestmark = pytest.mark.timeout(180)


async def eventually(what: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait until it is so; fails where it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not await what():
        assert time.monotonic() < deadline, "it did not come to be in time"
        await asyncio.sleep(0.05)


@pytest.fixture
async def live(mongod: str, mongo_database: str, kafka: str, tmp_path: Path) -> AsyncIterator[Catalog]:
    """A catalog with its relay and its consumer."""
    publisher = KafkaPublisher(kafka, "/tests")
    await publisher.create_topics(await publisher.missing_topics(TOPICS))
    store = MongoStore(mongod, mongo_database)
    async with running(store, tmp_path, SystemClock(), kafka_bootstrap=kafka) as catalog:
        components = catalog.service.components
        for component in components:
            await component.start()
        yield catalog
        await store.drop()
        for component in reversed(components):
            await component.stop()


async def records(bootstrap: str, topic: str, count: int) -> list[Any]:
    """The first `count` records about the fair on a topic."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    found: list[Any] = []

    async def enough() -> bool:
        for batch in (await consumer.getmany(timeout_ms=200)).values():
            found.extend(record for record in batch if dict(record.headers)["ce_subject"] == FAIR.encode())
        return len(found) >= count

    try:
        await eventually(enough)
    finally:
        await consumer.stop()
    return found


async def tell(bootstrap: str, *events: Any) -> None:
    """Publish booth states as booking does."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        for event in events:
            envelope = headers(
                id_=event.id,
                type_=event.type,
                source=event.source,
                time=datetime.now(UTC),
                sequence=event.sequence,
                subject=event.subject,
            )
            body = orjson.dumps(event.data)
            await producer.send_and_wait(BOOKING_BOOTHS.name, body, key=event.key.encode(), headers=envelope)
    finally:
        await producer.stop()


async def insist(live: Catalog, body: Any, **options: Any) -> httpx.Response:
    """Import a plan, again while it is not known what is free."""
    given: list[httpx.Response] = []

    async def answered() -> bool:
        given.append(await live.put_plan(body, **options))
        return given[-1].status_code != 503 or "not all heard yet" not in given[-1].json()["detail"]

    await eventually(answered)
    return given[-1]


async def test_told_in_order_heard_once(live: Catalog, kafka: str) -> None:
    await live.fair()
    await live.put_plan(plan(*row_of_booths("A-1", "A-2")))
    await live.ask("POST", f"/fairs/{FAIR}/publish")
    await insist(live, plan(*row_of_booths("A-1")))
    await insist(live, plan(*row_of_booths("A-1", "A-2")))
    await live.put_table("id,name,email\naltai,Altai,office@altai.example\n")
    await live.put_table("id,name\naltai,Altai Ltd.\n")
    told = [
        (
            dict(record.headers)["ce_type"].decode().removeprefix("pavilion.catalog."),
            record.key.decode(),
            int(dict(record.headers)["ce_sequence"]),
        )
        for record in await records(kafka, CATALOG_EVENTS.name, 7)
    ]
    by_key = {key: [(type_, seq) for type_, of, seq in told if of == key] for _, key, _ in told}
    assert by_key == {
        FAIR: [("fair.published.v1", 1)],
        f"{FAIR}/N1/A-1": [("booth.listed.v1", 1)],
        f"{FAIR}/N1/A-2": [("booth.listed.v1", 1), ("booth.withdrawn.v1", 2), ("booth.listed.v1", 3)],
        "altai": [("exhibitor.registered.v1", 1), ("exhibitor.changed.v1", 2)],
    }
    states = [orjson.loads(record.value) for record in await records(kafka, CATALOG_EXHIBITORS.name, 2)]
    assert [(state["name"], state["email"]) for state in states] == [
        ("Altai", "office@altai.example"),
        ("Altai Ltd.", "office@altai.example"),
    ]

    held = booth_now("A-2", "held", 1)
    await tell(kafka, held, held)

    without_it = plan(*row_of_booths("A-1"))
    # Not in a moment, but at once: what is on the topic is waited for before anything is decided.
    assert (await insist(live, without_it, params={"dry_run": "true"})).status_code == 409
    # Other tests tell of other fairs' booths on the same topic.
    ours = {"_id": {"$regex": f"^{FAIR}/"}}
    statuses = await live.service.core.store.find("booth_statuses", ours)
    assert [(status["_id"], status["v"], status["state"]) for status in statuses] == [(f"{FAIR}/N1/A-2", 1, "held")]
    # An old state under a new event id, as when a topic is filled again, comes before the new one and changes nothing.
    old = booth_now("A-2", "held", 1)
    free = booth_now("A-2", "free", 2)
    refilled = type(old)(**{name: getattr(old, name) for name in old.__slots__} | {"id": "ev-refilled"})
    await tell(kafka, refilled, free, refilled)
    assert (await insist(live, without_it, params={"dry_run": "true"})).status_code == 200
    readiness = await live.service.health.readiness()
    assert readiness.ready, readiness.parts


async def test_news_that_was_put_aside_keeps_its_hall_as_it_is_until_somebody_sees_to_it(
    live: Catalog, kafka: str
) -> None:
    await live.fair(halls=("N1", "N2"))
    for hall in ("N1", "N2"):
        await live.put_plan(plan(*row_of_booths("A-1", "A-2")), hall=hall)
    await live.ask("POST", f"/fairs/{FAIR}/publish")
    strange = booth_now("A-2", "evaporated", 1)
    await tell(kafka, strange)
    without_it = plan(*row_of_booths("A-1"))
    refused = await insist(live, without_it, params={"dry_run": "true"})
    assert refused.status_code == 503
    assert "dead letters" in refused.json()["detail"]
    assert (await insist(live, without_it, hall="N2", params={"dry_run": "true"})).status_code == 200
    letters = live.service.core.dead_letters
    for letter in await letters.list():
        await letters.drop(letter["id"])
    assert (await insist(live, without_it, params={"dry_run": "true"})).status_code == 200
