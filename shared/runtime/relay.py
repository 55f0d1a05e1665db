"""The relay: the only thing that publishes. One at a time per service, by a lease.

It works in two steps, each safe to repeat. *Numbering* gives new pages of the outbox their positions, in an order in
which every key's sequence rises. *Publishing* sends rows in position order and then moves one mark, the last position
that the broker acknowledged; a crash in between sends again what listeners drop by its id. A broker that has lost its
topics is filled again from the first row kept.

Polling is the truth. What this process writes wakes it at once; a change stream, which costs the server something for
every row, is opened only while rows turn up that another process wrote.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog

from shared.contracts.topics import Topic
from shared.runtime import faults, ids, metrics
from shared.runtime.clock import Clock
from shared.runtime.health import NotReady
from shared.runtime.outbox import OUTBOX, RELAY, Row, rows, subjects
from shared.runtime.outbox_order import in_sequence
from shared.runtime.outbox_state import RELAY_MARK, published_position
from shared.runtime.store import ASCENDING, Conflict, Document, Mark, Store, StoreError, Writes

log = structlog.get_logger(__name__)

_AS_WRITTEN: Final = (("at", ASCENDING), ("_id", ASCENDING))
_BY_PLACE: Final = (("last", ASCENDING),)
_READ_PAGES_MAX: Final = 64


class PublishFailed(Exception):
    """The broker did not acknowledge; what it has of the batch is unknown."""


class TopicsLost(Exception):
    """The broker does not have the service's topics (any more)."""


class Publisher(Protocol):
    """Sends rows to the broker."""

    async def missing_topics(self, topics: Sequence[Topic]) -> list[Topic]:
        """Those that the broker does not have. Raises PublishFailed where it cannot be asked."""
        ...

    async def create_topics(self, topics: Sequence[Topic]) -> None:
        """Create them; those that are there by now are left as they are. Raises PublishFailed."""
        ...

    async def publish(self, rows: Sequence[Row], within_seconds: float) -> None:
        """Send rows in order, per partition, and return when all are acknowledged; after `within_seconds` nothing
        more of them is sent. Raises PublishFailed, TopicsLost.
        """
        ...

    async def close(self) -> None:
        """Send what is under way and hang up."""
        ...


@dataclass(frozen=True, slots=True)
class RelayLimits:
    """Bounds and waits of the relay."""

    rows_max: int = 1_000
    pages_max: int = 256
    poll_seconds: float = 0.25
    linger_seconds: float = 0.015
    busy_rows: int = 100
    busy_linger_seconds: float = 0.06
    watch_seconds: float = 60.0
    topics_check_seconds: float = 5.0
    lease_seconds: float = 10.0
    lease_margin_seconds: float = 1.0
    retry_seconds_max: float = 5.0
    retention_days: int = 90
    sweep_seconds: float = 3_600.0


class _NotMine(Exception):
    """Another process has the lease."""


class Relay:
    """Publishes a service's outbox to the topics that it owns."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        topics: Sequence[Topic],
        clock: Clock,
        limits: RelayLimits | None = None,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._topics = tuple(topics)
        self._clock = clock
        self._limits = limits or RelayLimits()
        self._owner = ids.new_id("relay")
        self._lease_until = 0.0
        self._topics_checked_at = -math.inf
        self._wake = asyncio.Event()
        self._written_here = False
        self._strangers = asyncio.Event()
        self._strangers_at = 0.0
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._trouble: str | None = None

    async def start(self) -> None:
        """Begin to relay in the background."""
        others = (self._watch(), self._sweep_now_and_then())
        self._tasks = [asyncio.create_task(self._run()), *(asyncio.create_task(other) for other in others)]

    async def stop(self) -> None:
        """Publish what is there, if the broker listens, and give the lease back."""
        self._stopping = True
        self._wake.set()
        runner, *others = self._tasks
        for other in others:
            other.cancel()
        await asyncio.wait([runner], timeout=self._limits.lease_seconds)
        runner.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(StoreError):
            await self._store.update_one(
                RELAY, {"_id": RELAY_MARK, "owner": self._owner}, {"lease_until": self._clock.now()}
            )
        await self._publisher.close()

    def wake(self) -> None:
        """This process wrote something to the outbox."""
        self._written_here = True
        self._wake.set()

    async def ready(self) -> None:
        """Raises NotReady while events cannot be published."""
        if self._trouble:
            raise NotReady(self._trouble)

    async def _watch(self) -> None:
        while True:
            await self._strangers.wait()
            async with aclosing(self._store.watch(OUTBOX)) as stream:
                async for _ in stream:
                    self._wake.set()
                    if time.monotonic() > self._strangers_at + self._limits.watch_seconds:
                        break
            self._strangers.clear()

    async def _run(self) -> None:
        delay = 0.1
        while True:
            try:
                busy = await self._round()
                delay, self._trouble = 0.1, None
            except _NotMine:
                busy, self._trouble = 0, None
                metrics.relay_leader.set(0)
                await self._pause(self._limits.lease_seconds / 4)
            except (StoreError, PublishFailed) as failure:
                busy = 0
                self._trouble = f"events wait in the outbox: {type(failure).__name__}"
                metrics.relay_failures.inc()
                log.warning("relay.round.failed", error=str(failure), retry_seconds=round(delay, 2))
                await self._pause(delay)
                delay = min(delay * 2, self._limits.retry_seconds_max)
            except Exception as failure:
                busy = 0
                self._trouble = f"the relay failed: {type(failure).__name__}"
                log.exception("relay.round.broken")
                await self._pause(delay)
                delay = min(delay * 2, self._limits.retry_seconds_max)
            if self._stopping and (self._trouble or not busy):
                return
            if busy:
                # What is decided within the next moment goes out together, which spares broker and store; the more
                # there is, the longer the moment.
                await asyncio.sleep(self._linger(busy))
                continue
            await self._pause(self._limits.poll_seconds)

    def _linger(self, rows: int) -> float:
        if rows >= self._limits.rows_max:
            return 0.0  # There is a backlog: nothing to wait for.
        return self._limits.busy_linger_seconds if rows >= self._limits.busy_rows else self._limits.linger_seconds

    async def _pause(self, seconds: float) -> None:
        if self._stopping:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._wake.clear()

    async def _round(self) -> int:
        """One step of each kind; gives how many rows were published."""
        mark = await self._lease()
        if time.monotonic() > self._topics_checked_at + self._limits.topics_check_seconds:
            mark = await self._check_topics(mark)
        written_here, self._written_here = self._written_here, False
        numbered = await self._number(mark)
        if numbered and not written_here:
            self._strangers_at = time.monotonic()
            self._strangers.set()
        if numbered:
            faults.point("relay.after_numbering")
        return await self._publish(mark, numbered)

    async def _lease(self) -> Document:
        """Our lease, renewed; raises _NotMine while another process holds it."""
        now = self._clock.now()
        until = now + timedelta(seconds=self._limits.lease_seconds)
        if time.monotonic() < self._lease_until - self._limits.lease_seconds / 2:
            found = await self._store.find(RELAY, {"_id": RELAY_MARK, "owner": self._owner})
            if found:
                return found[0]
        mine = await self._store.update_one(RELAY, {"_id": RELAY_MARK, "owner": self._owner}, {"lease_until": until})
        if mine is None:
            claim = {"owner": self._owner, "lease_until": until}
            mine = await self._store.update_one(RELAY, {"_id": RELAY_MARK, "lease_until": {"$lt": now}}, claim)
            if mine is None:
                first = {"_id": RELAY_MARK, "numbered": 0, "published": 0, **claim}
                if not await self._store.insert_new(RELAY, [first]):
                    raise _NotMine
                mine = first
            log.info("relay.lease.taken", owner=self._owner)
        self._lease_until = time.monotonic() + self._limits.lease_seconds
        metrics.relay_leader.set(1)
        return mine

    def _lease_left_seconds(self) -> float:
        """For how long we surely are the only one who publishes."""
        return max(0.1, self._lease_until - time.monotonic() - self._limits.lease_margin_seconds)

    async def _check_topics(self, mark: Document) -> Document:
        """Create the topics that are missing, having first gone back to the first row, so that they are filled.

        Nobody else may create them: their absence is how a broker is known that has lost what it was sent.
        """
        missing = await self._publisher.missing_topics(self._topics)
        if missing and mark["published"]:
            log.warning("relay.broker.forgot", topics=[topic.name for topic in missing])
            mark = await self._move(mark, 0)
        if missing:
            await self._publisher.create_topics(missing)
        self._topics_checked_at = time.monotonic()
        return mark

    async def _number(self, mark: Document) -> list[Document]:
        """Give new pages their positions; in one transaction with the mark, so that rivals cannot both do it."""
        pages = in_sequence(await self._unnumbered())
        if not pages:
            return []
        last = mark["numbered"]
        marks = []
        for page in pages:
            place = {"first": last + 1, "last": last + page["count"]}
            marks.append(Mark(OUTBOX, page["_id"], place, {"last": None}))
            page.update(place)
            last = page["last"]
        held = {"owner": self._owner, "numbered": mark["numbered"]}
        try:
            await self._store.write(Writes(marks=[Mark(RELAY, RELAY_MARK, {"numbered": last}, held), *marks]))
        except Conflict:
            raise _NotMine from None
        mark["numbered"] = last
        return pages

    async def _unnumbered(self) -> list[Document]:
        new = {"last": None}
        pages = await self._store.find_in_snapshot(OUTBOX, new, sort=_AS_WRITTEN, limit=self._limits.pages_max)
        if len(pages) < self._limits.pages_max:
            return pages
        # The cut may have left out an earlier event of a key, written by a process whose clock is ahead; by how much a
        # clock may be ahead is what the lease already has to assume.
        until = pages[-1]["at"] + timedelta(seconds=self._limits.lease_seconds)
        near = {"last": None, "at": {"$lte": until}}
        return await self._store.find_in_snapshot(OUTBOX, near, sort=_AS_WRITTEN, limit=0)

    async def _publish(self, mark: Document, fresh: list[Document]) -> int:
        """Send what comes next; gives how many rows. `fresh` were numbered just now and need not be read again."""
        after = mark["published"]
        pages = fresh
        if not fresh or fresh[0]["first"] != after + 1:
            pages = await self._store.find(OUTBOX, {"last": {"$gt": after}}, sort=_BY_PLACE, limit=_READ_PAGES_MAX)
        told = [row for row in rows(self._bounded(pages)) if (row.position or 0) > after]
        metrics.outbox_backlog.set(mark["numbered"] - after)
        if not told:
            metrics.outbox_age_seconds.set(0)
            return 0
        metrics.outbox_age_seconds.set((self._clock.now() - told[0].time).total_seconds())
        faults.point("relay.before_publish")
        try:
            await self._publisher.publish(told, self._lease_left_seconds())
        except TopicsLost:
            self._topics_checked_at = -math.inf
            raise PublishFailed("the broker does not have our topics") from None
        faults.point("relay.after_publish")
        await self._move(mark, told[-1].position or 0)
        now = self._clock.now()
        for row in told:
            metrics.publish_delay_seconds.observe((now - row.time).total_seconds())
        return len(told)

    def _bounded(self, pages: Sequence[Document]) -> list[Document]:
        """As many pages as hold about `rows_max` rows, at least one."""
        taken: list[Document] = []
        count = 0
        for page in pages:
            if taken and count + page["count"] > self._limits.rows_max:
                break
            taken.append(page)
            count += page["count"]
        return taken

    async def _move(self, mark: Document, position: int) -> Document:
        """Set how far the broker has acknowledged; raises _NotMine where the lease, or the mark, moved meanwhile."""
        held = {"_id": RELAY_MARK, "owner": self._owner, "published": mark["published"]}
        moved = await self._store.update_one(RELAY, held, {"published": position})
        if moved is None:
            raise _NotMine
        mark.update(moved)
        return mark

    async def _sweep_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self._limits.sweep_seconds)
            if time.monotonic() > self._lease_until:
                continue
            try:
                await self.sweep()
            except StoreError as failure:
                log.warning("relay.sweep.failed", error=str(failure))
            except Exception:
                log.exception("relay.sweep.broken")

    async def sweep(self) -> int:
        """Delete published rows past their retention; gives how many. Of a compacted topic, each key's last row
        stays, for a refill. Raises StoreUnavailable.
        """
        before = self._clock.now() - timedelta(days=self._limits.retention_days)
        published = await published_position(self._store)
        position = deleted = 0
        while True:
            following = {"last": {"$gt": position, "$lte": published}}
            pages = await self._store.find(OUTBOX, following, sort=_BY_PLACE, limit=_READ_PAGES_MAX)
            old = [page for page in pages if page["at"] < before]
            if not old:
                return deleted
            kept = await self._lasting(rows(old))
            for page in old:
                deleted += await self._thin_out(page, kept)
            position = pages[-1]["last"]

    async def _lasting(self, old: Sequence[Row]) -> set[str]:
        """Which rows stay for ever: of compacted topics, where every version of a key is told, those without a next."""
        compacted = {topic.name for topic in self._topics if topic.compacted}
        next_of = {row.id: f"{row.topic}/{row.key}/{row.sequence + 1}" for row in old if row.topic in compacted}
        there = (await self._store.entries({OUTBOX: list(next_of.values())})).get(OUTBOX, {})
        return {id_ for id_, following in next_of.items() if following not in there}

    async def _thin_out(self, page: Document, kept: set[str]) -> int:
        """Take from a page what is not kept, and the page itself where nothing is left; gives how many rows went."""
        entries = [entry for entry in page["entries"] if entry["id"] in kept]
        if not entries:
            await self._store.delete(OUTBOX, {"_id": page["_id"]})
        elif len(entries) < page["count"]:
            thinner = {"entries": entries, "count": len(entries), "about": subjects(entries)}
            await self._store.update_one(OUTBOX, {"_id": page["_id"]}, thinner)
        return int(page["count"]) - len(entries)
