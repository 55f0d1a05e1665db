"""How often an exhibitor may try to hold booths: some at once, and then as many again, evenly, over a window.

The generic cell rate algorithm (ITU-T I.371): one instant is all that is kept, when the exhibitor could do all at once
again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """`tries_max` at once, and as many in every `window_seconds` that follow."""

    tries_max: int
    window_seconds: int


@dataclass(frozen=True, slots=True)
class TooSoon:
    """Not now; one try is possible after `retry_after_seconds`."""

    retry_after_seconds: int


def try_once(rested_at: datetime | None, pace: Pace, now: datetime) -> datetime | TooSoon:
    """When all is possible at once again, after one more try; None stands for whoever has not tried yet.

    A try that comes too soon counts nowhere.
    """
    window = timedelta(seconds=pace.window_seconds)
    after = max(rested_at or now, now) + window / pace.tries_max
    if after - now > window:
        return TooSoon(max(1, math.ceil((after - now - window).total_seconds())))
    return after
