"""Event streams that pass through the portal: bounded, so that those who watch leave room for those who book."""

from __future__ import annotations

from collections import Counter

from shared.runtime import metrics
from shared.runtime.problems import unavailable


class Streams:
    """How many streams pass now, in all and for each caller."""

    def __init__(self, streams_max: int, each_max: int) -> None:
        self._streams_max = streams_max
        self._each_max = each_max
        self._passing: Counter[bytes] = Counter()

    def enter(self, caller: bytes) -> None:
        """One more stream of a caller. Raises Problem 503 where there are too many already."""
        if self._passing.total() >= self._streams_max or self._passing[caller] >= self._each_max:
            raise unavailable("Too many live streams; poll instead, or try again.", retry_after_seconds=5)
        self._passing[caller] += 1
        metrics.live_streams.inc()

    def leave(self, caller: bytes) -> None:
        """One less."""
        self._passing[caller] -= 1
        metrics.live_streams.dec()
        if not self._passing[caller]:
            del self._passing[caller]
