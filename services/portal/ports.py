"""What the portal's handlers need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.portal.domain.accounts import Account
from services.portal.domain.identities import Identity
from services.portal.domain.sessions import Session

SESSION = "session"
ATTEMPTS = "attempts"
CODE = "code"
FINISHED = "finished"


class Accounts(Protocol):
    """The sign-ins that there are."""

    def find(self, account: str) -> Account | None:
        """The account of that name, or None."""
        ...

    def samples(self) -> Sequence[Account]:
        """The demonstration accounts, in the order in which they are shown."""
        ...


class Passwords(Protocol):
    """Compares passwords, at a cost that makes guessing slow."""

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the hash's; takes as long for None (no such account) as for any other."""
        ...


class Sessions(Protocol):
    """The sessions as they are kept."""

    async def find(self, id_: str) -> Session | None:
        """The session with that id; raises StoreUnavailable."""
        ...


class Standing(Protocol):
    """Whether somebody who signed in may still do what they could then."""

    def seal(self, identity: Identity) -> str:
        """What a session that is opened now is sealed with: it ends once that is another."""
        ...

    def now(self, session: Session) -> Identity | None:
        """Who a session's holder is now; None where they are let in no more."""
        ...
