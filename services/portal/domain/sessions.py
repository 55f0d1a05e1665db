"""A browser's session: opened by a sign-in, ended by signing out or by time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from services.portal.domain.identities import Identity


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in with a browser.

    `identity` is as the provider told it then; `seal` stands for the password that opened it, where that is ours to
    know; `csrf` is what the page must repeat in a header with every write.
    """

    identity: Identity
    seal: str
    csrf: str
    opened_at: datetime
    expires_at: datetime


def seal_of(password_hash: str) -> str:
    """What stands for a password with its session: a digest of its hash, which is not to lie in two places."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def session_id(secret: str) -> str:
    """Under which id a cookie's session is kept: a digest, so that reading the store opens no session."""
    return hashlib.sha256(secret.encode()).hexdigest()
