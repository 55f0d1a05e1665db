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
from shared.runtime.clock import Clock

RESERVATIONS_MAX: Final = 50_000
_READ_MAX: Final = 2_000
_WAITING_MAX: Final = 16
_LIVE: Final = (HELD, CONFIRMED, SOLD)


@dataclass(frozen=True, slots=True)
class Sales:
    """A fair's sale as it was `at` that instant; not `complete` where there were more reservations than are counted."""

    at: datetime
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


class ManyWaitError(Exception):
    """As many sales wait to be counted as may."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose sale is asked for: a fair's, with the days of one hall if it is named, from `first` to `last`."""

    fair: Fair
    scope: Scope
    hall: str | None = None
    first: date | None = None
    last: date | None = None


class SalesCount:
    """Counts sales anew from the reservations, which know when they came to each step; one sale at a time.

    A count reads a fair's whole history and holds it meanwhile. Who asks for what is being counted, or waits to be,
    gets that answer.
    """

    def __init__(self, reader: SalesReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._turn = asyncio.Lock()
        self._running: dict[Asked, asyncio.Task[Sales]] = {}

    async def of(self, asked: Asked) -> Sales:
        """The fair's sale by day, and its floor now by hall and by size.

        Raises StoreUnavailable, ManyWaitError.
        """
        task = self._running.get(asked)
        if task is None:
            if len(self._running) >= _WAITING_MAX:
                raise ManyWaitError
            task = self._running[asked] = asyncio.create_task(self._in_turn(asked))
            task.add_done_callback(lambda _: self._running.pop(asked))
        # One who leaves does not take the answer from the others.
        return await asyncio.shield(task)

    async def _in_turn(self, asked: Asked) -> Sales:
        async with self._turn:
            fair = asked.fair
            floor = await self._reader.floor(fair.id)
            states = tuple(ReservationState)
            reservations = await _reservations(self._reader, asked.scope, fair.id, states, RESERVATIONS_MAX + 1)
            # Tens of thousands of reservations take a second to count, which others need not wait for.
            return await asyncio.to_thread(_count, asked, floor, reservations, self._clock.now())


async def live_at(reader: SalesReader, scope: Scope, fair: str) -> list[Reservation]:
    """A fair's reservations that have booths, as far as they are in a scope. Raises StoreUnavailable."""
    return await _reservations(reader, scope, fair, _LIVE, RESERVATIONS_MAX)


async def taken_at(reader: SalesReader, scope: Scope, fair: str) -> list[Taken]:
    """Every booth of a fair that is not free, by its id. Raises StoreUnavailable."""
    floor = await reader.floor(fair)
    known = {one.id: one for one in await live_at(reader, scope, fair)}
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


def _count(asked: Asked, floor: list[Booth], reservations: list[Reservation], now: datetime) -> Sales:
    fair, counted = asked.fair, reservations[:RESERVATIONS_MAX]
    amounts: dict[str, int] = {}
    for one in counted:
        if not one.ended:
            amounts |= sales.amounts_of(one, fair.currency)
    # Whose time is up has nothing any more, whatever any timer did.
    standing = [replace(booth, state=FREE) if booth.overdue(now) else booth for booth in floor]
    played = Floor((booth for booth in floor if asked.hall in (None, booth.hall)), fair.currency)
    last = min(asked.last or fair.day(now), fair.day(now))
    return Sales(
        at=now,
        days=sales.days(fair, played, sales.moves(counted, now), asked.first, last),
        halls=sales.by_hall(standing, amounts),
        sizes=sales.by_size(standing, amounts),
        complete=len(reservations) <= RESERVATIONS_MAX,
    )
