"""The relay: the only thing that publishes. One at a time per service, by a lease.

It works in two steps, each safe to repeat. *Numbering* gives new outbox rows their position, in an order in which every
key's sequence rises. *Publishing* sends rows in position order and then moves one mark, the last position that the
broker acknowledged; a crash in between sends again what listeners drop by its id. A broker that has lost its topics is
filled again from the first row kept.

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
from shared.runtime.outbox import OUTBOX, RELAY
from shared.runtime.store import ASCENDING, DESCENDING, Conflict, Document, Mark, Store, StoreError, Writes

log = structlog.get_logger(__name__)

_MARK: Final = "relay"
_AS_WRITTEN: Final = (("time", ASCENDING),)


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

    async def publish(self, rows: Sequence[Document], within_seconds: float) -> None:
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
                RELAY, {"_id": _MARK, "owner": self._owner}, {"lease_until": self._clock.now()}
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
            found = await self._store.find(RELAY, {"_id": _MARK, "owner": self._owner})
            if found:
                return found[0]
        mine = await self._store.update_one(RELAY, {"_id": _MARK, "owner": self._owner}, {"lease_until": until})
        if mine is None:
            claim = {"owner": self._owner, "lease_until": until}
            mine = await self._store.update_one(RELAY, {"_id": _MARK, "lease_until": {"$lt": now}}, claim)
            if mine is None:
                first = {"_id": _MARK, "numbered": 0, "published": 0, **claim}
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
        """Give new rows their positions; in one transaction with the mark, so that rivals cannot both do it."""
        new = await self._unnumbered()
        if not new:
            return []
        rows = in_sequence(new)
        for position, row in enumerate(rows, start=mark["numbered"] + 1):
            row["position"] = position
        held = {"owner": self._owner, "numbered": mark["numbered"]}
        marks = [Mark(OUTBOX, row["_id"], {"position": row["position"]}, {"position": None}) for row in rows]
        numbered = {"numbered": rows[-1]["position"]}
        try:
            await self._store.write(Writes(marks=[Mark(RELAY, _MARK, numbered, held), *marks]))
        except Conflict:
            raise _NotMine from None
        mark.update(numbered)
        return rows

    async def _unnumbered(self) -> list[Document]:
        rows = await self._store.find_in_snapshot(
            OUTBOX, {"position": None}, sort=_AS_WRITTEN, limit=self._limits.rows_max
        )
        if len(rows) < self._limits.rows_max:
            return rows
        # The cut may have left out an earlier event of a key, written by a process whose clock is ahead.
        keys = list({row["key"] for row in rows})
        of_keys = {"position": None, "key": {"$in": keys}}
        same_keys = await self._store.find_in_snapshot(OUTBOX, of_keys, sort=_AS_WRITTEN, limit=0)
        return list({row["_id"]: row for row in (*rows, *same_keys)}.values())

    async def _publish(self, mark: Document, fresh: list[Document]) -> int:
        """Send what comes next; gives how many rows. `fresh` were numbered just now and need not be read again."""
        after = mark["published"]
        rows = fresh
        if not fresh or fresh[0]["position"] != after + 1:
            following = {"position": {"$gt": after}}
            rows = await self._store.find(
                OUTBOX, following, sort=[("position", ASCENDING)], limit=self._limits.rows_max
            )
        metrics.outbox_backlog.set(mark["numbered"] - after)
        if not rows:
            metrics.outbox_age_seconds.set(0)
            return 0
        metrics.outbox_age_seconds.set((self._clock.now() - rows[0]["time"]).total_seconds())
        faults.point("relay.before_publish")
        try:
            await self._publisher.publish(rows, self._lease_left_seconds())
        except TopicsLost:
            self._topics_checked_at = -math.inf
            raise PublishFailed("the broker does not have our topics") from None
        faults.point("relay.after_publish")
        await self._move(mark, rows[-1]["position"])
        now = self._clock.now()
        for row in rows:
            metrics.publish_delay_seconds.observe((now - row["time"]).total_seconds())
        return len(rows)

    async def _move(self, mark: Document, position: int) -> Document:
        """Set how far the broker has acknowledged; raises _NotMine where the lease, or the mark, moved meanwhile."""
        held = {"_id": _MARK, "owner": self._owner, "published": mark["published"]}
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
        compacted = {topic.name for topic in self._topics if topic.compacted}
        published = int((await summary(self._store))["published_position"] or 0)
        position = deleted = 0
        while True:
            following = {"position": {"$gt": position, "$lte": published}}
            rows = await self._store.find(
                OUTBOX, following, sort=[("position", ASCENDING)], limit=self._limits.rows_max
            )
            old = [row for row in rows if row["time"] < before]
            if not old:
                return deleted
            kept = {row["_id"] for row in old if row["topic"] in compacted and not await self._superseded(row)}
            doomed = [row["_id"] for row in old if row["_id"] not in kept]
            if doomed:
                deleted += await self._store.delete(OUTBOX, {"_id": {"$in": doomed}})
            position = rows[-1]["position"]

    async def _superseded(self, row: Document) -> bool:
        """Whether its key has a later row; rows of a key are neighbours by id."""
        prefix = row["_id"].rpartition("/")[0] + "/"
        of_key = {"_id": {"$gt": prefix, "$lt": prefix + "\uffff"}, "key": row["key"], "seq": {"$gt": row["seq"]}}
        return bool(await self._store.find(OUTBOX, of_key, limit=1))


def in_sequence(rows: Sequence[Document]) -> list[Document]:
    """Rows as they come, but each key's rows of a topic in the order of their sequence."""
    of_key: dict[tuple[str, str], list[Document]] = {}
    for row in rows:
        of_key.setdefault((row["topic"], row["key"]), []).append(row)
    waiting = {key: iter(sorted(same, key=lambda row: row["seq"])) for key, same in of_key.items()}
    return [next(waiting[row["topic"], row["key"]]) for row in rows]


async def replay(store: Store, after_position: int = 0) -> int:
    """Publish again everything after a position; gives how many rows. Listeners drop what they have seen."""
    rows = await store.count(OUTBOX, {"position": {"$gt": after_position}})
    await store.update_one(RELAY, {"_id": _MARK, "published": {"$gt": after_position}}, {"published": after_position})
    return rows


async def summary(store: Store) -> dict[str, int | str | None]:
    """How far the outbox has got: rows kept, last position, last published, oldest row unpublished."""
    found = await store.find(RELAY, {"_id": _MARK})
    mark = found[0] if found else {"published": 0, "numbered": 0}
    waiting = {"$or": [{"position": None}, {"position": {"$gt": mark["published"]}}]}
    oldest = await store.find(OUTBOX, waiting, sort=[("time", ASCENDING)], limit=1)
    last = await store.find(OUTBOX, {"position": {"$gt": 0}}, sort=[("position", DESCENDING)], limit=1)
    return {
        "rows": await store.count(OUTBOX, {}),
        "waiting": await store.count(OUTBOX, waiting),
        "last_position": last[0]["position"] if last else 0,
        "published_position": mark["published"],
        "oldest_waiting": oldest[0]["time"].isoformat() if oldest else None,
    }
