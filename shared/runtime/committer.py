"""The committer: every write of every service goes through here, many decisions in one transaction.

Commands that arrive while a batch is being written form the next batch, together with those that come within a few
milliseconds after it: an idle service adds no wait, and a busy one pays the round trips of a transaction once for many.
A batch's aggregates are loaded, the commands are decided in order in memory, each seeing what the one before it did,
and the new states, the idempotency records, the inbox marks and the outbox rows go out in one guarded transaction.
See docs/decisions/0001-committer.md.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from shared.runtime import faults, metrics, pages
from shared.runtime.batch import (
    IDEMPOTENCY,
    INBOX,
    Answer,
    Applied,
    Batch,
    Committed,
    Decided,
    IdempotencyKey,
    InboxMark,
    KeyInProgress,
    KeyReused,
    Kinds,
    OrderBroken,
    TooManyRounds,
    Work,
)
from shared.runtime.clock import Clock
from shared.runtime.outbox import COLLECTIONS as OUTBOX_COLLECTIONS
from shared.runtime.store import (
    ASCENDING,
    Conflict,
    Document,
    Index,
    Key,
    Kind,
    Reads,
    Store,
    StoreError,
    StoreUnavailable,
)

__all__ = [
    "COLLECTIONS",
    "Answer",
    "Applied",
    "Committed",
    "Committer",
    "CommitterLimits",
    "Contended",
    "IdempotencyKey",
    "InboxMark",
    "KeyInProgress",
    "KeyReused",
    "OrderBroken",
    "Overloaded",
    "Work",
]

log = structlog.get_logger(__name__)

COLLECTIONS: Final = (
    *OUTBOX_COLLECTIONS,
    pages.paged(IDEMPOTENCY, Index((("at", ASCENDING),), ttl_seconds=48 * 3600)),
    pages.paged(INBOX, Index((("at", ASCENDING),), ttl_seconds=120 * 24 * 3600)),
)
"""What the committer itself keeps: outbox, relay mark, idempotency records (48 h) and inbox marks (120 days: longer
than an outbox keeps the rows of event topics; handlers of compacted topics, whose last rows are kept for ever, look at
the sequence)."""

_Found = dict[str, dict[str, Document]]


class Overloaded(Exception):
    """More commands wait than the service will hold; nothing was done."""


class Contended(Exception):
    """Rival processes won every try; nothing was done."""


@dataclass(frozen=True, slots=True)
class CommitterLimits:
    """Bounds of the batching.

    `gather_ms` is how long a busy committer waits after a batch of several for those whom it has just answered.
    `batches_in_flight_max` above 1 lets transactions overlap: while the store writes one batch, the next is decided on
    other aggregates, if at least `overlap_commands_min` commands wait.
    """

    batch_commands_max: int = 256
    queue_commands_max: int = 4_096
    batches_in_flight_max: int = 2
    overlap_commands_min: int = 16
    gather_ms: float = 3.0
    tries_max: int = 12
    backoff_ms_max: float = 250.0


@dataclass(slots=True)
class _Waiting:
    work: Work
    future: asyncio.Future[Committed]
    since: float


class Committer:
    """Decides and writes commands."""

    def __init__(
        self,
        store: Store,
        kinds: Iterable[Kind],
        clock: Clock,
        limits: CommitterLimits | None = None,
    ) -> None:
        self._store = store
        self._kinds: Kinds = {kind.name: kind for kind in kinds}
        self._clock = clock
        self._limits = limits or CommitterLimits()
        self._queue: deque[_Waiting] = deque()
        self._in_progress: set[str] = set()
        self._batches: dict[asyncio.Task[None], frozenset[Key]] = {}
        self._listeners: list[Callable[[Sequence[Applied]], None]] = []
        self._closing = False
        self._gathering: asyncio.TimerHandle | None = None

    def on_applied(self, listener: Callable[[Sequence[Applied]], None]) -> None:
        """Call `listener` with what each batch changed, right after its commit, in this process only."""
        self._listeners.append(listener)

    async def commit(self, work: Work) -> Committed:
        """Decide one command and write what it changes.

        Raises KeyInProgress, KeyReused, Overloaded, Contended, StoreUnavailable, or whatever the decision raised.
        """
        if self._closing or len(self._queue) >= self._limits.queue_commands_max:
            raise Overloaded(f"{len(self._queue)} commands are waiting")
        key = work.idempotency.id if work.idempotency else None
        if key in self._in_progress:
            raise KeyInProgress(key)
        if key:
            self._in_progress.add(key)
        try:
            waiting = _Waiting(work, asyncio.get_running_loop().create_future(), time.perf_counter())
            self._queue.append(waiting)
            self._start_batches()
            committed = await waiting.future
        finally:
            if key:
                self._in_progress.discard(key)
        told = "replayed" if committed.replayed else type(committed.outcome).__name__.lower()
        metrics.decision_seconds.labels(work.name, told).observe(time.perf_counter() - waiting.since)
        return committed

    async def commit_batch(self, works: Sequence[Work]) -> list[Committed | Exception]:
        """Decide works as one batch of their own, in order; an exception stands at its work's place.

        Where a work fails, the later ones with the same `order_key` fail with OrderBroken instead of overtaking it.
        Raises Contended or StoreUnavailable where nothing of the batch may be taken as written.
        """
        return await self._run(list(works), set())

    async def drain(self) -> None:
        """Take nothing more and finish what is there."""
        self._closing = True
        self._gathered()
        while self._batches:
            await asyncio.wait(self._batches)

    def _start_batches(self) -> None:
        if self._gathering is not None and len(self._queue) < self._limits.batch_commands_max:
            return
        while len(self._batches) < self._limits.batches_in_flight_max and (batch := self._next_batch()):
            task = asyncio.create_task(self._run_waiting(batch))
            self._batches[task] = frozenset(key for waiting in batch for key in waiting.work.touches)
            task.add_done_callback(self._batch_of_several_done if len(batch) > 1 else self._batch_done)

    def _next_batch(self) -> list[_Waiting]:
        """Who comes next: in order, but nobody whose aggregates a batch under way, or one who waits longer, touches."""
        if self._batches and len(self._queue) < min(self._limits.overlap_commands_min, self._limits.batch_commands_max):
            return []
        busy = {key for keys in self._batches.values() for key in keys}
        batch: list[_Waiting] = []
        passed: list[_Waiting] = []
        while self._queue and len(batch) < self._limits.batch_commands_max:
            waiting = self._queue.popleft()
            if busy and not busy.isdisjoint(waiting.work.touches):
                busy.update(waiting.work.touches)
                passed.append(waiting)
            else:
                batch.append(waiting)
        self._queue.extendleft(reversed(passed))
        return batch

    def _batch_done(self, task: asyncio.Task[None]) -> None:
        del self._batches[task]
        self._start_batches()

    def _batch_of_several_done(self, task: asyncio.Task[None]) -> None:
        del self._batches[task]
        if self._closing:
            self._start_batches()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(self._limits.gather_ms / 1000, self._gathered)

    def _gathered(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        self._start_batches()

    async def _run_waiting(self, batch: list[_Waiting]) -> None:
        try:
            results = await self._run([waiting.work for waiting in batch], set())
        except asyncio.CancelledError:
            for waiting in batch:
                waiting.future.cancel()
            raise
        except Exception as failure:  # noqa: BLE001 - it goes to every caller of the batch
            results = [failure] * len(batch)
        for waiting, result in zip(batch, results, strict=True):
            if waiting.future.done():
                continue
            if isinstance(result, Exception):
                waiting.future.set_exception(result)
            else:
                waiting.future.set_result(result)

    async def _run(self, works: list[Work], broken: set[str]) -> list[Committed | Exception]:
        """Try until the batch is written; a contended or refused batch goes on in halves, in order."""
        failure: Exception | None = None
        for tries in range(self._limits.tries_max):
            try:
                return await self._try(works, broken)
            except Conflict as conflict:
                failure = conflict
                metrics.commit_conflicts.inc()
                if tries >= 2 and len(works) > 1:
                    break
                await asyncio.sleep(self._backoff_seconds(tries))
            except StoreUnavailable:
                raise
            except (StoreError, TooManyRounds) as refusal:
                failure = refusal
                break
        if len(works) > 1:
            middle = len(works) // 2
            first = await self._run(works[:middle], broken)
            return [*first, *await self._run(works[middle:], broken)]
        if works[0].order_key:
            broken.add(works[0].order_key)
        if isinstance(failure, Conflict):
            return [Contended(f"{works[0].name}: {failure}")]
        assert failure is not None  # noqa: S101 - the loop above leaves either an answer or a failure
        return [failure]

    def _backoff_seconds(self, tries: int) -> float:
        return random.uniform(0, min(self._limits.backoff_ms_max, 2.0**tries)) / 1000

    async def _try(self, works: list[Work], broken: set[str]) -> list[Committed | Exception]:
        batch = Batch(self._kinds, works)
        now = self._clock.now()
        still_broken = set(broken)
        while (wanted := batch.missing()) is not None:
            batch.add(*await self._read(wanted, batch.answered()))
            now = self._clock.now()
            still_broken = set(broken)
            batch.decide(now, still_broken)
        if doubtful := batch.doubtful():
            batch.confirm(await self._store.load(doubtful))
        metrics.commit_batch_size.observe(len(works))
        faults.point("committer.before_write")
        writes = batch.writes(now)
        if writes:
            await self._store.write(writes)
        faults.point("committer.after_commit")
        broken |= still_broken
        if batch.applied:
            self._tell(batch.applied)
        return [self._result(decided) for decided in batch.decided]

    async def _read(self, wanted: Reads, answered: Reads) -> tuple[_Found, _Found]:
        """Aggregates by id and entries by theirs, side by side."""
        if not any(answered.values()):
            return await self._store.load(wanted), {}
        return await asyncio.gather(self._store.load(wanted), self._store.entries(answered))

    def _tell(self, applied: Sequence[Applied]) -> None:
        for listener in self._listeners:
            try:
                listener(applied)
            except Exception:
                # The commit stands: what a listener makes of it must not have it decided again.
                log.exception("commit.listener.failed")

    @staticmethod
    def _result(decided: Decided) -> Committed | Exception:
        return decided.failure if decided.failure is not None else decided.committed()
