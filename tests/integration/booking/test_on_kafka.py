"""Booking between the catalog's events and its own, on Apache Kafka: heard once, told in order, timers included."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from shared.contracts import events as e
from shared.contracts.cloudevents import Envelope, decode
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_EVENTS, CATALOG_EVENTS, TOPICS
from shared.runtime.auth import Issuer
from shared.runtime.clock import SystemClock
from shared.runtime.dead_letters import LETTERS
from shared.runtime.outbox import Row
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.store import MongoStore, OutboxEvent
from tests.builders.counters import eventually
from tests.builders.rows import row_of
from tests.unit.booking.house import House, exhibitor, listed, published

NUMBERS = [f"N{n}" for n in range(40)]


@pytest.fixture
def fair() -> str:
    """The broker is shared with other tests, so this one has a fair of its own."""
    return f"fair-{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def house(mongod: str, mongo_database: str, kafka: str, tmp_path: Path) -> AsyncIterator[House]:
    issuer = Issuer.open(tmp_path / "issuer.pem")
    issuer.write_jwks(tmp_path / "jwks.json")
    await KafkaPublisher(kafka, "/tests").create_topics(TOPICS)
    store = MongoStore(mongod, mongo_database)
    house = House(store, issuer, tmp_path / "jwks.json", SystemClock(), settings={"kafka_bootstrap": kafka})
    for component in house.booking.components:
        await component.start()

    async def is_ready() -> bool:
        return (await house.booking.health.readiness()).ready

    await eventually(is_ready, "booking is ready", seconds=60)
    yield house
    for component in reversed(house.booking.components):
        await component.stop()
    await house.stop()
    cleaner = MongoStore(mongod, mongo_database)
    await cleaner.drop()
    await cleaner.close()


def _row(event: e.Event, key: str, sequence: int, fair: str) -> Row:
    return row_of(OutboxEvent(CATALOG_EVENTS.name, event.type_, key, event, fair), sequence)


async def _publish(kafka: str, rows: Sequence[Row]) -> None:
    publisher = KafkaPublisher(kafka, "/tests")
    await publisher.publish(rows, 30)
    await publisher.close()


async def _told(kafka: str, fair: str, count: int) -> list[Envelope]:
    """The first `count` events that booking published about a fair."""
    consumer = AIOKafkaConsumer(
        BOOKING_EVENTS.name, BOOKING_BOOTHS.name, bootstrap_servers=kafka, auto_offset_reset="earliest", group_id=None
    )
    await consumer.start()
    found: list[Envelope] = []

    async def all_there() -> bool:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            envelopes = [decode(record.headers, record.key, record.value) for record in records]
            found.extend(envelope for envelope in envelopes if envelope.subject == fair)
        return len(found) >= count

    try:
        await eventually(all_there, f"{count} events of {fair}")
    finally:
        await consumer.stop()
    return found


async def _hold(house: House, fair: str, who: str, *numbers: str) -> dict[str, Any]:
    client = await house.http(exhibitor(who))
    wish = {"fair": fair, "booths": [f"1/{number}" for number in numbers], "exhibitor": who}
    answer = await client.post("/reservations", json=wish)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_plan_on_kafka_becomes_booths_and_a_reservations_life_is_told_in_order(
    house: House, kafka: str, fair: str
) -> None:
    rows = [_row(listed(number, fair=fair), f"{fair}/1/{number}", 1, fair) for number in NUMBERS]
    opening = _row(published(fair=fair, hold_ttl_seconds=2), fair, 1, fair)
    # Booths before their fair, and everything twice: partitions promise no order, a relay may repeat itself.
    await _publish(kafka, [*rows, opening])
    await _publish(kafka, [*rows, opening])
    client = await house.http(exhibitor("acme"))

    async def all_listed() -> bool:
        answer = await client.get(f"/fairs/{fair}/booths")
        return answer.status_code == 200 and len(answer.json()["booths"]) == len(NUMBERS)

    await eventually(all_listed, "every booth is listed")
    kept = await _hold(house, fair, "acme", "N0", "N1")
    assert (await client.post(f"/reservations/{kept['id']}/confirm")).status_code == 200
    lost = await _hold(house, fair, "acme", "N2")

    async def freed() -> bool:
        return bool((await client.get(f"/reservations/{lost['id']}")).json()["state"] == "expired")

    await eventually(freed, "the timer ended the hold")
    told = await _told(kafka, fair, len(NUMBERS) + 4 + 2 + 2 + 2)
    of_key: dict[str, list[tuple[int, str]]] = {}
    for envelope in told:
        of_key.setdefault(envelope.key, []).append((envelope.sequence, envelope.type))
    assert [type_ for _, type_ in of_key[kept["id"]]] == [e.ReservationHeld.type_, e.ReservationConfirmed.type_]
    assert [type_ for _, type_ in of_key[lost["id"]]] == [e.ReservationHeld.type_, e.ReservationExpired.type_]
    for sequences in of_key.values():
        assert [sequence for sequence, _ in sequences] == list(range(1, len(sequences) + 1))
    last = {envelope.key: envelope.data for envelope in told if envelope.data and envelope.type == e.BoothNow.type_}
    states = {key.rpartition("/")[2]: data["state"] for key, data in last.items()}
    assert states == {**dict.fromkeys(NUMBERS, "free"), "N0": "reserved", "N1": "reserved"}


async def test_what_cannot_be_read_is_put_aside_and_its_neighbours_are_heard(
    house: House, kafka: str, fair: str
) -> None:
    broken = _row(listed("N0", fair=fair), f"{fair}/1/N0", 1, fair)._replace(data=b'{"booth": 7}')
    sound = [_row(listed(number, fair=fair), f"{fair}/1/{number}", 1, fair) for number in NUMBERS[1:]]
    behind = _row(listed("N0", fair=fair), f"{fair}/1/N0", 2, fair)
    await _publish(kafka, [_row(published(fair=fair), fair, 1, fair), broken, *sound, behind])
    client = await house.http(exhibitor("acme"))

    async def others_listed() -> bool:
        answer = await client.get(f"/fairs/{fair}/booths")
        return answer.status_code == 200 and len(answer.json()["booths"]) == len(NUMBERS) - 1

    async def both_aside() -> bool:
        return len(await house.store.find(LETTERS, {"group": "booking"})) == 2

    await eventually(others_listed, "all but the unreadable booth are listed")
    await eventually(both_aside, "the unreadable event and the one behind it are in the dead letters")
