"""What a reservation's commands will read, remembered from its last change, so that they need one round trip less.

A reservation's booths and its exhibitor never change, so what is remembered cannot be wrong; only forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from services.booking.domain.holder import holder_id
from services.booking.domain.reservation import Reservation
from services.booking.ports import BOOTH, FAIR, HOLDER

RESERVATIONS_MAX: Final = 50_000


class ReservationHints:
    """The aggregates around each of the reservations that this process changed last."""

    def __init__(self, reservations_max: int = RESERVATIONS_MAX) -> None:
        self._reservations_max = reservations_max
        self._reads: OrderedDict[str, tuple[tuple[str, str], ...]] = OrderedDict()

    def remember(self, reservations: Iterable[Reservation]) -> None:
        """Note what goes with these."""
        for reservation in reservations:
            booths = tuple((BOOTH, id_) for id_ in reservation.booths)
            holder = (HOLDER, holder_id(reservation.fair, reservation.exhibitor))
            self._reads[reservation.id] = ((FAIR, reservation.fair), holder, *booths)
            self._reads.move_to_end(reservation.id)
        while len(self._reads) > self._reservations_max:
            self._reads.popitem(last=False)

    def reads(self, reservation: str) -> tuple[tuple[str, str], ...]:
        """What goes with a reservation; nothing where that is not known here."""
        return self._reads.get(reservation, ())
