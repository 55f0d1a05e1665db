"""The relay's way to Kafka, on the real one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.stack.mesh import Mesh
from shared.contracts.topics import BOOKING_EVENTS, TOPICS
from shared.runtime.outbox import Row
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.relay import TopicsLost
from shared.runtime.topics import absent_topics


async def test_the_topics_are_made_as_the_contracts_say(kafka: str) -> None:
    publisher = KafkaPublisher(kafka, "/tests")
    await publisher.create_topics(TOPICS)
    await publisher.create_topics(TOPICS)  # again changes nothing
    assert await publisher.missing_topics(TOPICS) == []
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        for topic in TOPICS:
            described = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
            policy = {entry[0]: entry[1] for entry in described[0].resources[0][4]}["cleanup.policy"]
            assert policy == ("compact" if topic.compacted else "delete"), topic.name
    finally:
        await admin.close()


async def test_what_the_broker_in_memory_took_for_topics_that_it_forgot_is_not_in_the_way(tmp_path: Path) -> None:
    """Left there, some of what the topic is filled with would be refused, and some be hidden from listeners."""
    rows = [_row(number) for number in range(1, 8)]
    async with Mesh(tmp_path) as mesh:
        publisher = KafkaPublisher(mesh.bootstrap, "/tests", in_memory=True)
        await publisher.create_topics([BOOKING_EVENTS])
        await publisher.publish(rows[:3], 20)
        [broker] = mesh.children()
        await broker.kill()
        await mesh.start()
        with pytest.raises(TopicsLost):
            await publisher.publish(rows[3:5], 20)
        await publisher.publish(rows[5:], 20)
        assert await publisher.missing_topics([BOOKING_EVENTS]) == [BOOKING_EVENTS]
        # Whoever listens to a topic makes it; its owner sees all the same what was lost.
        assert await _read(mesh.bootstrap, 0) == []
        assert await absent_topics(mesh.bootstrap, [BOOKING_EVENTS.name], 5_000) == []
        assert await publisher.missing_topics([BOOKING_EVENTS]) == [BOOKING_EVENTS]
        await publisher.create_topics([BOOKING_EVENTS])
        await publisher.publish(rows, 20)
        assert await publisher.missing_topics([BOOKING_EVENTS]) == []
        await publisher.close()
        assert await _read(mesh.bootstrap, len(rows)) == [(n, row.id) for n, row in enumerate(rows)]


def _row(number: int) -> Row:
    topic = BOOKING_EVENTS.name
    return Row(f"{topic}/k/{number}", topic, "k", number, "t", b"{}", datetime.now(UTC), None, None, number)


async def _read(bootstrap: str, count: int) -> list[tuple[int, str]]:
    """Offset and id of the first so many records."""
    consumer = AIOKafkaConsumer(BOOKING_EVENTS.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            records = [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()
    return [(record.offset, dict(record.headers)["ce_id"].decode()) for record in records]
