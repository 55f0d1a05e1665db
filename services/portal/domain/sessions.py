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
    know, and else for the provider; `csrf` is what the page must repeat in a header with every write.
    """

    identity: Identity
    seal: str
    csrf: str
    opened_at: datetime
    expires_at: datetime


def seal_of(opened_by: str) -> str:
    """What stands for a password's hash, or a provider, with its session: a digest; no hash is to lie in two places."""
    return hashlib.sha256(opened_by.encode()).hexdigest()


def session_id(secret: str) -> str:
    """Under which id a cookie's session is kept: a digest, so that reading the store opens no session."""
    return hashlib.sha256(secret.encode()).hexdigest()
