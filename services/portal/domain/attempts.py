"""How often a password may be tried for one account from one address."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """At most `attempts_max` tries in any `window_seconds`."""

    attempts_max: int
    window_seconds: int


@dataclass(frozen=True, slots=True)
class Attempts:
    """The instants of the tries that still count, oldest first."""

    at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class TooMany:
    """No further try now; the next is possible after `retry_after_seconds`."""

    retry_after_seconds: int


def attempts_id(account: str, address: str) -> str:
    """The id of one account's tries from one address; a digest, since people type passwords into the wrong field."""
    return hashlib.sha256(f"{account.casefold()}\n{address}".encode()).hexdigest()


def try_once(attempts: Attempts, limit: AttemptLimit, now: datetime) -> Attempts | TooMany:
    """Count one more try, before its password is looked at: rivals in flight at once cannot slip past the limit."""
    window = timedelta(seconds=limit.window_seconds)
    counting = tuple(at for at in attempts.at if now - at < window)
    if len(counting) >= limit.attempts_max:
        wait = counting[-limit.attempts_max] + window - now
        return TooMany(max(1, math.ceil(wait.total_seconds())))
    return Attempts((*counting, now))
