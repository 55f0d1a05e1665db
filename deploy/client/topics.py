"""Reading a topic from its first record to its present end, as part of no consumer group."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

_FETCH_MS: Final = 250
_QUIET_SECONDS: Final = 1.5


class TopicsUnreadable(Exception):
    """The broker did not answer, or not in time."""


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """One record: its key, its event's id, type and sequence (None where the headers say none), and where it lies.

    `data` is the JSON body, None for a tombstone.
    """

    topic: str
    partition: int
    offset: int
    key: str
    event: str | None
    type: str | None
    sequence: int | None
    subject: str | None
    data: dict[str, Any] | None


async def read_topics(
    bootstrap: str, topics: Sequence[str], *, ends_known: bool = True, timeout_seconds: float = 60.0
) -> list[TopicRecord]:
    """Every record of the topics, in order within each partition; topics that are not there have none.

    `ends_known` False is for a broker that cannot say where a topic ends: then its end is where nothing comes for
    a while. Raises TopicsUnreadable.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_bytes=16 * 1_048_576,
        max_partition_fetch_bytes=4 * 1_048_576,
    )
    try:
        async with asyncio.timeout(timeout_seconds):
            await consumer.start()
            try:
                return await _read(consumer, topics, ends_known=ends_known)
            finally:
                await consumer.stop()
    except (KafkaError, TimeoutError, OSError) as error:
        raise TopicsUnreadable(f"the topics at {bootstrap} cannot be read: {type(error).__name__} {error}") from error


async def _read(consumer: AIOKafkaConsumer, topics: Sequence[str], *, ends_known: bool) -> list[TopicRecord]:
    places = [
        TopicPartition(topic, partition) for topic in topics for partition in sorted(await _partitions(consumer, topic))
    ]
    if not places:
        return []
    consumer.assign(places)
    await consumer.seek_to_beginning(*places)
    ends = await consumer.end_offsets(places) if ends_known else {}
    found: list[TopicRecord] = []
    quiet_since = time.monotonic()
    while True:
        batches = await consumer.getmany(timeout_ms=_FETCH_MS, max_records=5_000)
        for records in batches.values():
            found += [_record(record) for record in records]
        if batches:
            quiet_since = time.monotonic()
        if ends_known:
            # Positions pass what compaction and markers took away, which counting records would wait for.
            if all([await consumer.position(place) >= ends[place] for place in places]):
                return found
        elif time.monotonic() - quiet_since > _QUIET_SECONDS:
            return found


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    if topic not in await consumer.topics():
        return set()
    await consumer._client.force_metadata_update()  # noqa: SLF001 - the public way needs a group
    return set(consumer.partitions_for_topic(topic) or ())


def _record(record: Any) -> TopicRecord:
    told = {name: value.decode(errors="replace") for name, value in record.headers if value is not None}
    sequence = told.get("ce_sequence", "")
    return TopicRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode(errors="replace"),
        event=told.get("ce_id"),
        type=told.get("ce_type"),
        sequence=int(sequence) if sequence.isdecimal() else None,
        subject=told.get("ce_subject"),
        data=_data(record.value),
    )


def _data(value: bytes | None) -> dict[str, Any] | None:
    if value is None:
        return None
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError:
        return {}
    return data if isinstance(data, dict) else {}
