"""Listening to topics: every event's effect happens once, in the order of its key, or it is put aside and said so.

A batch is decoded, turned into works and applied with its inbox marks in one transaction; only then are explicit
offsets committed. A member that lost its partitions can do no harm: what it still applies carries inbox marks that the
new owner meets, and it applies a key's events in order, so it can never be ahead of the log. FastStream owns the
consumer; its handler gets the raw records of a batch, which keeps its per-message work off the path.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.contracts.cloudevents import Undecodable, decode
from shared.runtime import catching_up, faults, metrics
from shared.runtime.assignment import Assignment
from shared.runtime.batch import Committed, InboxMark, OrderBroken, Work
from shared.runtime.committer import Committer, Contended
from shared.runtime.consumer_gauges import Gauges
from shared.runtime.dead_letters import DeadLetters, Letter
from shared.runtime.decision import Rejected
from shared.runtime.health import Background, NotReady
from shared.runtime.raw_records import as_it_is, raw_records
from shared.runtime.reading import Reading
from shared.runtime.received import Received
from shared.runtime.store import StoreError, StoreUnavailable
from shared.runtime.topics import absent_topics

log = structlog.get_logger(__name__)

Handle = Callable[[Received], Work | None]

_ASK_MS: Final = 10_000
_METADATA_MAX_AGE_MS: Final = 5_000
_POLL_MS: Final = 20


class TopicsAwaited(Exception):
    """Nobody has created some of the topics yet."""

    def __init__(self, group: str, topics: list[str]) -> None:
        super().__init__(f"{group} waits for {', '.join(topics)}")
        self.topics = topics


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service listens to. `handle` turns one event into a work, or None where it is of no interest.

    `group` names the consumer group, and the inbox. `gather_seconds` is how long to wait after a batch for what comes
    next: where nobody is kept waiting by it, few large batches spare the store and the processor.
    """

    group: str
    topics: tuple[str, ...]
    handle: Handle
    gather_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ConsumerLimits:
    """Bounds of consuming: records in a batch, tries of a failing event before it is parked, waits between tries; how
    often lag and letters are measured, and how long nothing may be read before that counts as trouble.
    """

    records_max: int = 1_000
    tries_max: int = 5
    backoff_seconds: float = 0.2
    backoff_seconds_max: float = 10.0
    session_timeout_ms: int = 10_000
    settle_seconds: float = 60.0
    measure_seconds: float = 10.0
    silent_seconds_max: float = 60.0


@dataclass(slots=True)
class _Item:
    """A record on its way: decoded, or why not."""

    record: ConsumerRecord
    event: Received | None
    work: Work | None
    error: Exception | None

    @property
    def key(self) -> str:
        return f"{self.record.topic}/{(self.record.key or b'').decode(errors='replace')}"


class Consumer:
    """One subscription, consumed."""

    def __init__(
        self,
        bootstrap: str,
        subscription: Subscription,
        committer: Committer,
        dead_letters: DeadLetters,
        limits: ConsumerLimits | None = None,
    ) -> None:
        self._bootstrap = bootstrap
        self._subscription = subscription
        self._committer = committer
        self._dead_letters = dead_letters
        self._limits = limits or ConsumerLimits()
        self._listener = Assignment()
        self._broker: KafkaBroker | None = None
        self._subscriber: Any = None
        self._background: list[Background] = []
        self._stopping = asyncio.Event()
        self._trouble: str | None = None
        self._reading = Reading(subscription.group, self._stopping)
        self._gauges = Gauges(subscription.group, dead_letters, self._client)
        self._applied: dict[TopicPartition, int] = {}
        self._committing = asyncio.Lock()
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        dead_letters.add_handler(subscription.group, self._work_of)

    async def start(self) -> None:
        """Begin to listen in the background, as soon as a broker is there."""
        group = self._subscription.group
        self._background = [
            Background(f"connecting of {group}", self._connect()),
            Background(f"measuring of {group}", self._measure()),
        ]

    async def stop(self) -> None:
        """Finish the batch under way, commit it, leave the group."""
        self._stopping.set()
        for work in self._background:
            await work.end()
        if self._broker is not None:
            await self._broker.stop()
            self._broker = None

    async def ready(self) -> None:
        """Raises NotReady before partitions were assigned, or while events cannot be applied."""
        for work in self._background:
            await work.ready()
        if self._trouble:
            raise NotReady(self._trouble)
        if not self._listener.ever:
            raise NotReady(f"{self._subscription.group} has no partitions yet")
        self._reading.ready(self._listener.assigned, self._limits.silent_seconds_max)

    async def at_rest(self) -> None:
        """Returns once no batch is being applied."""
        await self._at_rest.wait()

    @property
    def group(self) -> str:
        """Its consumer group."""
        return self._subscription.group

    async def heard_all(self, topic: str, within_seconds: float) -> None:
        """Returns once its group has applied all that a topic held when this was called. Raises Behind."""
        await catching_up.heard_all(self._client(), topic, within_seconds)

    def _client(self) -> AIOKafkaConsumer | None:
        return self._subscriber.consumer if self._subscriber is not None else None

    async def _measure(self) -> None:
        while True:
            await self._commit_applied()
            await self._gauges.measure()
            await asyncio.sleep(self._limits.measure_seconds)

    async def _connect(self) -> None:
        delay = self._limits.backoff_seconds
        while not self._stopping.is_set():
            try:
                self._broker = await self._begin()
            except TopicsAwaited as waits:
                if self._trouble != str(waits):
                    log.info("consumer.topics.awaited", group=self._subscription.group, topics=waits.topics)
                self._trouble = str(waits)
                delay = self._limits.backoff_seconds
            except (KafkaError, OSError) as failure:
                self._trouble = f"{self._subscription.group} cannot reach the broker: {type(failure).__name__}"
                log.warning("consumer.broker.unreachable", group=self._subscription.group, error=str(failure))
            except Exception as failure:
                self._trouble = f"{self._subscription.group} cannot begin to listen: {type(failure).__name__}"
                log.exception("consumer.start.failed", group=self._subscription.group)
            else:
                return
            await self._pause(delay)
            delay = min(2 * delay, self._limits.backoff_seconds_max)

    async def _begin(self) -> KafkaBroker:
        # Some brokers create what is listened to, and whoever owns the topics would not see that they were forgotten.
        bootstrap = self._bootstrap.split(",")
        if absent := await absent_topics(bootstrap, self._subscription.topics, _ASK_MS):
            raise TopicsAwaited(self._subscription.group, absent)
        broker, self._subscriber = self._declare()
        # From here on trouble is that of batches, which may come before `start` has returned.
        self._trouble = None
        try:
            await broker.start()
        except BaseException:
            # Also where we are told to stop amid it: what has begun must leave the group.
            await broker.stop()
            raise
        return broker

    def _declare(self) -> tuple[KafkaBroker, Any]:
        broker = KafkaBroker(
            # One text with commas would be taken for the name of one host.
            self._bootstrap.split(","),
            apply_types=False,
            logger=None,
            graceful_timeout=self._limits.settle_seconds,
            allow_auto_create_topics=False,
            # Who joins its group again before a broker that forgot its topics has them again is given nothing, and
            # looks for them only at the next of these.
            metadata_max_age_ms=_METADATA_MAX_AGE_MS,
        )
        subscriber = broker.subscriber(
            *self._subscription.topics,
            batch=True,
            group_id=self._subscription.group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            max_records=self._limits.records_max,
            batch_timeout_ms=_POLL_MS,
            session_timeout_ms=self._limits.session_timeout_ms,
            heartbeat_interval_ms=self._limits.session_timeout_ms // 4,
            listener=self._listener,
            parser=as_it_is,
            decoder=raw_records,
        )
        subscriber(self._on_batch)
        self._reading.watch_over(subscriber)
        return broker, subscriber

    async def _on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply a batch, however long it takes; never raises, since FastStream would go on without it."""
        self._at_rest.clear()
        try:
            await self._see_through(records)
        finally:
            self._at_rest.set()
        if self._subscription.gather_seconds:
            await self._pause(self._subscription.gather_seconds)

    async def _see_through(self, records: Sequence[ConsumerRecord]) -> None:
        delay = self._limits.backoff_seconds
        while not self._stopping.is_set():
            try:
                await self.apply(records)
            except (StoreError, Contended) as failure:
                self._trouble = f"{self._subscription.group} waits for the store"
                log.warning("consumer.batch.delayed", group=self._subscription.group, error=str(failure))
            except Exception as failure:
                # Parking itself failed: stopping here is the only way not to skip the event.
                self._trouble = f"{self._subscription.group} is stuck: {type(failure).__name__}"
                log.exception("consumer.batch.stuck", group=self._subscription.group)
            else:
                self._trouble = None
                await self._commit_offsets(records)
                return
            await self._pause(delay)
            delay = min(2 * delay, self._limits.backoff_seconds_max)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply the effects of records, in order of each key, and park what cannot be applied.

        Raises StoreUnavailable or Contended where nothing may be taken as applied: apply the same records again.
        """
        items = [self._item(record) for record in records]
        parked = await self._dead_letters.parked_keys(self._subscription.group, {item.key for item in items})
        todo: list[_Item] = []
        for item in items:
            if item.key not in parked and item.error is None:
                if item.work is not None:
                    todo.append(item)
                continue
            await self._settle(todo, parked)
            todo = []
            if item.key in parked and item.error is None and not await self._still_parked(item.key):
                # Somebody has just replayed or dropped the last letter of this key: it flows again.
                parked.discard(item.key)
                todo = [item] if item.work is not None else []
                continue
            await self._park(item, parked)
        await self._settle(todo, parked)

    async def _still_parked(self, key: str) -> bool:
        return bool(await self._dead_letters.parked_keys(self._subscription.group, {key}))

    async def _settle(self, items: list[_Item], parked: set[str]) -> None:
        """Apply works; those that fail are tried again alone, and parked with what follows them of their key."""
        waiting = items
        tries: dict[str, int] = {}
        while waiting:
            faults.point("consumer.before_effect")
            results = await self._committer.commit_batch([item.work for item in waiting if item.work])
            faults.point("consumer.after_effect")
            waiting = await self._retry_or_park(self._count(waiting, results), tries, parked)

    async def _retry_or_park(self, failed: list[_Item], tries: dict[str, int], parked: set[str]) -> list[_Item]:
        again: list[_Item] = []
        for item in failed:
            if item.key in parked:
                await self._park(item, parked)
                continue
            if isinstance(item.error, StoreUnavailable | Contended):
                raise item.error
            if not isinstance(item.error, OrderBroken):
                tries[item.key] = tries.get(item.key, 0) + 1
                metrics.events_retried.labels(self._subscription.group).inc()
                if tries[item.key] >= self._limits.tries_max:
                    await self._park(item, parked)
                    continue
            again.append(item)
        if again:
            most = max(tries.values(), default=1)
            await asyncio.sleep(min(self._limits.backoff_seconds * 2 ** (most - 1), self._limits.backoff_seconds_max))
        return again

    def _count(self, items: Sequence[_Item], results: Sequence[Committed | Exception]) -> list[_Item]:
        """Count what became of events; gives those that failed, each with its error."""
        group = self._subscription.group
        failed: list[_Item] = []
        applied: Counter[str] = Counter()
        for item, result in zip(items, results, strict=True):
            match result:
                case Committed(replayed=True):
                    metrics.events_duplicate.labels(group).inc()
                case Committed(outcome=Rejected(reason=reason)):
                    metrics.events_rejected.labels(group, reason).inc()
                    log.warning("event.rejected", group=group, reason=reason, event_id=item.event and item.event.id)
                case Committed():
                    applied[item.event.type if item.event else ""] += 1
                case _:
                    item.error = result
                    failed.append(item)
        for type_, count in applied.items():
            metrics.events_applied.labels(group, type_).inc(count)
        metrics.consumer_batch_size.labels(group).observe(len(items))
        return failed

    def _item(self, record: ConsumerRecord) -> _Item:
        try:
            envelope = decode(record.headers, record.key, record.value)
            event = Received.of(envelope, record.topic, record.partition, record.offset)
            return _Item(record, event, self._work_of(event), None)
        except Undecodable as failure:
            return _Item(record, None, None, failure)
        except Exception as failure:
            log.exception("event.handler.failed", group=self._subscription.group, offset=record.offset)
            return _Item(record, None, None, failure)

    def _work_of(self, event: Received) -> Work | None:
        work = self._subscription.handle(event)
        if work is None:
            return None
        # Not dataclasses.replace: it costs more than the rest of this method, for every event.
        return Work(
            name=work.name,
            decide=work.decide,
            reads=work.reads,
            inbox=InboxMark(self._subscription.group, event.id),
            order_key=f"{event.topic}/{event.key}",
            creates=work.creates,
            peeks=work.peeks,
            traceparent=event.traceparent,
        )

    async def _park(self, item: _Item, parked: set[str]) -> None:
        faults.point("consumer.before_parking")
        behind = item.key in parked
        reason = "behind" if behind else type(item.error).__name__
        letter = Letter.of(self._subscription.group, item.key, item.record, reason, str(item.error or ""))
        if await self._dead_letters.given_up(letter):
            return
        await self._dead_letters.park(letter)
        faults.point("consumer.after_parking")
        parked.add(item.key)
        metrics.events_parked.labels(self._subscription.group, reason).inc()
        log.error("event.parked", group=letter.group, key=letter.key, event_id=letter.event, reason=reason)

    async def _commit_offsets(self, records: Sequence[ConsumerRecord]) -> None:
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            self._applied[place] = max(self._applied.get(place, 0), record.offset + 1)
        await self._commit_applied()

    async def _commit_applied(self) -> None:
        """Commit how far we have come, with what an earlier time could not commit."""
        async with self._committing:
            consumer = self._client()
            if consumer is not None and self._applied:
                await self._commit_of(consumer)

    async def _commit_of(self, consumer: AIOKafkaConsumer) -> None:
        mine = {place: offset for place, offset in self._applied.items() if place in consumer.assignment()}
        self._applied = {}
        try:
            if mine:
                await consumer.commit(mine)
        except (CommitFailedError, IllegalStateError):
            # The partitions went to another member, which will meet our inbox marks.
            log.info("consumer.offsets.lost", group=self._subscription.group)
        except Exception as failure:
            # FastStream would swallow it. Perhaps nothing more comes of a partition, so `_measure` tries again.
            self._applied = mine | self._applied
            log.warning("consumer.offsets.failed", group=self._subscription.group, exc_info=failure)
        self._show_lag(consumer, mine)

    def _show_lag(self, consumer: Any, applied: dict[TopicPartition, int]) -> None:
        for place, offset in applied.items():
            if place in consumer.assignment() and (high := consumer.highwater(place)) is not None:
                self._gauges.show_lag(place, high - offset)
