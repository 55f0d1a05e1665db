"""Where the time comes from: one port, the real clock, and one that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved; it never moves backwards by `advance`."""

    def __init__(self, now: datetime = datetime(2027, 1, 1, tzinfo=UTC)) -> None:
        self.set(now)

    def now(self) -> datetime:
        """The instant that was set last."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move to `now`; raises ValueError where it has no time zone."""
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta | None = None, /, **parts: float) -> datetime:
        """Move forward by a timedelta, or by its parts (`seconds=5`), and return the new instant.

        Raises ValueError where the step is negative.
        """
        step = by if by is not None else timedelta(**parts)
        if step < timedelta(0):
            raise ValueError("time does not run backwards; use set()")
        self._now += step
        return self._now
