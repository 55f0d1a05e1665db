"""What a consumer shows of itself while something is wrong with it: in its gauges, in the log, and when it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from shared.runtime import metrics
from shared.runtime.clock import SystemClock
from shared.runtime.committer import Committer
from shared.runtime.consumer import Consumer, ConsumerLimits, Subscription
from shared.runtime.consumer_gauges import Gauges
from shared.runtime.dead_letters import LETTERS, DeadLetters
from shared.runtime.health import Background, NotReady
from shared.runtime.reading import Reading
from shared.runtime.store import MemoryStore
from tests.builders.counters import COUNTER, eventually, tally

GROUP = "watched"
HERE, THERE = TopicPartition("topic", 0), TopicPartition("topic", 1)
QUICK = ConsumerLimits(backoff_seconds=0.01, measure_seconds=0.01)


def shown(group: str = GROUP) -> dict[int, float]:
    """The lag of each partition that is shown of a group."""
    [family] = metrics.consumer_lag.collect()
    return {int(one.labels["partition"]): one.value for one in family.samples if one.labels["group"] == group}


def letters_shown() -> float | None:
    return metrics.REGISTRY.get_sample_value("pavilion_dead_letters", {"group": GROUP})


class Client:
    """Kafka's client with two partitions, of which one was never committed."""

    def __init__(self) -> None:
        self.assigned = {HERE, THERE}
        self.ends = {HERE: 10, THERE: 4}
        self.fault: Exception | None = None
        self.refused = 0
        self.offsets: dict[TopicPartition, int] = {}
        self.went_back = 0

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    def paused(self) -> set[TopicPartition]:
        return set()

    async def seek_to_committed(self) -> dict[TopicPartition, int]:
        self.went_back += 1
        return {}

    async def getmany(self, *_places: TopicPartition, **_bounds: int) -> dict[TopicPartition, list[Any]]:
        return {}

    async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        if self.fault:
            raise self.fault
        return {place: self.ends[place] for place in places}

    async def beginning_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, 1)

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.refused:
            self.refused -= 1
            raise KafkaConnectionError
        self.offsets |= offsets

    def highwater(self, place: TopicPartition) -> int:
        return self.ends[place]

    async def committed(self, place: TopicPartition) -> int | None:
        return 7 if place == HERE else None


class Faulty(Consumer):
    """A consumer whose beginnings are the test's."""

    def __init__(self, begin: Callable[[], Awaitable[Any]]) -> None:
        self.store = MemoryStore()
        committer = Committer(self.store, [COUNTER], SystemClock())
        letters = DeadLetters(self.store, committer)
        super().__init__("127.0.0.1:1", Subscription(GROUP, ("topic",), tally), committer, letters, QUICK)
        self._begin_as = begin
        self.client = Client()
        self._subscriber = SimpleNamespace(consumer=self.client)

    async def _begin(self) -> Any:
        return await self._begin_as()


async def connected() -> Any:
    async def stop() -> None:
        """Nothing to stop."""

    return SimpleNamespace(stop=stop)


async def says(ask: Callable[[], Awaitable[None]], text: str) -> bool:
    try:
        await ask()
    except NotReady as reason:
        return text in str(reason)
    return False


@pytest.fixture(autouse=True)
def nothing_shown() -> Iterator[None]:
    yield
    metrics.consumer_lag.clear()
    metrics.dead_letters.clear()


async def test_lag_and_letters_move_while_no_batch_ever_ends() -> None:
    consumer = Faulty(connected)
    await consumer.start()
    try:
        await eventually(lambda: _is(shown, {0: 3, 1: 3}), "lag is shown")
        consumer.client.ends[HERE] = 1_007
        await consumer.store.insert_new(LETTERS, [{"_id": "l", "group": GROUP}])
        await eventually(lambda: _is(shown, {0: 1_000, 1: 3}), "lag has risen")
        await eventually(lambda: _is(letters_shown, 1.0), "the letter is counted")
        await consumer.store.delete(LETTERS, {"_id": "l"})
        await eventually(lambda: _is(letters_shown, 0.0), "the letter is gone")
    finally:
        await consumer.stop()


async def test_offsets_that_could_not_be_committed_are_committed_later_though_nothing_more_comes() -> None:
    consumer = Faulty(connected)
    consumer.client.refused = 2
    await consumer._commit_offsets([SimpleNamespace(topic=HERE.topic, partition=HERE.partition, offset=9)])
    assert consumer.client.offsets == {}
    await consumer.start()
    try:
        await eventually(lambda: _is(lambda: consumer.client.offsets, {HERE: 10}), "committed after all")
    finally:
        await consumer.stop()


async def _is(look: Callable[[], Any], wanted: Any) -> bool:
    return bool(look() == wanted)


async def test_a_partition_that_went_to_another_member_shows_no_lag_any_more() -> None:
    store, client = MemoryStore(), Client()
    gauges = Gauges(GROUP, DeadLetters(store, Committer(store, [COUNTER], SystemClock())), lambda: client)
    await gauges.measure_lag()
    client.assigned = {THERE}
    await gauges.measure_lag()
    assert shown() == {1: 3}


@pytest.mark.parametrize("fault", [KafkaConnectionError(), RuntimeError("planted"), TimeoutError()])
async def test_letters_are_counted_also_where_lag_cannot_be_measured(fault: Exception) -> None:
    consumer = Faulty(connected)
    consumer.client.fault = fault
    await consumer.store.insert_new(LETTERS, [{"_id": "l", "group": GROUP}])
    with capture_logs() as said:
        await consumer.start()
        await eventually(lambda: _is(letters_shown, 1.0), "the letter is counted")
        await eventually(lambda: _heard(said, "consumer.measuring"), "the failure is said")
        await consumer.stop()


async def _heard(said: list[Any], event: str) -> bool:
    return any(one["event"].startswith(event) for one in said)


async def test_a_beginning_that_fails_of_what_nobody_expected_is_said_and_tried_again() -> None:
    tries: list[int] = []

    async def fails_once() -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("planted")
        return await connected()

    consumer = Faulty(fails_once)
    with capture_logs() as said:
        await consumer.start()
        await eventually(lambda: says(consumer.ready, "cannot begin to listen: ValueError"), "it is not ready")
        await eventually(lambda: _is(lambda: len(tries), 3), "it was tried again")
        await consumer.stop()
    assert await _heard(said, "consumer.start.failed")


async def test_background_work_that_dies_is_said_and_seen() -> None:
    async def dies() -> None:
        raise ValueError("planted")

    with capture_logs() as said:
        work = Background("digging", dies())
        with pytest.raises(ValueError, match="planted"):
            await work.finished()
    with pytest.raises(NotReady, match="digging has died of ValueError"):
        await work.ready()
    assert [(one["event"], one["name"]) for one in said] == [("background.died", "digging")]


async def test_background_work_that_came_to_its_end_or_was_broken_off_has_not_died() -> None:
    async def ends() -> None:
        """At once."""

    done, endless = Background("done", ends()), Background("endless", asyncio.sleep(3600))
    await done.finished()
    await asyncio.sleep(0)
    await endless.end()
    await done.ready()
    await endless.ready()


async def test_a_consumer_whose_background_work_has_died_is_not_ready() -> None:
    async def dies() -> None:
        raise ValueError("planted")

    consumer = Faulty(connected)
    consumer._connect = dies  # type: ignore[method-assign]
    await consumer.start()
    await eventually(lambda: says(consumer.ready, f"connecting of {GROUP} has died of ValueError"), "it says so")
    await consumer.stop()


class Loop:
    """A subscriber of FastStream's whose loop polls, and can be made to end."""

    def __init__(self) -> None:
        self.faults: list[Exception] = []
        self.ends: Exception | None = None

    async def get_msg(self, _consumer: Any) -> tuple[Any, ...]:
        if self.faults:
            raise self.faults.pop(0)
        return ()

    async def _run_consume_loop(self, consumer: Any) -> None:
        while True:
            await self.get_msg(consumer)
            if self.ends:
                raise self.ends
            await asyncio.sleep(0.01)


def watched(silent_seconds_max: float = 60.0) -> tuple[Loop, asyncio.Event, Callable[[], Awaitable[None]]]:
    """A loop that is watched over, what stops it, and what asks whether it reads."""
    loop, stopping = Loop(), asyncio.Event()
    reading = Reading(GROUP, stopping)
    reading.watch_over(loop)

    async def ready() -> None:
        reading.ready({HERE}, silent_seconds_max)

    return loop, stopping, ready


async def test_a_loop_that_is_broken_off_unasked_is_said_and_seen() -> None:
    loop, _, ready = watched()
    with capture_logs() as said:
        task = asyncio.create_task(loop._run_consume_loop(Client()))
        await asyncio.sleep(0.05)
        await ready()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(NotReady, match=f"{GROUP} has stopped reading"):
        await ready()
    assert [one["event"] for one in said] == ["consumer.loop.ended"]


async def test_a_loop_that_ends_because_it_was_told_to_is_no_news() -> None:
    loop, stopping, _ = watched()
    with capture_logs() as said:
        task = asyncio.create_task(loop._run_consume_loop(Client()))
        await asyncio.sleep(0.05)
        stopping.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert said == []


async def test_a_loop_that_dies_of_what_nobody_expected_is_said_and_seen_until_it_begins_anew() -> None:
    loop, _, ready = watched()
    loop.ends = RuntimeError("planted")
    with capture_logs() as said, pytest.raises(RuntimeError):
        await loop._run_consume_loop(Client())
    with pytest.raises(NotReady, match=f"{GROUP} stopped reading: RuntimeError"):
        await ready()
    assert [one["event"] for one in said] == ["consumer.loop.failed"]
    loop.ends, client = None, Client()
    task = asyncio.create_task(loop._run_consume_loop(client))
    await asyncio.sleep(0.05)
    await ready()
    assert client.went_back == 1
    task.cancel()


async def test_a_consumer_whose_polls_fail_is_not_ready_until_one_succeeds() -> None:
    loop, _, ready = watched()
    loop.faults = [RuntimeError("planted")]
    await loop.get_msg(Client())
    with pytest.raises(NotReady, match=f"{GROUP} cannot read: RuntimeError"):
        await ready()
    await loop.get_msg(Client())
    await ready()


async def test_a_loop_that_hangs_is_seen_by_its_silence() -> None:
    loop, _, ready = watched(silent_seconds_max=0.1)
    await ready()
    await loop.get_msg(Client())
    await eventually(lambda: says(ready, "has read nothing for"), "its silence is noticed")
