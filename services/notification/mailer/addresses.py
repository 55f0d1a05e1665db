"""Mails that wait for an address: they go on their way when one comes, and are settled together when none has.

Nothing is claimed for that, since nothing leaves: of two mailers one moves a delivery, and the other finds it moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.notification import handlers
from services.notification.domain.deliveries import Delivery
from services.notification.mailer.records import BatchCommitter
from services.notification.ports import CONTACT, DELIVERY, Archive
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Work
from shared.runtime.decision import Accepted


class Addresses:
    """Sees to what waits for an address, at most `batch_max` deliveries at a time."""

    def __init__(self, committer: BatchCommitter, archive: Archive, clock: Clock, batch_max: int) -> None:
        self._committer = committer
        self._archive = archive
        self._clock = clock
        self._batch_max = batch_max
        self._come: set[str] = set()

    def come(self, exhibitors: Iterable[str]) -> None:
        """These exhibitors have an address now: `hasten` what waits for it.

        This is heard in one process only, and lost with it; whoever settles looks for an address again.
        """
        self._come.update(exhibitors)

    async def hasten(self) -> None:
        """Make due what waits for an address that has come. Raises StoreUnavailable, and is to be done again then."""
        if not self._come:
            return
        asked = frozenset(self._come)
        waiting = await self._archive.awaiting(asked, self._batch_max)
        moved = await self._move(
            [Work("hasten_delivery", handlers.hasten_delivery(d.id), ((DELIVERY, d.id),)) for d in waiting]
        )
        if moved == len(waiting) < self._batch_max:
            self._come -= asked

    async def waited(self) -> Sequence[Delivery]:
        """What has waited long enough. Raises StoreUnavailable."""
        return await self._archive.waited(self._clock.now(), self._batch_max)

    async def settle(self, waited: Sequence[Delivery]) -> int:
        """Settle what has waited long enough, in one transaction; gives how many moved. Raises StoreUnavailable."""
        return await self._move(
            [
                Work(
                    "settle_unaddressed",
                    handlers.settle_unaddressed(one.id),
                    reads=((DELIVERY, one.id),),
                    peeks=((CONTACT, one.recipient.id),),
                )
                for one in waited
            ]
        )

    async def _move(self, works: Sequence[Work]) -> int:
        results = await self._committer.commit_batch(works) if works else []
        return sum(isinstance(one, Committed) and isinstance(one.outcome, Accepted) for one in results)
