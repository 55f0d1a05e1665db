"""Who is asking: the one question that the portal answers from its own store."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from services.portal.domain.accounts import Account
from services.portal.domain.sessions import Session, session_id
from services.portal.ports import Accounts, Sessions
from shared.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds, and whose it is."""

    session: Session
    account: Account

    def may_write(self, csrf: str | None) -> bool:
        """Whether a write that carries this token comes from our own page."""
        return csrf is not None and hmac.compare_digest(csrf.encode(), self.session.csrf.encode())


class WhoAsks:
    """Finds the session that a cookie stands for."""

    def __init__(self, sessions: Sessions, accounts: Accounts, clock: Clock) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._clock = clock

    async def by_cookie(self, secret: str) -> SignedIn | None:
        """Who holds the cookie; None where its session, its account or its password is no more.

        Raises StoreUnavailable.
        """
        session = await self._sessions.find(session_id(secret))
        account = self._accounts.find(session.account) if session is not None else None
        if session is None or account is None or not session.holds(self._clock.now(), account.password_hash):
            return None
        return SignedIn(session, account)
