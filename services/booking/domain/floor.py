"""Whether booths can be had: floor is sold once, and stands inside stands need their neighbour's consent."""

from __future__ import annotations

from collections.abc import Sequence

from services.booking.domain import booth as booths
from services.booking.domain.booth import BLOCKED, FREE, Booth, BoothState
from services.booking.domain.refusal import BoothRefusal
from services.booking.domain.reservation import CONFIRMED, HELD, SOLD, Reservation

Neighbour = tuple[Booth, Reservation | None]
"""A related booth, and the reservation that has it."""

_STATE_OF_BOOTHS = {HELD: BoothState.HELD, CONFIRMED: BoothState.RESERVED, SOLD: BoothState.SOLD}


def refusal(booth: Booth, neighbours: Sequence[Neighbour], asker: str) -> BoothRefusal | None:
    """Why the asker cannot hold this booth, or None.

    A part of a taken joint stand, or a joint stand over a taken part, needs its neighbour's reservation to admit the
    asker. The answer names the booth in the way, never who has it. Holds past their end must have been expired before.
    """
    if booth.withdrawn:
        return BoothRefusal(booth.id, "booth-withdrawn", booth.state)
    if booth.state is BLOCKED:
        return BoothRefusal(booth.id, "booth-blocked", booth.state)
    if booth.state is not FREE:
        return BoothRefusal(booth.id, "booth-taken", booth.state)
    for other, reservation in neighbours:
        if other.state is FREE or (reservation is not None and reservation.admits(asker)):
            continue
        return BoothRefusal(booth.id, "joint-stand-taken", other.state, overlapping=other.id)
    return None


def follow(booth: Booth, reservation: Reservation) -> Booth:
    """The booth as its reservation says: in its hands while that lives, free once it ended. Raises ForbiddenMove."""
    if reservation.ended:
        return booths.release(booth)
    state = _STATE_OF_BOOTHS[reservation.state]
    until = reservation.expires_at if reservation.state is HELD else None
    if (booth.state, booth.reservation, booth.until) == (state, reservation.id, until):
        return booth
    return booths.take(booth, state, reservation.id, reservation.exhibitor, until)
