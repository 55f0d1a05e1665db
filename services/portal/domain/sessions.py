"""A browser's session: opened by a password, ended by signing out or by time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in with a browser.

    `seal` stands for the password that opened it; `csrf` is what the page must repeat in a header with every write.
    """

    account: str
    seal: str
    csrf: str
    opened_at: datetime
    expires_at: datetime

    def holds(self, now: datetime, password_hash: str) -> bool:
        """Whether the session still counts, now that its account's password is this: a new one ends it."""
        return now < self.expires_at and self.seal == seal_of(password_hash)


def seal_of(password_hash: str) -> str:
    """What stands for a password with its session: a digest of its hash, which is not to lie in two places."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def session_id(secret: str) -> str:
    """Under which id a cookie's session is kept: a digest, so that reading the store opens no session."""
    return hashlib.sha256(secret.encode()).hexdigest()
