"""A browser's session: opened by a password, ended by signing out or by time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in with a browser. `csrf` is what the page must repeat in a header with every write."""

    account: str
    csrf: str
    opened_at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether the session still counts."""
        return now < self.expires_at


def session_id(secret: str) -> str:
    """Under which id a cookie's session is kept: a digest, so that reading the store opens no session."""
    return hashlib.sha256(secret.encode()).hexdigest()
