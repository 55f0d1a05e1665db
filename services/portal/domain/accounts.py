"""Who can sign in here."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.domain.identities import Identity


@dataclass(frozen=True, slots=True)
class Account:
    """One sign-in.

    `password_hash` is an argon2 string. `sample_password` is set for demonstration accounts only, whose password
    is shown to everybody on the sign-in page.
    """

    account: str
    password_hash: str
    display: str
    role: str
    exhibitor: str | None = None
    organizer: str | None = None
    language: str = "en"
    sample_password: str | None = None

    @property
    def identity(self) -> Identity:
        """Who this account is."""
        return Identity(
            subject=f"account:{self.account}",
            account=self.account,
            display=self.display,
            role=self.role,
            exhibitor=self.exhibitor,
            organizer=self.organizer,
            language=self.language,
        )
