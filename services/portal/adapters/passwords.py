"""Passwords under argon2id, compared off the event loop and few at a time."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The second choice of RFC 9106, for memory-constrained places: 64 MiB and three passes a comparison.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
COMPARISONS_MAX = 2


def hash_password(password: str) -> str:
    """The argon2 string of a password, with a salt of its own."""
    return _HASHER.hash(password)


class Argon2Passwords:
    """At most `COMPARISONS_MAX` at once, so that a flood of tries takes neither the memory nor the processors."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(COMPARISONS_MAX)
        self._nobody: str | None = None

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the hash's. None (no such account) takes as long, so that time tells no names."""
        async with self._turn:
            return await asyncio.to_thread(self._compare, password_hash, password)

    def _compare(self, password_hash: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = hash_password("nobody has this account")
        try:
            return _HASHER.verify(password_hash or self._nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False
