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
    """With another provider: who somebody was when they signed in, until the session ends.

    What one provider said counts for nothing with the next: to it the same name may be somebody else.
    """

    def __init__(self, issuer: str, client_id: str) -> None:
        self._seal = seal_of(f"{issuer} {client_id}")

    def seal(self, identity: Identity) -> str:
        """The seal of the provider, and of what we are called there."""
        del identity
        return self._seal

    def now(self, session: Session) -> Identity | None:
        """As this provider said; None where another one did, or accounts of our own."""
        return session.identity if session.seal == self._seal else None
