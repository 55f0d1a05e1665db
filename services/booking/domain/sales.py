"""A fair's sale: what was held, confirmed, sold and given up on each day, and how its floor stands.

Floor counts once. A joint stand that somebody has counts whole, and what lies inside it adds no square metres, though
it is a booth; one that nobody has counts with what its parts leave over. So the states' areas add up to the floor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from services.booking.domain.booth import BLOCKED, FREE, HELD, RESERVED, SOLD, Booth, BoothState
from services.booking.domain.fair import Fair
from services.booking.domain.naming import in_order
from services.booking.domain.reservation import EXPIRED, Reservation

SIZES_M2: Final = (9.0, 18.0, 36.0, 72.0)
"""Booths are sorted by their area into those of up to so many square metres, and larger ones."""
DAYS_MAX: Final = 400
STANDING: Final = (HELD, RESERVED, SOLD)
STATES: Final = (FREE, HELD, RESERVED, SOLD, BLOCKED)


class Step(StrEnum):
    """What becomes of a reservation's booths."""

    HELD = "held"
    CONFIRMED = "confirmed"
    SOLD = "sold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_LEADS_TO: Final[Mapping[Step, BoothState]] = {Step.HELD: HELD, Step.CONFIRMED: RESERVED, Step.SOLD: SOLD}


@dataclass(slots=True)
class Tally:
    """How much: booths, their floor in square metres, and what those with a price cost in minor units."""

    booths: int = 0
    area_m2: float = 0.0
    amount_minor: int = 0

    def add(self, booths: int, area_m2: float, amount_minor: int) -> None:
        """Count more, or less where these are negative."""
        self.booths += booths
        self.area_m2 += area_m2
        self.amount_minor += amount_minor

    def copy(self) -> Tally:
        """The same count, to be kept."""
        return Tally(self.booths, self.area_m2, self.amount_minor)


@dataclass(frozen=True, slots=True)
class Day:
    """One day on the venue's calendar: what moved on it, and what stood at its end."""

    on: date
    moved: Mapping[Step, Tally]
    standing: Mapping[BoothState, Tally]


@dataclass(frozen=True, slots=True)
class Move:
    """A reservation's booths came to a step."""

    at: datetime
    step: Step
    reservation: Reservation


@dataclass(slots=True)
class Standing:
    """How a part of the floor is now."""

    states: dict[BoothState, Tally] = field(default_factory=lambda: {state: Tally() for state in STATES})


def moves(reservations: Iterable[Reservation], now: datetime) -> list[Move]:
    """Every step of these reservations' lives in the order of time; a hold past its deadline has run out then."""
    found: list[Move] = []
    for one in reservations:
        at = one.held_at
        for came, step in _life(one, now):
            # What another process's clock dates before the step that it follows was at that step's time.
            at = max(at, came)
            found.append(Move(at, step, one))
    # At one instant the older reservation comes first: it gives back what the younger one takes. Its own steps keep
    # their order, for the sort is stable.
    return sorted(found, key=lambda move: (move.at, move.reservation.held_at, move.reservation.id))


def _life(one: Reservation, now: datetime) -> Iterable[tuple[datetime, Step]]:
    yield one.held_at, Step.HELD
    if one.confirmed_at is not None:
        yield one.confirmed_at, Step.CONFIRMED
    if one.sold_at is not None:
        yield one.sold_at, Step.SOLD
    if one.ended_at is not None:
        yield one.ended_at, Step.EXPIRED if one.state is EXPIRED else Step.CANCELLED
    elif one.overdue(now):
        yield one.expires_at, Step.EXPIRED


def days(fair: Fair, floor: Floor, told: Sequence[Move], first: date | None, last: date) -> list[Day]:
    """Each day from the first move, or from `first`, to `last`: the newest `DAYS_MAX` of them.

    What moved before is in what stood at the end of the first day.
    """
    by_day = {on: list(some) for on, some in groupby(told, key=lambda move: fair.day(move.at))}
    begin = max(first or min(by_day, default=last), last - timedelta(days=DAYS_MAX - 1))
    for on in by_day:
        if on < begin:
            floor.play(by_day[on])
    found = []
    for on in (begin + timedelta(days=n) for n in range((last - begin).days + 1)):
        moved = floor.play(by_day.get(on, ()))
        found.append(Day(on, moved, {state: tally.copy() for state, tally in floor.standing.items()}))
    return found


class Floor:
    """A fair's booths while its reservations are played through: what stands held, reserved and sold."""

    def __init__(self, booths: Iterable[Booth], currency: str) -> None:
        self._booths = {booth.id: booth for booth in booths}
        self._currency = currency
        self._states: dict[str, BoothState] = {}
        self._amounts: dict[str, int] = {}
        self._had_by: dict[str, str] = {}
        self.standing: dict[BoothState, Tally] = {state: Tally() for state in STANDING}

    def play(self, told: Iterable[Move]) -> dict[Step, Tally]:
        """Take in what moved, and say how much of each step that was.

        A hold takes its booths, and what comes after it changes those that the reservation still has: clocks of
        processes differ a little, so that the next hold of a booth may seem to be older than the end of the last.
        """
        moved = {step: Tally() for step in Step}
        for move in told:
            ids = [id_ for id_ in move.reservation.booths if id_ in self._booths]
            amounts = amounts_of(move.reservation, self._currency)
            name = move.reservation.id
            its = ids if move.step is Step.HELD else [id_ for id_ in ids if self._had_by.get(id_) == name]
            around = self._with_related(its)
            self._count(around, -1)
            for id_ in its:
                self._states[id_] = _LEADS_TO.get(move.step, FREE)
                self._amounts[id_] = amounts.get(id_, 0)
                self._had_by[id_] = name
            self._count(around, 1)
            together = shares([self._booths[id_] for id_ in ids], lambda _: SOLD)
            moved[move.step].add(len(ids), sum(together.values()), sum(amounts.get(id_, 0) for id_ in ids))
        return moved

    def _with_related(self, ids: Iterable[str]) -> list[Booth]:
        found: dict[str, Booth] = {}
        waiting = list(ids)
        while waiting:
            id_ = waiting.pop()
            if id_ in found or id_ not in self._booths:
                continue
            found[id_] = self._booths[id_]
            waiting += found[id_].related
        return list(found.values())

    def _count(self, booths: Sequence[Booth], sign: int) -> None:
        areas = shares(booths, lambda id_: self._states.get(id_, FREE))
        for booth in booths:
            if (tally := self.standing.get(self._states.get(booth.id, FREE))) is not None:
                tally.add(sign, sign * areas[booth.id], sign * self._amounts.get(booth.id, 0))


def shares(booths: Collection[Booth], state_of: Callable[[str], BoothState]) -> dict[str, float]:
    """Of each booth (id) the square metres that count as in its state, so that floor counts once."""
    known = {booth.id: booth for booth in booths}
    taken = {id_ for id_ in known if state_of(id_) is not FREE}
    found = {}
    for booth in booths:
        inside = [known[id_] for id_ in booth.parts if id_ in known]
        if not taken.isdisjoint(booth.part_of):
            found[booth.id] = 0.0
        elif booth.id in taken or not inside:
            found[booth.id] = booth.area_m2
        else:
            direct = (one for one in inside if not any(other.id in one.part_of for other in inside))
            found[booth.id] = max(0.0, booth.area_m2 - sum(one.area_m2 for one in direct))
    return found


def by_hall(booths: Sequence[Booth], amounts: Mapping[str, int]) -> dict[str, Standing]:
    """How each hall's floor is now, hall 2 before hall 10; `amounts` are what taken booths (ids) cost."""
    found: dict[str, Standing] = {}
    for booth, area in _now(booths):
        _enter(found.setdefault(booth.hall, Standing()), booth, area, amounts)
    return {hall: found[hall] for hall in sorted(found, key=in_order)}


def by_size(booths: Sequence[Booth], amounts: Mapping[str, int]) -> list[Standing]:
    """How the booths of each class of `SIZES_M2` are now, and of those that are larger."""
    found = [Standing() for _ in (*SIZES_M2, None)]
    for booth, area in _now(booths):
        at = sum(booth.area_m2 > limit for limit in SIZES_M2)
        _enter(found[at], booth, area, amounts)
    return found


def amounts_of(reservation: Reservation, currency: str) -> dict[str, int]:
    """What a reservation's booths (ids) cost, as far as it is known in that currency."""
    price = reservation.price
    if price is None or price.currency != currency:
        return {}
    each = zip(reservation.booths, price.amounts_minor, strict=True)
    return {id_: amount for id_, amount in each if amount is not None}


def _now(booths: Sequence[Booth]) -> Iterable[tuple[Booth, float]]:
    """What is on the plan or still somebody's, with the floor that counts as in its state."""
    shown = [booth for booth in booths if not (booth.withdrawn and booth.state is FREE)]
    states = {booth.id: booth.state for booth in shown}
    areas = shares(shown, states.__getitem__)
    return ((booth, areas[booth.id]) for booth in shown)


def _enter(standing: Standing, booth: Booth, area_m2: float, amounts: Mapping[str, int]) -> None:
    amount = amounts.get(booth.id, 0) if booth.state in STANDING else 0
    standing.states[booth.state].add(1, area_m2, amount)
