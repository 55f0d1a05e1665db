"""How the sale of a whole fair goes, and who has which of its booths: for those who run it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from services.booking.domain import sales
from services.booking.domain.booth import BLOCKED, FREE, Booth
from services.booking.domain.fair import Fair
from services.booking.domain.reservation import CONFIRMED, HELD, SOLD, Reservation, ReservationState
from services.booking.domain.sales import Day, Floor, Standing
from services.booking.ports import SalesReader, Scope

RESERVATIONS_MAX: Final = 50_000
_READ_MAX: Final = 2_000
_LIVE: Final = (HELD, CONFIRMED, SOLD)


@dataclass(frozen=True, slots=True)
class Sales:
    """A fair's sale; not `complete` where there were more reservations than are counted."""

    days: list[Day]
    halls: dict[str, Standing]
    sizes: list[Standing]
    complete: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A booth that is not free, with the reservation that has it; without one it is blocked."""

    booth: Booth
    reservation: Reservation | None

    @property
    def since(self) -> datetime | None:
        """When it came to the state that it is in."""
        if self.reservation is None:
            return self.booth.blocked_at
        return self.reservation.sold_at or self.reservation.confirmed_at or self.reservation.held_at


async def sales_of(
    reader: SalesReader,
    scope: Scope,
    fair: Fair,
    now: datetime,
    *,
    hall: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Sales:
    """The fair's sale by day, of one hall if it is named, and its floor now by hall and by size.

    It is counted anew from the reservations, which know when they came to each step. Raises StoreUnavailable.
    """
    floor = await reader.floor(fair.id)
    reservations = await _reservations(reader, scope, fair.id, tuple(ReservationState), RESERVATIONS_MAX + 1)
    complete = len(reservations) <= RESERVATIONS_MAX
    counted = reservations[:RESERVATIONS_MAX]
    # Fifty thousand reservations take a second to count, which others need not wait for.
    return await asyncio.to_thread(_count, fair, floor, counted, now, hall, first, last, complete=complete)


async def taken_at(reader: SalesReader, scope: Scope, fair: str) -> list[Taken]:
    """Every booth of a fair that is not free, by its id. Raises StoreUnavailable."""
    floor = await reader.floor(fair)
    live = await _reservations(reader, scope, fair, _LIVE, RESERVATIONS_MAX)
    known = {one.id: one for one in live}
    found = []
    for booth in sorted(floor, key=lambda one: one.id):
        reservation = known.get(booth.reservation or "")
        # Between the two reads a booth may have been taken or freed: what does not fit together is told next time.
        if reservation is not None or booth.state is BLOCKED:
            found.append(Taken(booth, reservation))
    return found


async def _reservations(
    reader: SalesReader, scope: Scope, fair: str, states: tuple[ReservationState, ...], limit: int
) -> list[Reservation]:
    found: list[Reservation] = []
    before: str | None = None
    while len(found) < limit:
        page = await reader.of_fair(fair, scope, states=states, before=before, limit=_READ_MAX)
        found += page
        if len(page) < _READ_MAX:
            break
        before = page[-1].id
    return found


def _count(
    fair: Fair,
    floor: list[Booth],
    reservations: list[Reservation],
    now: datetime,
    hall: str | None,
    first: date | None,
    last: date | None,
    *,
    complete: bool,
) -> Sales:
    amounts: dict[str, int] = {}
    for one in reservations:
        if not one.ended:
            amounts |= sales.amounts_of(one, fair.currency)
    # Whose time is up has nothing any more, whatever any timer did.
    standing = [replace(booth, state=FREE) if booth.overdue(now) else booth for booth in floor]
    played = Floor((booth for booth in floor if hall in (None, booth.hall)), fair.currency)
    told = sales.moves(reservations, now)
    days = sales.days(fair, played, told, first, min(last or fair.day(now), fair.day(now)))
    return Sales(days, sales.by_hall(standing, amounts), sales.by_size(standing, amounts), complete)
