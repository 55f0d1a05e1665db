"""How many booths an exhibitor holds at a fair: an aggregate of its own, so that the cap stands among rivals too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.booking.domain.reservation import HELD, Reservation


@dataclass(frozen=True, slots=True)
class Hold:
    """One reservation's held booths (a number) and when the hold ends."""

    reservation: str
    booths: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """An exhibitor's holds at one fair; `id` is fair/exhibitor."""

    id: str
    holds: tuple[Hold, ...] = ()

    def held(self, now: datetime) -> int:
        """Booths held at this moment; a hold past its end no longer counts."""
        return sum(hold.booths for hold in self.holds if hold.until > now)


def holder_id(fair: str, exhibitor: str) -> str:
    """The id of an exhibitor's holder at a fair."""
    return f"{fair}/{exhibitor}"


def follow(holder: Holder, reservation: Reservation) -> Holder:
    """The holder, with the reservation's booths counted exactly while it is held."""
    others = tuple(hold for hold in holder.holds if hold.reservation != reservation.id)
    if reservation.state is HELD:
        others = (*others, Hold(reservation.id, len(reservation.booths), reservation.expires_at))
    return replace(holder, holds=others)
