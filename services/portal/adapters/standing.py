"""Whether those who signed in may still do what they could: by the accounts file, or as the provider told it."""

from __future__ import annotations

from services.portal.domain.identities import Identity
from services.portal.domain.sessions import Session, seal_of
from services.portal.ports import Accounts


class StandingByAccounts:
    """With the embedded issuer: what the accounts file says now; a new password, or no account, ends a session."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def seal(self, identity: Identity) -> str:
        """The seal of the account's present password."""
        account = self._accounts.find(identity.account)
        return "" if account is None else seal_of(account.password_hash)

    def now(self, session: Session) -> Identity | None:
        """The account as it is, if its password is the one that opened the session."""
        account = self._accounts.find(session.identity.account)
        if account is None or session.seal != seal_of(account.password_hash):
            return None
        return account.identity


class StandingAsTold:
    """With another provider: who somebody was when they signed in, until the session ends."""

    def seal(self, identity: Identity) -> str:
        """Nothing but time ends it."""
        del identity
        return ""

    def now(self, session: Session) -> Identity | None:
        """As the provider said; a session from when accounts of our own signed in counts no more."""
        return None if session.seal else session.identity
