"""Who asks, and what that lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation

Role = Literal["exhibitor", "organizer", "service", "admin"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: their role, and the exhibitor or organizer that they act for."""

    role: Role
    exhibitor: str | None = None
    organizer: str | None = None


def runs(actor: Actor, organizer: str) -> bool:
    """Whether the actor may do what only that organizer may."""
    match actor.role:
        case "service" | "admin":
            return True
        case "organizer":
            return actor.organizer == organizer
        case _:
            return False


def may_book_for(actor: Actor, fair: Fair, exhibitor: str) -> bool:
    """Whether the actor may hold booths of this fair in that exhibitor's name."""
    return runs(actor, fair.organizer) or (actor.role == "exhibitor" and actor.exhibitor == exhibitor)


def may_command(actor: Actor, reservation: Reservation) -> bool:
    """Whether the actor may change the reservation; a co-exhibitor only reads it."""
    return runs(actor, reservation.organizer) or (
        actor.role == "exhibitor" and actor.exhibitor == reservation.exhibitor
    )
