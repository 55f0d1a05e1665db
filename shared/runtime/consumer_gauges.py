"""What is measured of a consumer beside its work: how far behind it is, how many letters wait; also while it is stuck.

Both are asked for now and then, of broker and store, whatever comes or does not come of the consumer's own loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime import metrics
from shared.runtime.dead_letters import DeadLetters
from shared.runtime.store import StoreError

log = structlog.get_logger(__name__)

_MEASURE_SECONDS_MAX: Final = 10.0


class Gauges:
    """One group's lag and letters; `consumer` gives the client, None where there is none yet."""

    def __init__(self, group: str, dead_letters: DeadLetters, consumer: Callable[[], AIOKafkaConsumer | None]) -> None:
        self._group = group
        self._dead_letters = dead_letters
        self._consumer = consumer
        self._shown: set[TopicPartition] = set()

    def show_lag(self, place: TopicPartition, lag: int) -> None:
        """Show how many events of a partition are not applied yet."""
        self._shown.add(place)
        metrics.consumer_lag.labels(self._group, place.topic, place.partition).set(max(0, lag))

    async def measure(self) -> None:
        """Measure both; what cannot be measured now is said in the log."""
        await asyncio.gather(self._guarded(self.measure_lag), self._guarded(self.count_letters))

    async def _guarded(self, measure: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(_MEASURE_SECONDS_MAX):
                await measure()
        except (KafkaError, StoreError, OSError) as failure:
            log.info("consumer.measuring.failed", group=self._group, error=str(failure) or type(failure).__name__)
        except Exception:
            log.exception("consumer.measuring.broken", group=self._group)

    async def count_letters(self) -> None:
        """Show how many letters the group has. Raises StoreUnavailable."""
        await self._dead_letters.measure(self._group)

    async def measure_lag(self) -> None:
        """Show how far committed offsets are behind the ends, as the broker has both. Raises KafkaError."""
        consumer = self._consumer()
        assigned = frozenset(consumer.assignment()) if consumer else frozenset()
        self._forget(self._shown - assigned)
        if consumer is None or not assigned:
            return
        places = sorted(assigned)
        ends = await consumer.end_offsets(places)
        committed = dict(zip(places, await asyncio.gather(*map(consumer.committed, places)), strict=True))
        unbegun = [place for place in places if committed[place] is None]
        starts = await consumer.beginning_offsets(unbegun) if unbegun else {}
        for place in places:
            if place in consumer.assignment():
                self.show_lag(place, ends[place] - (starts[place] if place in starts else committed[place]))

    def _forget(self, lost: set[TopicPartition]) -> None:
        """Show nothing of partitions that are another member's by now."""
        for place in lost:
            metrics.consumer_lag.remove(self._group, place.topic, place.partition)
        self._shown -= lost
