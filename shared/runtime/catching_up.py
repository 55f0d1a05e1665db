"""Whether a group of listeners has applied all that a topic held at the moment of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

_LOOK_SECONDS = 0.05


class Behind(Exception):
    """Not all that a topic holds is known to be applied; the message says why."""


async def heard_all(consumer: AIOKafkaConsumer | None, topic: str, within_seconds: float) -> None:
    """Returns once the consumer's group has applied everything that the topic held when this was called.

    Offsets are committed after their effects, whichever member of the group they belong to, so what is committed is
    applied (or parked, which the dead letters tell). Raises Behind where that takes longer, or the broker cannot say.
    """
    if consumer is None:
        raise Behind("no broker has been reached yet")
    try:
        async with asyncio.timeout(within_seconds):
            places = await _places(consumer, topic)
            starts, ends = await asyncio.gather(consumer.beginning_offsets(places), consumer.end_offsets(places))
            waiting = [place for place in places if ends[place] > starts[place]]
            # Offsets move in the broker, which sends no word of it.
            while waiting := await _behind(consumer, waiting, ends):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise Behind(f"{topic} is read, but not to its end") from None
    except KafkaError as failure:
        raise Behind(f"the broker does not say: {type(failure).__name__}") from failure


async def _places(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    # Of a topic that the client does not know yet, "no partition" would be taken for "nothing to hear".
    while not (numbers := consumer.partitions_for_topic(topic)):  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_SECONDS)
    return [TopicPartition(topic, number) for number in sorted(numbers)]


async def _behind(
    consumer: AIOKafkaConsumer, places: Sequence[TopicPartition], ends: dict[TopicPartition, int]
) -> list[TopicPartition]:
    committed = await asyncio.gather(*map(consumer.committed, places))
    return [place for place, offset in zip(places, committed, strict=True) if (offset or 0) < ends[place]]
