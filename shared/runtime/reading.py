"""Reading on where a poll fails: nothing is skipped, and what no client can read is said.

A poll that fails on one partition has taken records of others before, and they are gone with the failure: going on
would skip them. So it is read again from where offsets were committed, record by record. A partition that cannot be
read on, as for a header whose name is no text, stands still: what no client can read, none can park.

FastStream keeps how its loop fares to itself; here it is noted, said in the log, and asked for by `ready`.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError

from shared.runtime.health import NotReady

log = structlog.get_logger(__name__)

Poll = Callable[[Any], Awaitable[tuple[ConsumerRecord, ...]]]
Loop = Callable[[Any], Awaitable[None]]

_PROBE_MS: Final = 200
_ONE_BY_ONE_MAX: Final = 100
_PAUSE_SECONDS: Final = 0.5


class Reading:
    """How one group reads; `unreadable` are the partitions that stand still. It may end once `stopping` is set."""

    def __init__(self, group: str, stopping: asyncio.Event) -> None:
        self._group = group
        self._stopping = stopping
        self._ended: str | None = None
        self._failing: str | None = None
        self._polled_at = math.inf
        self.unreadable: set[TopicPartition] = set()

    def ready(self, assigned: set[TopicPartition], silent_seconds_max: float) -> None:
        """Raises NotReady where some of what is assigned is not read on, or none of it for too long."""
        if trouble := self._ended or self._failing:
            raise NotReady(f"{self._group} {trouble}; see the log")
        if stuck := self.unreadable & assigned:
            raise NotReady(f"{self._group} cannot read on in {named(stuck)}; see the log")
        if (silent := time.monotonic() - self._polled_at) > silent_seconds_max:
            raise NotReady(f"{self._group} has read nothing for {silent:.0f} s")

    def watch_over(self, subscriber: Any) -> None:
        """Have a subscriber of FastStream's read through here; its own loop goes on behind a failed poll."""
        subscriber.get_msg = self._polling(subscriber.get_msg)
        # There is no other place at which the end of its loop can be seen.
        subscriber._run_consume_loop = self._looping(subscriber._run_consume_loop)  # noqa: SLF001

    def _polling(self, poll: Poll) -> Poll:
        async def poll_or_read_one_by_one(consumer: Any) -> tuple[ConsumerRecord, ...]:
            self._polled_at = time.monotonic()
            try:
                records = await poll(consumer)
            except ConsumerStoppedError:
                raise
            except Exception as failure:
                self._failing = f"cannot read: {type(failure).__name__}"
                log.exception("consumer.poll.failed", group=self._group)
                return await self._one_by_one(consumer)
            self._failing = None
            # Partitions that were shared out anew are read again; one that still cannot be read fails the poll again.
            self.unreadable &= consumer.paused()
            return records

        return poll_or_read_one_by_one

    def _looping(self, loop: Loop) -> Loop:
        async def loop_and_say_how_it_ended(consumer: Any) -> None:
            try:
                if self._ended:
                    # What the loop before had taken when it died is gone with it.
                    await self._go_back(consumer)
                self._ended = None
                await loop(consumer)
            except asyncio.CancelledError:
                self._end()
                raise
            except Exception as failure:
                # FastStream begins it anew at once, and keeps the reason to itself.
                self._ended = f"stopped reading: {type(failure).__name__}"
                log.exception("consumer.loop.failed", group=self._group)
                await asyncio.sleep(_PAUSE_SECONDS)
                raise
            self._end()

        return loop_and_say_how_it_ended

    def _end(self) -> None:
        """The loop has ended for good; that is news where nobody asked for it."""
        if not self._stopping.is_set():
            self._ended = "has stopped reading"
            log.error("consumer.loop.ended", group=self._group)

    async def _one_by_one(self, consumer: Any) -> tuple[ConsumerRecord, ...]:
        found: list[ConsumerRecord] = []
        await self._go_back(consumer)
        try:
            for place in sorted(consumer.assignment() - consumer.paused()):
                await self._read_on(consumer, place, found)
        except (KafkaError, IllegalStateError) as failure:
            # What was found is given on, and its offsets committed; the rest is read at the next poll.
            log.warning("consumer.reading.failed", group=self._group, error=str(failure))
        return tuple(found)

    async def _go_back(self, consumer: Any) -> None:
        while not await self._gone_back(consumer):  # noqa: ASYNC110 - the broker has no event for it
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _gone_back(self, consumer: Any) -> bool:
        """Whether reading begins again where offsets stand; until it does, nothing may be read on."""
        if not consumer.assignment():
            return True
        try:
            committed = await consumer.seek_to_committed()
            # Where nothing was committed yet, that leaves the place as the failed poll had moved it.
            if unbegun := [place for place, offset in committed.items() if not offset]:
                await consumer.seek_to_beginning(*unbegun)
        except IllegalStateError:
            # The partitions go to somebody else, or come again: either begins where offsets stand.
            return True
        except KafkaError as failure:
            log.warning("consumer.going_back.failed", group=self._group, error=str(failure))
            return False
        return True

    async def _read_on(self, consumer: Any, place: TopicPartition, found: list[ConsumerRecord]) -> None:
        try:
            for _ in range(_ONE_BY_ONE_MAX):
                batch = await consumer.getmany(place, timeout_ms=_PROBE_MS, max_records=1)
                if not batch:
                    return
                found += batch[place]
        except (ConsumerStoppedError, IllegalStateError):
            raise
        except Exception as failure:
            if isinstance(failure, KafkaError) and failure.retriable:
                raise
            log.exception("consumer.partition.unreadable", group=self._group, partition=named({place}))
            consumer.pause(place)
            self.unreadable.add(place)


def named(places: set[TopicPartition]) -> str:
    """Partitions as people write them."""
    return ", ".join(sorted(f"{place.topic}/{place.partition}" for place in places))
