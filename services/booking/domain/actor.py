"""Who asks, and whose booths that lets them touch."""

from __future__ import annotations

from dataclasses import dataclass

from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: one who may do it to anybody's, an exhibitor to their own, or an organizer at their fairs."""

    everything: bool = False
    exhibitor: str | None = None
    organizer: str | None = None


def runs(actor: Actor, organizer: str) -> bool:
    """Whether the actor may do what only that organizer may."""
    return actor.everything or (actor.organizer is not None and actor.organizer == organizer)


def may_book_for(actor: Actor, fair: Fair, exhibitor: str) -> bool:
    """Whether the actor may hold booths of this fair in that exhibitor's name."""
    return runs(actor, fair.organizer) or (actor.exhibitor is not None and actor.exhibitor == exhibitor)


def may_command(actor: Actor, reservation: Reservation) -> bool:
    """Whether the actor may change the reservation; a co-exhibitor only reads it."""
    return runs(actor, reservation.organizer) or (
        actor.exhibitor is not None and actor.exhibitor == reservation.exhibitor
    )
