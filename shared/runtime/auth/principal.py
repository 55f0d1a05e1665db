"""The one who asks, as the token says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What kind of user somebody is."""

    EXHIBITOR = "exhibitor"
    ORGANIZER = "organizer"
    SERVICE = "service"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody signed in.

    `subject` is unique with the issuer; `exhibitor` or `organizer` names the tenant that they act for;
    `language` is a BCP 47 tag. Raises ValueError where an exhibitor or organizer comes without its tenant.
    """

    subject: str
    role: Role
    exhibitor: str | None = None
    organizer: str | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.subject:
            raise ValueError("a principal needs a subject")
        object.__setattr__(self, "role", Role(self.role))
        if self.role is Role.EXHIBITOR and not self.exhibitor:
            raise ValueError("an exhibitor's principal says which exhibitor")
        if self.role is Role.ORGANIZER and not self.organizer:
            raise ValueError("an organizer's principal says which organizer")
