"""Who has tried to hold how often, in this process's memory."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Final

from services.booking.domain.pace import Pace, TooSoon, try_once
from shared.runtime.auth import Principal, Role
from shared.runtime.clock import Clock
from shared.runtime.problems import Problem

REMEMBERED_MAX: Final = 50_000


class HoldPacing:
    """Bounds each exhibitor's tries. See docs/decisions/0021-holds-are-paced.md for why it is not kept in the store."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._pace = pace
        self._clock = clock
        self._rested_at: OrderedDict[str, datetime] = OrderedDict()

    def count(self, principal: Principal) -> None:
        """One more try of an exhibitor; others act for many, and are not counted.

        Raises Problem 429 `too-many-holds` where it comes too soon.
        """
        exhibitor = principal.exhibitor
        if principal.role is not Role.EXHIBITOR or exhibitor is None:
            return
        now = self._clock.now()
        after = try_once(self._rested_at.get(exhibitor), self._pace, now)
        if isinstance(after, TooSoon):
            wait = after.retry_after_seconds
            raise Problem(
                "too-many-holds",
                "Too many holds",
                429,
                f"This exhibitor may try {self._pace.tries_max} holds in {self._pace.window_seconds} seconds; "
                f"this request was not looked at, send it again in {wait} seconds.",
                headers={"Retry-After": str(wait)},
            )
        self._rested_at[exhibitor] = after
        self._rested_at.move_to_end(exhibitor)
        self._forget(now)

    def _forget(self, now: datetime) -> None:
        """Those who are rested are as those who never tried; beyond the bound, who tried the longest ago goes."""
        while self._rested_at:
            exhibitor, rested_at = next(iter(self._rested_at.items()))
            if rested_at > now and len(self._rested_at) <= REMEMBERED_MAX:
                return
            del self._rested_at[exhibitor]
