"""The relay's way to Kafka: whole batches per partition, an idempotent producer, `acks=all`.

Of each partition one batch at a time is under way, so that a failed batch is never overtaken by the next. A producer
that the broker has put into an error state (a lost sequence, a fenced epoch) is thrown away and made anew.

The broker in memory forgets everything when it ends. It has no idempotent producer, it takes what is sent to topics
that it has forgotten, and it makes whatever topic is asked for. So a topic of the service's own, which nobody else asks
for, marks that it has not forgotten; and where it has, every topic is made anew, because only with a topic goes what it
took for it meanwhile: left there, that would be in the way of what the topic is filled with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.partitioner import murmur2

from shared.contracts import cloudevents
from shared.contracts.topics import Topic
from shared.runtime import metrics
from shared.runtime.outbox import Row
from shared.runtime.relay import PublishFailed, TopicsLost
from shared.runtime.topics import absent_topics

log = structlog.get_logger(__name__)

_BATCH_BYTES_MAX: Final = 900_000
_REPLICAS_MAX: Final = 3


class KafkaPublisher:
    """Publishes rows as CloudEvents.

    `in_memory` says which broker it is. `timeout_ms` bounds one acknowledgement.
    """

    def __init__(self, bootstrap: str, source: str, *, in_memory: bool = False, timeout_ms: int = 20_000) -> None:
        self._bootstrap = bootstrap
        self._source = source
        self._timeout_ms = timeout_ms
        self._marker = f"pavilion{source.replace('/', '.')}.marker" if in_memory else None
        self._producer: Any | None = None
        self._ends: dict[tuple[str, int], int] = {}

    async def missing_topics(self, topics: Sequence[Topic]) -> list[Topic]:
        """See Publisher.missing_topics."""
        names = [*(topic.name for topic in topics), *([self._marker] if self._marker else ())]
        try:
            absent = await absent_topics(self._bootstrap, names, self._timeout_ms)
        except (KafkaError, OSError) as failure:
            raise PublishFailed(f"the broker does not answer: {failure}") from failure
        return [topic for topic in topics if topic.name in absent or self._marker in absent]

    async def create_topics(self, topics: Sequence[Topic]) -> None:
        """See Publisher.create_topics; replicas follow the number of brokers, at most three."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=self._timeout_ms)
        try:
            await admin.start()
            self._ends.clear()
            if self._marker is None:
                await _create(admin, topics)
            else:
                await _create_anew(admin, topics)
                await _create(admin, [replace(topics[0], name=self._marker, partitions=1)])
        except (KafkaError, OSError) as failure:
            raise PublishFailed(f"topics could not be created: {failure}") from failure
        finally:
            await _closed(admin)

    async def publish(self, rows: Sequence[Row], within_seconds: float) -> None:
        """See Publisher.publish."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._publish(rows)
        except UnknownTopicOrPartitionError as failure:
            await self._abandon()
            raise TopicsLost(str(failure)) from failure
        except TopicsLost:
            # What the producer knows of their partitions may be wrong by now.
            await self._abandon()
            raise
        except (KafkaError, OSError, TimeoutError) as failure:
            await self._abandon()
            if isinstance(failure, KafkaError | TimeoutError) and await self._lost(rows):
                raise TopicsLost(str(failure)) from failure
            raise PublishFailed(f"{type(failure).__name__}: {failure}") from failure

    async def _publish(self, rows: Sequence[Row]) -> None:
        producer = await self._started()
        by_partition: dict[tuple[str, int], list[Row]] = {}
        for topic, same_topic in _grouped(rows).items():
            partitions = sorted(await producer.partitions_for(topic))
            for row in same_topic:
                index = (murmur2(row.key.encode()) & 0x7FFFFFFF) % len(partitions)
                by_partition.setdefault((topic, partitions[index]), []).append(row)
        sends = [self._send(producer, *place, same) for place, same in by_partition.items()]
        results = await asyncio.gather(*sends, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _lost(self, rows: Sequence[Row]) -> bool:
        """Whether a broker answers and has none of these topics; aiokafka waits out an unknown topic as a time-out."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=self._timeout_ms)
        try:
            await admin.start()
            return not {row.topic for row in rows} <= set(await admin.list_topics())
        except (KafkaError, OSError):
            return False
        finally:
            await _closed(admin)

    async def _send(self, producer: Any, topic: str, partition: int, rows: Sequence[Row]) -> None:
        waiting = list(rows)
        while waiting:
            batch = producer.create_batch()
            count = 0
            for row in waiting:
                if not self._append(batch, row):
                    break
                count += 1
            if not count:
                raise PublishFailed(f"event {waiting[0].id} is larger than a batch may be")
            batch.close()
            acknowledged = await producer.send_batch(batch, topic, partition=partition)
            self._note_end(topic, partition, (await acknowledged).offset, count)
            metrics.relay_published.labels(topic).inc(count)
            waiting = waiting[count:]

    def _note_end(self, topic: str, partition: int, offset: int, count: int) -> None:
        """Raises TopicsLost where what was acknowledged earlier cannot be there any more."""
        if 0 <= offset < self._ends.get((topic, partition), 0):
            self._ends.clear()
            raise TopicsLost(f"{topic}/{partition} begins again at {offset}")
        self._ends[topic, partition] = offset + count

    def _append(self, batch: Any, row: Row) -> bool:
        headers = cloudevents.headers(
            id_=row.id,
            type_=row.type,
            source=self._source,
            time=row.time,
            sequence=row.sequence,
            subject=row.subject,
            traceparent=row.traceparent,
        )
        # The record's own time is that of publishing: a broker refuses times too far from its clock, for ever.
        added = batch.append(timestamp=None, key=row.key.encode(), value=row.data, headers=headers)
        return added is not None

    async def _started(self) -> Any:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                acks="all",
                enable_idempotence=self._marker is None,
                max_batch_size=_BATCH_BYTES_MAX,
                request_timeout_ms=self._timeout_ms,
                linger_ms=0,
            )
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    async def _abandon(self) -> None:
        """Hang up without sending what waits: by now it may be another process's to send, and this would be late."""
        producer = self._producer
        if producer is not None and (sender := producer._sender) is not None and sender.sender_task is not None:  # noqa: SLF001
            sender.sender_task.cancel()
        await self.close()

    async def close(self) -> None:
        """See Publisher.close."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(producer.stop(), self._timeout_ms / 1000)


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.topic, []).append(row)
    return grouped


def _new_topic(topic: Topic, replicas: int) -> NewTopic:
    if topic.compacted:
        configs = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.2"}
    else:
        configs = {"cleanup.policy": "delete", "retention.ms": str(topic.retention_ms)}
    if replicas == _REPLICAS_MAX:
        configs["min.insync.replicas"] = "2"
    return NewTopic(topic.name, topic.partitions, replicas, topic_configs=configs)


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    """Create topics, but for those that are there. Raises KafkaError, PublishFailed."""
    replicas = min(len((await admin.describe_cluster())["brokers"]), _REPLICAS_MAX)
    try:
        answer = await admin.create_topics([_new_topic(topic, replicas) for topic in topics])
    except TopicAlreadyExistsError:
        return
    for name, code, *_ in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise PublishFailed(f"{name} could not be created: {for_code(code).__name__}")


async def _create_anew(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    """Create topics that are surely empty. Raises KafkaError, PublishFailed."""
    names = [topic.name for topic in topics]
    await _create(admin, topics)
    await admin.delete_topics(names)
    await _create(admin, topics)
    partitions = {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics(names)}
    if other := [topic.name for topic in topics if partitions[topic.name] != topic.partitions]:
        raise PublishFailed(f"a listener was faster in creating {', '.join(other)}")


async def _closed(admin: AIOKafkaAdminClient) -> None:
    with suppress(KafkaError, OSError):
        await admin.close()
