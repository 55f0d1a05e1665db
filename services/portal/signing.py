"""Signing in and out, from a password to a session and back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from services.portal.domain.attempts import AttemptLimits
from services.portal.domain.sessions import Session, seal_of, session_id
from services.portal.handlers import count_attempt, end_session, open_session
from services.portal.ports import ATTEMPTS, SESSION, Accounts, Passwords
from services.portal.queries import SignedIn
from shared.runtime.clock import Clock
from shared.runtime.committer import Committer, Work
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.problems import Problem

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, and the secret that its cookie carries."""

    secret: str
    signed_in: SignedIn


class Signing:
    """What the routes hand over to. Raises what the committer raises, and the problems named below."""

    def __init__(
        self,
        committer: Committer,
        accounts: Accounts,
        passwords: Passwords,
        clock: Clock,
        *,
        limits: AttemptLimits,
        session_seconds: int,
    ) -> None:
        self._committer = committer
        self._accounts = accounts
        self._passwords = passwords
        self._clock = clock
        self._limits = limits
        self._session_life = timedelta(seconds=session_seconds)

    async def sign_in(self, name: str, password: str, address: str) -> Opened:
        """Open a session; raises the problems too-many-attempts (429) and wrong-credentials (401)."""
        counts = self._limits.counts(name, address)
        reads = tuple((ATTEMPTS, one.id) for one in counts)
        counted = await self._committer.commit(Work("count-attempt", count_attempt(counts), reads=reads))
        if isinstance(counted.outcome, Rejected):
            raise _too_many(counted.outcome)
        # Only what carries an idempotency key is ever answered without being decided.
        tried_at = cast("Accepted", counted.outcome).answer
        account = self._accounts.find(name)
        right = await self._passwords.matches(account.password_hash if account else None, password)
        if account is None or not right:
            raise Problem("wrong-credentials", "Not signed in", 401, "Account or password is wrong.")
        now = self._clock.now()
        seal, csrf = seal_of(account.password_hash), secrets.token_urlsafe(SECRET_BYTES)
        session = Session(account.account, seal, csrf, now, now + self._session_life)
        secret = secrets.token_urlsafe(SECRET_BYTES)
        id_ = session_id(secret)
        await self._committer.commit(
            Work(
                "open-session",
                open_session(id_, session, counts, tried_at),
                reads=((SESSION, id_), *reads),
            )
        )
        return Opened(secret, SignedIn(session, account))

    async def sign_out(self, secret: str) -> None:
        """End the session of that cookie, at once and everywhere."""
        id_ = session_id(secret)
        await self._committer.commit(Work("end-session", end_session(id_), reads=((SESSION, id_),)))


def _too_many(rejected: Rejected) -> Problem:
    wait = str(rejected.items[0]["retry_after_seconds"])
    return Problem(rejected.reason, "Too many attempts", 429, rejected.detail, headers={"Retry-After": wait})
