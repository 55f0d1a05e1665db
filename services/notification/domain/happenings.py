"""What happened to a reservation, and whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.notification.domain.recipients import Party, Recipient


class Kind(StrEnum):
    """The kinds of news; each has its texts and its preferences."""

    HELD = "held"
    EXTENDED = "extended"
    CONFIRMED = "confirmed"
    SOLD = "sold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CO_EXHIBITORS_CHANGED = "co-exhibitors-changed"
    ADMITTED = "admitted"


class Audience(StrEnum):
    """As whom somebody is told; the same news reads differently to each."""

    MAIN = "main"
    CO = "co"
    REMOVED = "removed"
    ADMITTED = "admitted"
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a reservation: `cause` is its id, `at` its time (UTC), `sequence` its place among them."""

    cause: str
    at: datetime
    sequence: int
    kind: Kind
    fair: str
    organizer: str
    reservation: str
    booths: tuple[str, ...]
    exhibitor: str
    co_exhibitors: tuple[str, ...] = ()
    admitted: str | None = None
    expires_at: datetime | None = None
    extensions: int = 0
    reason: str = ""

    @property
    def ends_reservation(self) -> bool:
        """Whether nothing more can happen to the reservation's companions."""
        return self.kind in (Kind.CANCELLED, Kind.EXPIRED)

    def named(self, co_exhibitors_max: int) -> set[str]:
        """The exhibitors whom a text about it names, of the co-exhibitors the first few."""
        return {self.exhibitor, *self.co_exhibitors[:co_exhibitors_max], *filter(None, (self.admitted,))}

    def booth_labels(self) -> tuple[str, ...]:
        """The booths as people say them: `hall/number`, without the fair."""
        return tuple(booth.removeprefix(f"{self.fair}/") for booth in self.booths)


def concerned(happening: Happening, companions_before: tuple[str, ...] = ()) -> tuple[tuple[Recipient, Audience], ...]:
    """Everybody whom a happening concerns, each once, as whom they are told.

    `companions_before` are the co-exhibitors before it; who is not among them any more is told so.
    """
    told: dict[Recipient, Audience] = {}

    def tell(exhibitor: str, audience: Audience) -> None:
        told.setdefault(Recipient(Party.EXHIBITOR, exhibitor), audience)

    tell(happening.exhibitor, Audience.MAIN)
    if happening.admitted:
        tell(happening.admitted, Audience.ADMITTED)
    for exhibitor in happening.co_exhibitors:
        tell(exhibitor, Audience.CO)
    if happening.kind is Kind.CO_EXHIBITORS_CHANGED:
        for exhibitor in companions_before:
            tell(exhibitor, Audience.REMOVED)
    told.setdefault(Recipient(Party.ORGANIZER, happening.organizer), Audience.ORGANIZER)
    return tuple(told.items())
