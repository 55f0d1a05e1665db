"""Creating the topics that the contracts name."""

from __future__ import annotations

import asyncio
import time

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code

from deploy.stack.errors import StackError
from shared.contracts.topics import TOPICS, Topic


async def create_topics(
    bootstrap: str, *, replication_factor: int | None = None, timeout_seconds: float = 30.0
) -> list[str]:
    """Create the topics that are missing; answers their names.

    `replication_factor` None makes as many copies as there are brokers, three at most.

    Raises StackError when the broker cannot be reached in time or refuses one.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            return await _create_missing(bootstrap, replication_factor)
        except (KafkaConnectionError, TimeoutError, OSError) as error:
            if time.monotonic() > deadline:
                raise StackError(
                    f"No Kafka broker answers at {bootstrap}.", "Start it, or correct PAVILION_KAFKA."
                ) from error
            await asyncio.sleep(0.2)
        except KafkaError as error:
            raise StackError(f"The topics could not be created: {error}.", "Look into the broker's log.") from error


async def _create_missing(bootstrap: str, replication_factor: int | None) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [topic for topic in TOPICS if topic.name not in there]
        if missing:
            copies = replication_factor or min(3, len((await admin.describe_cluster())["brokers"]))
            answer = await admin.create_topics([_declared(topic, copies) for topic in missing])
            for name, code, *_ in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise error(f"{name}")
        return [topic.name for topic in missing]
    finally:
        await admin.close()


def _declared(topic: Topic, replication_factor: int) -> NewTopic:
    if topic.retention_ms is None:
        kept = {"cleanup.policy": "compact"}
    else:
        kept = {"cleanup.policy": "delete", "retention.ms": str(topic.retention_ms)}
    return NewTopic(topic.name, topic.partitions, replication_factor, topic_configs=kept)
