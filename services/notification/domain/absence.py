"""The mail server's absence, as one mailer meets it: since when, and until when it is not worth knocking again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.notification.domain.deliveries import Backoff


@dataclass(slots=True)
class Absence:
    """Pauses that grow with each knock that nobody answers, for as long as it takes: `tries_max` bounds nothing here.

    `since` and `until` (UTC) are None while the server answers; `knocks` counts the pauses of this absence.
    """

    pauses: Backoff
    since: datetime | None = None
    until: datetime | None = None
    knocks: int = 0

    def noticed(self, now: datetime, jitter: float) -> bool:
        """Nobody answered: pause. False where that is known already, for several senders meet the same absence."""
        if self.lasts(now):
            return False
        self.since = self.since or now
        self.knocks += 1
        self.until = now + self.pauses.wait(self.knocks, jitter)
        return True

    def over(self) -> bool:
        """The server answered; whether that is news."""
        was_away = self.since is not None
        self.since, self.until, self.knocks = None, None, 0
        return was_away

    def lasts(self, now: datetime) -> bool:
        """Whether a pause is running."""
        return self.until is not None and now < self.until
