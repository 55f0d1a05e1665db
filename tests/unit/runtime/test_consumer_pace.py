"""How a consumer paces itself: it says when it is at rest, and gathers where nobody is kept waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from shared.runtime.clock import SystemClock
from shared.runtime.committer import Committer
from shared.runtime.consumer import Consumer, Subscription
from shared.runtime.dead_letters import DeadLetters
from shared.runtime.store import MemoryStore
from tests.builders.counters import COUNTER, tally

GATHER_SECONDS = 0.2


class Held(Consumer):
    """Applies nothing until it is let go."""

    def __init__(self, gather_seconds: float = 0.0) -> None:
        store = MemoryStore()
        committer = Committer(store, [COUNTER], SystemClock())
        subscription = Subscription("paced", ("topic",), tally, gather_seconds)
        super().__init__("127.0.0.1:1", subscription, committer, DeadLetters(store, committer))
        self._subscriber: Any = SimpleNamespace(consumer=None)
        self.go = asyncio.Event()
        self.fault: Exception | None = None

    async def apply(self, records: Sequence[ConsumerRecord]) -> None:
        await self.go.wait()
        if self.fault:
            raise self.fault


async def rests(consumer: Consumer) -> bool:
    try:
        await asyncio.wait_for(consumer.at_rest(), 0.05)
    except TimeoutError:
        return False
    return True


async def test_it_is_at_rest_but_while_a_batch_is_applied() -> None:
    consumer = Held()
    assert await rests(consumer)
    batch = asyncio.create_task(consumer._on_batch([]))
    await asyncio.sleep(0)
    assert not await rests(consumer)
    consumer.go.set()
    await batch
    assert await rests(consumer)


async def test_it_is_at_rest_again_after_a_batch_that_was_given_up_at_the_end() -> None:
    consumer = Held()
    consumer.fault = RuntimeError("stuck")
    consumer.go.set()
    batch = asyncio.create_task(consumer._on_batch([]))
    await asyncio.sleep(0)
    await consumer.stop()
    await batch
    assert await rests(consumer)


@pytest.mark.parametrize(("gather_seconds", "waits"), [(0.0, False), (GATHER_SECONDS, True)])
async def test_it_waits_after_a_batch_for_what_comes_next_only_where_it_was_told_to(
    gather_seconds: float, waits: bool
) -> None:
    consumer = Held(gather_seconds)
    consumer.go.set()
    begun = time.monotonic()
    await consumer._on_batch([])
    assert (time.monotonic() - begun >= GATHER_SECONDS) is waits


async def test_a_consumer_that_gathers_stops_at_once() -> None:
    consumer = Held(gather_seconds=3600)
    consumer.go.set()
    batch = asyncio.create_task(consumer._on_batch([]))
    await rests(consumer)
    await consumer.stop()
    await asyncio.wait_for(batch, 10)
