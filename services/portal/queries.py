"""Who is asking: the one question that the portal answers from its own store."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from services.portal.domain.identities import Identity
from services.portal.domain.sessions import Session, session_id
from services.portal.ports import Sessions, Standing
from shared.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds, and whose it is."""

    session: Session
    identity: Identity

    def may_write(self, csrf: str | None) -> bool:
        """Whether a write that carries this token comes from our own page."""
        return csrf is not None and hmac.compare_digest(csrf.encode(), self.session.csrf.encode())


class WhoAsks:
    """Finds the session that a cookie stands for."""

    def __init__(self, sessions: Sessions, standing: Standing, clock: Clock) -> None:
        self._sessions = sessions
        self._standing = standing
        self._clock = clock

    async def by_cookie(self, secret: str) -> SignedIn | None:
        """Who holds the cookie; None where its session has ended, or its holder is let in no more.

        Raises StoreUnavailable.
        """
        session = await self._sessions.find(session_id(secret))
        if session is None or self._clock.now() >= session.expires_at:
            return None
        identity = self._standing.now(session)
        return None if identity is None else SignedIn(session, identity)
