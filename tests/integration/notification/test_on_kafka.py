"""From a reservation's event on Apache Kafka to an inbox entry, a mail, and the event that tells of the mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.stack.ports import free_port
from services.notification.adapters.subscription import GROUP, LISTENS_TO
from shared.contracts import events as e
from shared.contracts.cloudevents import decode
from shared.contracts.topics import BOOKING_EVENTS, CATALOG_EVENTS, CATALOG_EXHIBITORS, NOTIFICATION_EVENTS
from shared.runtime.clock import SystemClock
from shared.runtime.outbox import Row
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.service import serve
from shared.runtime.store import MongoStore, OutboxEvent
from tests.builders.counters import eventually
from tests.builders.rows import row_of
from tests.integration.notification.mail_servers import Postmaster, serving
from tests.unit.notification.builders import (
    ANNA,
    FAIR,
    Rig,
    contact_event,
    event_in,
    exhibitor,
    fair_event,
    invitations,
    reservation_event,
)
from tests.unit.notification.conftest import MakeRig

COUNT = 60


def row(topic: str, type_: str, key: str, data: dict[str, Any] | None, sequence: int) -> Row:
    model = next(one for one in _subclasses(e.Event) if getattr(one, "type_", None) == type_)
    body = None if data is None else model.model_validate(data)
    return row_of(OutboxEvent(topic, type_, key, body, FAIR), sequence)


def _subclasses(model: type[e.Event]) -> list[type[e.Event]]:
    return [one for child in model.__subclasses__() for one in (child, *_subclasses(child))]


def events() -> list[Row]:
    """A fair, its exhibitors, and a reservation of each exhibitor, with one co-exhibitor on all."""
    received = [fair_event(), contact_event("borealis"), *(contact_event(f"x{n}") for n in range(COUNT))]
    received += [reservation_event(reservation=f"res-{n}", exhibitor=f"x{n}") for n in range(COUNT)]
    return [row(one.topic, one.type, one.key, one.data, one.sequence) for one in received]


@pytest.fixture
async def postmaster() -> AsyncIterator[tuple[Postmaster, int]]:
    master = Postmaster()
    async with serving(master) as port:
        yield master, port


@pytest.fixture
async def running(
    make_rig: MakeRig, mongod: str, mongo_database: str, kafka: str, postmaster: tuple[Postmaster, int]
) -> AsyncIterator[Rig]:
    store = MongoStore(mongod, mongo_database)
    await KafkaPublisher(kafka, "/tests").create_topics([*LISTENS_TO, NOTIFICATION_EVENTS])
    service = make_rig(
        store, clock=SystemClock(), use_smtp=True, smtp_port=postmaster[1], kafka_bootstrap=kafka, port=free_port()
    )
    stop = asyncio.Event()
    life = asyncio.create_task(serve(service.service, stop=stop))

    async def is_ready() -> bool:
        assert not life.done()
        return (await service.service.health.readiness()).ready

    await eventually(is_ready, "notification is ready")
    yield service
    stop.set()
    assert await life == 0
    rest = MongoStore(mongod, mongo_database)
    await rest.drop()
    await rest.close()


async def published(kafka: str, rows: Sequence[Row]) -> None:
    publisher = KafkaPublisher(kafka, "/tests")
    await publisher.publish(rows, 30)
    await publisher.close()


async def test_an_event_on_kafka_becomes_an_entry_a_mail_and_an_event_each_once(
    running: Rig, kafka: str, postmaster: tuple[Postmaster, int]
) -> None:
    rows = events()
    # Reservations first and everything twice: topics promise no order between them, and a relay may repeat itself.
    late, early = (
        [r for r in rows if r.topic != BOOKING_EVENTS.name],
        [r for r in rows if r.topic == BOOKING_EVENTS.name],
    )
    assert {r.topic for r in late} == {CATALOG_EVENTS.name, CATALOG_EXHIBITORS.name}
    await published(kafka, early)
    await published(kafka, late)
    await published(kafka, rows)
    master, _ = postmaster

    async def all_mailed() -> bool:
        return len(master.message_ids()) >= 2 * COUNT

    await eventually(all_mailed, "every mail arrived", seconds=60)
    told: dict[str, Any] = {}
    consumer = AIOKafkaConsumer(
        NOTIFICATION_EVENTS.name, bootstrap_servers=kafka, auto_offset_reset="earliest", group_id=None
    )
    await consumer.start()
    mine = {mail_id.strip("<>").partition("@")[0] for mail_id in master.message_ids()}
    async with asyncio.timeout(30):
        while mine - told.keys():
            record = await consumer.getone()
            envelope = decode(record.headers, record.key, record.value)
            told[envelope.key] = envelope
    await consumer.stop()
    assert len(master.message_ids()) == len(set(master.message_ids())) == 2 * COUNT
    assert {told[id_].type for id_ in mine} == {e.DeliverySent.type_}
    transport = httpx.ASGITransport(app=running.service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://pavilion.test") as client:
        answer = await client.get("/api/notification/inbox", headers=running.bearer(exhibitor("borealis")))
    entries = answer.json()["entries"]
    assert len({entry["params"]["reservation"] for entry in entries}) == len(entries) == 50
    assert answer.json()["unseen"] == COUNT


async def test_an_invitation_on_kafka_arrives_as_an_event_for_the_calendar_and_is_called_off(
    running: Rig, kafka: str, postmaster: tuple[Postmaster, int]
) -> None:
    asked, gone = invitations(1, ANNA, booking="spb-kafka"), invitations(2, booking="spb-kafka")
    rows = [row(one.topic, one.type, one.key, one.data, one.sequence) for one in (asked, gone)]
    master, _ = postmaster

    async def mailed(count: int) -> bool:
        return len(master.taken) >= count

    # One after the other: an invitation that has not left when it is called off is never sent.
    await published(kafka, [rows[0]])
    await eventually(lambda: mailed(1), "the invitation arrived", seconds=60)
    await published(kafka, rows)
    await eventually(lambda: mailed(2), "it was called off", seconds=60)
    read = sorted((event_in(message) for message in master.taken), key=lambda one: one[1].sequence.value)
    assert [(method, event.uid.value) for method, event in read] == [
        ("REQUEST", "spb-kafka-0@pavilion"),
        ("CANCEL", "spb-kafka-0@pavilion"),
    ]
    assert set(master.recipients) == {ANNA.email}


async def test_the_group_is_the_one_that_operators_know(running: Rig) -> None:
    parts = (await running.service.health.readiness()).parts
    assert parts == {"keys": "ok", "store": "ok", "relay": "ok", f"consumer:{GROUP}": "ok", "mailer": "ok"}
