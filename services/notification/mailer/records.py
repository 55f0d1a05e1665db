"""What became of mails, written down while others are still going out.

A crash sends again what had left and was not written down. So mails are begun only while few others are in that doubt,
and what has ended is written in one transaction as soon as the one before it is done: the slower the store, the more
at once, up to the bound.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from services.notification.domain.deliveries import Delivery
from shared.runtime.committer import Committed, Contended, Work

log = structlog.get_logger(__name__)


class BatchCommitter(Protocol):
    """What the mailer needs of the committer."""

    async def commit_batch(self, works: Sequence[Work]) -> list[Committed | Exception]:
        """See Committer.commit_batch."""
        ...


class Records:
    """Hands out deliveries to be sent and writes down how they end; at most `unrecorded_max` are between the two."""

    def __init__(self, committer: BatchCommitter, unrecorded_max: int) -> None:
        self._committer = committer
        self._unrecorded_max = unrecorded_max
        self._begun: set[str] = set()
        self._works: dict[str, Work] = {}
        self._taking = False
        self._moved = asyncio.Event()
        self._news = asyncio.Event()

    async def begin(self, waiting: list[Delivery]) -> Delivery | None:
        """Take the last of those that wait, once there is room for it; None where none is left or none can be recorded.

        It has begun then, and ends by `end`.
        """
        while self._taking and waiting and len(self._begun) >= self._unrecorded_max:
            self._moved.clear()
            await self._moved.wait()
        if not self._taking or not waiting:
            return None
        delivery = waiting.pop()
        self._begun.add(delivery.id)
        return delivery

    def end(self, delivery: Delivery, work: Work) -> None:
        """Have `work` write down what became of a delivery, whether it was begun or not."""
        self._works[delivery.id] = work
        self._news.set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """For as long as the block lasts, deliveries can begin and are written when they end; the last of them before
        it is left. Raises what `write` raises; from then on nothing begins.
        """
        self._taking = True
        over = asyncio.Event()
        writer = asyncio.create_task(self._write_until(over))
        try:
            yield
        finally:
            over.set()
            self._news.set()
            await writer

    async def _write_until(self, over: asyncio.Event) -> None:
        try:
            while self._works or not over.is_set():
                await self._news.wait()
                self._news.clear()
                await self.write()
                if self._works:
                    self._news.set()
        finally:
            self._taking = False
            self._moved.set()

    async def write(self) -> None:
        """Write what has ended. What the store cannot take is kept, and nothing begins in its place.

        Raises StoreUnavailable, and Contended where rivals left room for none of it.
        """
        works = dict(self._works)
        if not works:
            return
        results = await self._committer.commit_batch(list(works.values()))
        for (delivery, work), result in zip(works.items(), results, strict=True):
            if isinstance(result, Exception):
                log.error("mailer.record.failed", reason=type(result).__name__)
            if isinstance(result, Contended):
                continue
            self._begun.discard(delivery)
            if self._works[delivery] is work:
                del self._works[delivery]
        self._moved.set()
        if all(isinstance(result, Contended) for result in results):
            raise Contended(f"{len(results)} records of mails")
