"""Events on their way: outbox, relay, Apache Kafka, consumer, inbox, dead letters; all real."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.record.util import calc_crc32c
from structlog.testing import capture_logs

from deploy.stack.kafka import KafkaNode
from shared.contracts.cloudevents import decode
from shared.contracts.topics import Topic
from shared.runtime import committer as committer_module
from shared.runtime import dead_letters as letters_module
from shared.runtime import metrics, outbox_state
from shared.runtime.catching_up import Behind, heard_all
from shared.runtime.clock import ManualClock, SystemClock
from shared.runtime.committer import Committer, Work
from shared.runtime.consumer import Consumer, ConsumerLimits, Subscription
from shared.runtime.dead_letters import DeadLetters, NoSuchLetter, StillFails
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View
from shared.runtime.health import NotReady
from shared.runtime.outbox import RELAY
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.received import Received
from shared.runtime.relay import Relay, RelayLimits
from shared.runtime.store import Kind, MongoStore, OutboxEvent
from shared.runtime.topics import absent_topics
from tests.builders.counters import COLLECTIONS, COUNTER, TALLY, TOPIC, add, eventually, tally
from tests.builders.rows import outbox_rows

QUICK = ConsumerLimits(tries_max=2, backoff_seconds=0.02, backoff_seconds_max=0.1, session_timeout_ms=6_000)


@dataclass
class House:
    """Two services' worth of machinery on one database: one that tells, one that listens."""

    store: MongoStore
    bootstrap: str
    topic: Topic
    committer: Committer
    letters: DeadLetters

    def relay(self, **limits: Any) -> Relay:
        publisher = KafkaPublisher(self.bootstrap, "/tests", timeout_ms=5_000)
        return Relay(self.store, publisher, [self.topic], SystemClock(), RelayLimits(**limits))

    def consumer(self, handle: Callable[[Received], Work | None] = tally, limits: ConsumerLimits = QUICK) -> Consumer:
        subscription = Subscription(f"group-{self.topic.name}", (self.topic.name,), handle)
        return Consumer(self.bootstrap, subscription, self.committer, self.letters, limits)

    async def tallies(self) -> dict[str, list[int]]:
        return {d["_id"]: d["sequences"] for d in await self.store.find("tallies", {})}

    async def records(self) -> list[ConsumerRecord]:
        consumer = AIOKafkaConsumer(
            self.topic.name, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", group_id=None
        )
        await consumer.start()
        try:
            ends = await consumer.end_offsets(consumer.assignment())
            found: list[ConsumerRecord] = []
            while any([await consumer.position(place) < end for place, end in ends.items()]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found.extend(batch)
            return found
        finally:
            await consumer.stop()


@pytest.fixture
async def house(mongod: str, mongo_database: str, kafka: str, topic_prefix: str) -> AsyncIterator[House]:
    store = MongoStore(mongod, mongo_database)
    await store.prepare([*committer_module.COLLECTIONS, *letters_module.COLLECTIONS, *COLLECTIONS])
    topic = replace(TOPIC, name=f"{topic_prefix}events", partitions=3)

    def wire(id_: str, state: Any, event: Any, version: int, now: Any) -> list[OutboxEvent]:
        assert COUNTER.wire is not None
        return [replace(out, topic=topic.name) for out in COUNTER.wire(id_, state, event, version, now)]

    kinds: list[Kind] = [replace(COUNTER, wire=wire), TALLY, letters_module.KIND]
    committer = Committer(store, kinds, SystemClock())
    yield House(store, kafka, topic, committer, DeadLetters(store, committer))
    await store.drop()
    await store.close()


@asynccontextmanager
async def running(*components: Any) -> AsyncIterator[None]:
    for component in components:
        await component.start()
    try:
        yield
    finally:
        for component in reversed(components):
            await component.stop()


async def published(house: House) -> bool:
    summary = await outbox_state.summary(house.store)
    return summary["waiting"] == 0 and summary["rows"] != 0


async def test_every_event_is_published_once_in_order_of_its_key(house: House) -> None:
    async with running(house.relay(rows_max=40)):
        await asyncio.gather(*(house.committer.commit(add(f"c{n % 7}")) for n in range(210)))
        await eventually(lambda: published(house), "all published")
    events = [decode(r.headers, r.key, r.value) for r in await house.records()]
    assert len(events) == len({event.id for event in events}) == 210
    for key in {event.key for event in events}:
        assert [event.sequence for event in events if event.key == key] == list(range(1, 31))


async def test_a_listener_waits_for_its_topics_and_creates_none(house: House) -> None:
    """Some brokers create what is asked for, and its owner would not see that the broker had lost it."""
    consumer = house.consumer()
    async with running(consumer):

        async def waits() -> bool:
            with pytest.raises(NotReady) as why:
                await consumer.ready()
            return f"waits for {house.topic.name}" in str(why.value)

        await eventually(waits, "it says what it waits for")
        assert await absent_topics(house.bootstrap, [house.topic.name], 10_000) == [house.topic.name]
        async with running(house.relay()):
            await house.committer.commit(add("a"))

            async def heard() -> bool:
                return await house.tallies() == {"a": [1]}

            await eventually(heard, "what was published then is heard")


async def test_of_two_relays_one_publishes(house: House) -> None:
    async with running(house.relay(), house.relay()):
        await asyncio.gather(*(house.committer.commit(add("a")) for _ in range(300)))
        await eventually(lambda: published(house), "all published")
    assert len(await house.records()) == 300


async def test_positions_have_no_gaps_and_follow_sequences(house: House) -> None:
    rivals = [house.committer, Committer(house.store, house.committer._kinds.values(), SystemClock())]
    async with running(house.relay(rows_max=16), house.relay(rows_max=16)):
        for _ in range(10):
            await asyncio.gather(*(rival.commit(add(f"c{n % 3}")) for n in range(9) for rival in rivals))
        await eventually(lambda: published(house), "all published")
    rows = await outbox_rows(house.store)
    assert [row.position for row in rows] == list(range(1, 181))
    for key in ("c0", "c1", "c2"):
        assert [row.sequence for row in rows if row.key == key] == list(range(1, 61))


async def test_a_lease_that_ran_out_is_taken_over(house: House) -> None:
    dead = {"_id": "relay", "owner": "dead", "lease_until": SystemClock().now(), "numbered": 0, "published": 0}
    await house.store.insert_new(RELAY, [dead])
    async with running(house.relay(lease_seconds=0.4)):
        await house.committer.commit(add("a"))
        await eventually(lambda: published(house), "taken over and published")


async def test_an_emptied_broker_is_filled_again_from_the_first_row(house: House) -> None:
    async with running(house.relay()):
        await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(50)))
        await eventually(lambda: published(house), "all published")
    admin = AIOKafkaAdminClient(bootstrap_servers=house.bootstrap)
    await admin.start()
    await admin.delete_topics([house.topic.name])
    await eventually(lambda: _gone(admin, house.topic.name), "topic deleted")
    await admin.close()
    async with running(house.relay()):
        await eventually(lambda: published(house), "all published again")
    assert len(await house.records()) == 50


async def _gone(admin: AIOKafkaAdminClient, name: str) -> bool:
    return name not in await admin.list_topics()


async def test_a_replay_sends_everything_again_and_nothing_is_applied_twice(house: House) -> None:
    async with running(house.relay(), house.consumer()):
        await asyncio.gather(*(house.committer.commit(add(f"c{n % 5}")) for n in range(50)))
        await eventually(lambda: _tallied(house, 50), "all applied")
        assert await outbox_state.replay(house.store) == 50
        await eventually(lambda: _has_records(house, 100), "all sent again")
        await house.committer.commit(add("c0"))
        await eventually(lambda: _tallied(house, 51), "the next one applied")
    tallies = await house.tallies()
    assert tallies == {"c0": list(range(1, 12)), **{f"c{n}": list(range(1, 11)) for n in range(1, 5)}}


async def _tallied(house: House, count: int) -> bool:
    return sum(len(sequences) for sequences in (await house.tallies()).values()) == count


async def _has_records(house: House, count: int) -> bool:
    return len(await house.records()) >= count


async def test_a_member_that_lost_its_partitions_does_no_harm(house: House) -> None:
    """The same records, applied by three members at once, late and repeatedly: each effect once, in order."""
    async with running(house.relay()):
        for _ in range(20):
            await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(3)))
        await eventually(lambda: published(house), "all published")
    records = await house.records()
    members = [house.consumer() for _ in range(3)]

    async def apply_all(member: Consumer, step: int) -> None:
        for start in range(0, len(records), step):
            await member.apply(records[start : start + step])

    await asyncio.gather(*(apply_all(member, step) for member, step in zip(members, (7, 13, 60), strict=True)))
    assert await house.tallies() == {f"c{n}": list(range(1, 21)) for n in range(3)}


async def test_a_second_member_takes_over_where_the_first_stopped(house: House) -> None:
    async with running(house.relay()):
        async with running(house.consumer()):
            await asyncio.gather(*(house.committer.commit(add(f"c{n % 5}")) for n in range(25)))
            await eventually(lambda: _tallied(house, 25), "first half applied")
        async with running(house.consumer(), house.consumer()):
            await asyncio.gather(*(house.committer.commit(add(f"c{n % 5}")) for n in range(25)))
            await eventually(lambda: _tallied(house, 50), "second half applied")
    assert set(map(tuple, (await house.tallies()).values())) == {tuple(range(1, 11))}


def poisoned(keys: set[str], sequence: int = 2) -> Callable[[Received], Work | None]:
    """A handler that cannot stomach one sequence of some keys, until `keys` is emptied."""

    def handle(event: Received) -> Work | None:
        work = tally(event)

        def decide(view: View, now: Any) -> Outcome:
            if event.key in keys and event.sequence == sequence:
                raise ValueError("cannot stomach it")
            return work.decide(view, now)

        return replace(work, decide=decide)

    return handle


async def test_a_failing_event_is_parked_with_those_behind_it_and_others_flow_on(house: House) -> None:
    bad = {"c1"}
    async with running(house.relay(), house.consumer(poisoned(bad))):
        for _ in range(4):
            await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(3)))
        await eventually(lambda: _parked(house, 3), "three letters")
        await eventually(lambda: _tallied(house, 9), "the others applied")
        assert await house.tallies() == {"c0": [1, 2, 3, 4], "c1": [1], "c2": [1, 2, 3, 4]}
        letters = await house.letters.list()
        assert [letter["reason"] for letter in letters] == ["ValueError", "behind", "behind"]

        with pytest.raises(StillFails, match="cannot stomach it"):
            await house.letters.replay(letters[0]["id"])
        assert len(await house.letters.list()) == 3
        bad.clear()
        assert await house.letters.replay(letters[1]["id"]) == 3
        assert (await house.tallies())["c1"] == [1, 2, 3, 4]
        await house.committer.commit(add("c1"))
        await eventually(lambda: _tallied(house, 13), "the key flows again")
    assert await house.letters.list() == []


async def _parked(house: House, count: int) -> bool:
    return len(await house.letters.list()) == count


async def test_a_dropped_letter_lets_those_behind_it_go(house: House) -> None:
    async with running(house.relay(), house.consumer(poisoned({"c1"}))):
        for _ in range(3):
            await house.committer.commit(add("c1"))
        await eventually(lambda: _parked(house, 2), "two letters")
        first, second = await house.letters.list()
        assert (await house.letters.show(first["id"]))["data"] == '{"fair":"c1"}'
        await house.letters.drop(first["id"])
        assert await house.letters.replay(second["id"]) == 1
        with pytest.raises(NoSuchLetter):
            await house.letters.drop(first["id"])
    assert await house.tallies() == {"c1": [1, 3]}


async def test_records_that_are_no_events_are_parked_and_the_partition_flows_on(house: House) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=house.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(house.topic.name, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=house.bootstrap)
    await producer.start()
    for headers, value in (
        ([], b"{}"),
        ([("ce_id", b"\xff\xfe")], b"{}"),
        ([("ce_id", None)], None),  # type: ignore[list-item]
    ):
        await producer.send_and_wait(house.topic.name, value, key=b"odd" + (value or b"-"), headers=headers)
    await producer.stop()
    async with running(house.relay(), house.consumer()):
        await house.committer.commit(add("good"))
        await eventually(lambda: _tallied(house, 1), "the good one applied")
        await eventually(lambda: _parked(house, 3), "three letters")
    assert {letter["reason"] for letter in await house.letters.list()} <= {"Undecodable", "behind"}


async def test_a_business_refusal_is_an_answer_and_nothing_is_parked(house: House) -> None:
    def refuse_first(event: Received) -> Work:
        if event.sequence == 1:
            return Work("refuse", lambda _view, _now: Rejected("no", "not this one"))
        return tally(event)

    async with running(house.relay(), house.consumer(refuse_first)):
        for _ in range(3):
            await house.committer.commit(add("a"))
        await eventually(lambda: _tallied(house, 2), "the rest applied")
    assert await house.letters.list() == []


async def test_a_trace_goes_from_command_to_effect(house: House) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    seen: list[str | None] = []

    def look(event: Received) -> Work:
        seen.append(event.traceparent)
        return Work("look", lambda _view, _now: Accepted())

    async with running(house.relay(), house.consumer(look)):
        await house.committer.commit(replace(add("a"), traceparent=trace))
        await eventually(lambda: _seen(seen), "seen")
    assert seen == [trace]


async def _seen(seen: list[Any]) -> bool:
    return bool(seen)


async def test_a_dropped_event_is_not_applied_when_it_comes_again(house: House) -> None:
    async with running(house.relay(), house.consumer(poisoned({"c1"}))):
        for _ in range(2):
            await house.committer.commit(add("c1"))
        await eventually(lambda: _parked(house, 1), "the second one")
        [failing] = await house.letters.list()
        await house.letters.drop(failing["id"])
    records = await house.records()
    await house.consumer().apply(records)
    assert await house.tallies() == {"c1": [1]}


async def test_letters_are_replayed_by_sequence_whatever_their_offsets(house: House) -> None:
    async with running(house.relay()):
        for _ in range(4):
            await house.committer.commit(add("c1"))
        await eventually(lambda: published(house), "all published")
    records = await house.records()
    bad = {"c1"}
    member = house.consumer(poisoned(bad))
    await member.apply(records[:2])
    # The broker lost its log and was filled again: what comes now has smaller offsets than what is parked.
    await member.apply([replace(record, offset=record.offset - 10) for record in records])
    assert [letter["sequence"] for letter in await house.letters.list()] == [2, 3, 4]
    bad.clear()
    assert await house.letters.replay((await house.letters.list())[0]["id"]) == 3
    assert await house.tallies() == {"c1": [1, 2, 3, 4]}


async def test_a_key_flows_again_once_its_last_letter_is_gone(house: House) -> None:
    async with running(house.relay()):
        for _ in range(3):
            await house.committer.commit(add("c1"))
        await eventually(lambda: published(house), "all published")
    first, second, third = await house.records()
    bad = {"c1"}
    member = house.consumer(poisoned(bad))
    await member.apply([first, second])
    [letter] = await house.letters.list()
    bad.clear()
    parked_keys = house.letters.parked_keys

    async def then_replayed(group: str, keys: Any) -> set[str]:
        """The key is looked up as parked, and replayed before the consumer acts on that."""
        found = await parked_keys(group, keys)
        house.letters.parked_keys = parked_keys  # type: ignore[method-assign]
        await house.letters.replay(letter["id"])
        return found

    house.letters.parked_keys = then_replayed  # type: ignore[method-assign]
    await member.apply([third])
    assert await house.tallies() == {"c1": [1, 2, 3]}
    assert await house.letters.list() == []


async def test_a_value_that_cannot_be_stored_is_parked_alone(house: House) -> None:
    """A fault that shows only when it is written must not hold up the batch around it."""

    def too_large_for_c1(event: Received) -> Work:
        def decide(_view: View, _now: Any) -> Outcome:
            number = 2**80 if event.key == "c1" else event.sequence
            return Accepted((Change("tally", event.key, {"sequences": [number]}),))

        return Work("store", decide)

    async with running(house.relay(), house.consumer(too_large_for_c1)):
        await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(4)))
        await eventually(lambda: _parked(house, 1), "one letter")
        await eventually(lambda: _tallied(house, 3), "the others applied")
    assert set(await house.tallies()) == {"c0", "c2", "c3"}


async def test_old_rows_go_and_each_keys_last_one_stays_where_it_is_needed(house: House) -> None:
    async with running(house.relay()):
        for _ in range(3):
            await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(5)))
        await eventually(lambda: published(house), "all published")
    kept = house.relay(retention_days=1, rows_max=4)
    assert await kept.sweep() == 0
    compacted = replace(house.topic, retention_ms=None)
    later = ManualClock(SystemClock().now() + timedelta(days=2))
    limits = RelayLimits(retention_days=1, rows_max=4)
    publisher = KafkaPublisher(house.bootstrap, "/tests")
    assert await Relay(house.store, publisher, [compacted], later, limits).sweep() == 10
    assert {(row.key, row.sequence) for row in await outbox_rows(house.store)} == {(f"c{n}", 3) for n in range(5)}
    assert await Relay(house.store, publisher, [house.topic], later, limits).sweep() == 5


async def test_a_leader_that_hangs_sends_nothing_after_its_lease(house: House, kafka_servers: KafkaNode) -> None:
    """The broker stands still for longer than a lease: the one who had it must not come in late with old events."""
    slow = house.relay(lease_seconds=1.5, lease_margin_seconds=0.5)
    async with running(slow):
        await house.committer.commit(add("a"))
        await eventually(lambda: published(house), "the first one")
        pids = [child.pid for child in kafka_servers.children()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            await house.committer.commit(add("a"))
            await asyncio.sleep(3)  # two leases: the attempt under way is given up
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        await eventually(lambda: published(house), "the second one")
    sequences = [decode(r.headers, r.key, r.value).sequence for r in await house.records()]
    assert sequences == sorted(sequences)
    assert set(sequences) == {1, 2}


async def _record_with_an_odd_header(house: House, partition: int) -> None:
    """A record whose header's name is no UTF-8: brokers take it, and clients fail on it before they give it."""
    producer = AIOKafkaProducer(bootstrap_servers=house.bootstrap)
    await producer.start()
    try:
        batch = producer.create_batch()
        batch.append(timestamp=None, key=b"odd", value=b"{}", headers=[("zzzz", b"")])
        batch.close()
        raw = batch._build()
        at = raw.index(b"zzzz")
        raw[at : at + 4] = b"\xff\xfe\xff\xfe"
        struct.pack_into(">I", raw, 17, calc_crc32c(bytes(raw[21:])))
        await (await producer.send_batch(batch, house.topic.name, partition=partition))
    finally:
        await producer.stop()


async def test_a_record_that_no_client_can_read_stops_its_partition_and_loses_nothing_of_others(house: House) -> None:
    async with running(house.relay()):
        await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(40)))
        await eventually(lambda: published(house), "all published")
        places = {record.key.decode(): record.partition for record in await house.records()}
        await _record_with_an_odd_header(house, 1)
        member = house.consumer()
        async with running(member):
            readable = {key for key, partition in places.items() if partition != 1}

            async def heard(wanted: int) -> bool:
                seen = await house.tallies()
                return all(len(seen.get(key, [])) >= wanted for key in readable)

            await eventually(lambda: heard(1), "the other partitions' events", seconds=120)
            await asyncio.gather(*(house.committer.commit(add(key)) for key in places))
            await eventually(lambda: heard(2), "what came after", seconds=120)
            with pytest.raises(NotReady, match=f"cannot read on in {house.topic.name}/1"):
                await member.ready()
    tallies = await house.tallies()
    assert {key: tallies[key] for key in readable} == {key: [1, 2] for key in readable}
    before = set(places) - readable
    assert {key: tallies[key] for key in before} == {key: [1] for key in before}


def _lag(house: House) -> float:
    [family] = metrics.consumer_lag.collect()
    return sum(one.value for one in family.samples if one.labels["topic"] == house.topic.name)


async def test_all_is_heard_once_every_partition_was_applied_to_where_it_ended(house: House) -> None:
    group = f"group-{house.topic.name}"
    onlooker = AIOKafkaConsumer(bootstrap_servers=house.bootstrap, group_id=group, enable_auto_commit=False)
    async with running(house.relay()):
        await asyncio.gather(*(house.committer.commit(add(f"c{n}")) for n in range(60)))
        await eventually(lambda: published(house), "all published")
        async with running(onlooker):
            onlooker.assign([TopicPartition(house.topic.name, number) for number in range(house.topic.partitions)])
            with pytest.raises(Behind, match="not to its end"):
                await heard_all(onlooker, house.topic.name, 0.5)
            async with running(house.consumer()):
                await heard_all(onlooker, house.topic.name, 30)
                assert await _tallied(house, 60)
    with pytest.raises(Behind, match="no broker"):
        await house.consumer().heard_all(house.topic.name, 1)


async def test_a_member_whose_loop_has_died_says_so_and_its_lag_still_rises(house: House) -> None:
    member = house.consumer(limits=replace(QUICK, measure_seconds=0.1))

    async def lags(count: int) -> bool:
        return _lag(house) == count

    async with running(house.relay(), member):
        await house.committer.commit(add("a"))
        await eventually(lambda: _tallied(house, 1), "the first one applied")
        await eventually(lambda: lags(0), "no lag")
        await member.ready()
        for task in member._subscriber.tasks:
            task.cancel()
        await asyncio.gather(*(house.committer.commit(add("a")) for _ in range(5)))
        await eventually(lambda: lags(5), "the lag has risen")
        with pytest.raises(NotReady, match="has stopped reading"):
            await member.ready()


async def test_a_loop_that_died_with_records_in_its_hands_begins_anew_and_skips_none(house: House) -> None:
    member = house.consumer()
    async with running(house.relay(), member):
        await house.committer.commit(add("a"))
        await eventually(lambda: _tallied(house, 1), "the first one applied")
        client, reading = member._subscriber.consumer, member._reading
        getmany, one_by_one = client.getmany, reading._one_by_one

        async def take_and_fail(*places: Any, **bounds: Any) -> Any:
            if records := await getmany(*places, **bounds):
                client.getmany = getmany
                raise ValueError("planted")
            return records

        async def fail(_consumer: Any) -> Any:
            reading._one_by_one = one_by_one  # type: ignore[method-assign]
            raise ValueError("planted")

        client.getmany, reading._one_by_one = take_and_fail, fail  # type: ignore[method-assign]
        with capture_logs() as said:
            await asyncio.gather(*(house.committer.commit(add("a")) for _ in range(5)))
            await eventually(lambda: _tallied(house, 6), "the others applied")
        await member.ready()
    assert "consumer.loop.failed" in {one["event"] for one in said}
    assert await house.tallies() == {"a": [1, 2, 3, 4, 5, 6]}
