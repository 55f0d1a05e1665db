"""Durable timers: a deadline is a field of the document that it ends, so it can never be out of step with it.

A sweeper finds what is due and commits the command; the command looks again and does nothing where the deadline has
moved. Any number of processes may sweep: the committer's guards let one of them through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from shared.runtime import metrics
from shared.runtime.clock import Clock
from shared.runtime.committer import Committer, Contended, Overloaded, Work
from shared.runtime.store import ASCENDING, Document, Kind, Store, StoreError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`field` of a kind's document holds the instant at which `command(id, due_at)` is to be committed.

    The collection must declare a sparse index on `field`; a state without a deadline leaves the field out.
    """

    kind: Kind
    field: str
    command: Callable[[str, datetime], Work]


class Deadlines:
    """Fires deadlines within about `poll_seconds`."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        deadlines: Sequence[Deadline],
        clock: Clock,
        *,
        poll_seconds: float = 0.25,
        due_max: int = 500,
    ) -> None:
        self._store = store
        self._committer = committer
        self._deadlines = tuple(deadlines)
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._due_max = due_max
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to sweep in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the sweep under way."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                while await self.sweep() == self._due_max and not self._stopping.is_set():
                    pass
            except StoreError as failure:
                log.warning("deadlines.sweep.failed", error=str(failure))
            except Exception:
                log.exception("deadlines.sweep.broken")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._poll_seconds)

    async def sweep(self) -> int:
        """Commit what is due now; gives how many deadlines were found due. Raises StoreUnavailable."""
        count = 0
        for deadline in self._deadlines:
            now = self._clock.now()
            due = await self._store.find(
                deadline.kind.collection,
                {deadline.field: {"$lte": now}},
                sort=[(deadline.field, ASCENDING)],
                limit=self._due_max,
            )
            fired = await asyncio.gather(
                *(self._fire(deadline, document, now) for document in due), return_exceptions=True
            )
            for failure in fired:
                if isinstance(failure, BaseException):
                    raise failure  # The others are through; those that failed are still due.
            count = max(count, len(due))
        return count

    async def _fire(self, deadline: Deadline, document: Document, now: datetime) -> None:
        due_at = document[deadline.field]
        try:
            await self._committer.commit(deadline.command(document["_id"], due_at))
        except (Contended, Overloaded) as failure:
            # Still due, so the next sweep tries again.
            log.info("deadline.postponed", kind=deadline.kind.name, id=document["_id"], error=str(failure))
            return
        metrics.deadlines_fired.labels(deadline.kind.name).inc()
        metrics.deadline_delay_seconds.labels(deadline.kind.name).observe((now - due_at).total_seconds())
