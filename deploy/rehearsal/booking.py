"""Booking the stands over HTTP, each by its exhibitor with that exhibitor's own token.

Keys come from the fair, the stand and the intent, so a second rehearsal, or one that was cut off, doubles nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from deploy.client.api import Api, ApiRefused, stable_key
from deploy.client.progress import Step
from deploy.client.together import together
from deploy.rehearsal.plan import Booking

LIVE: Final = frozenset({"held", "confirmed", "sold"})
COMMITTED: Final = frozenset({"confirmed", "sold"})
RESERVATIONS: Final = "/api/booking/reservations"


class Fate(StrEnum):
    """What became of a stand."""

    BOOKED = "booked now"
    THERE = "booked before"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stand's booking and what became of it; `why` says what stood in the way, `admitted` who had to be let in."""

    booking: Booking
    fate: Fate
    reservation: str | None = None
    why: str = ""
    admitted: int = 0


@dataclass(slots=True)
class Reservation:
    """A reservation as the API shows it."""

    id: str
    booths: tuple[str, ...]
    exhibitor: str
    co_exhibitors: frozenset[str]
    admitted: set[str]
    state: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Reservation:
        """The reservation of an answer."""
        return cls(
            body["id"],
            tuple(body["booths"]),
            body["exhibitor"],
            frozenset(body["co_exhibitors"]),
            set(body["admitted"]),
            body["state"],
        )

    def admits(self, exhibitor: str) -> bool:
        """Whether that exhibitor may take floor that overlaps these booths."""
        return exhibitor == self.exhibitor or exhibitor in self.co_exhibitors or exhibitor in self.admitted


async def reservations_of(api: Api, fair: str) -> list[Reservation]:
    """Every reservation of the fair that the asker may see, ended ones too. Raises ApiRefused, ApiUnreachable."""
    return [Reservation.of(body) async for body in api.pages(RESERVATIONS, "reservations", fair=fair)]


@dataclass(slots=True)
class Desk:
    """Books stands of one fair. `as_exhibitor` gives the API as an exhibitor sees it."""

    fair: str
    as_exhibitor: Callable[[str], Api]
    held_booths_max: int
    live: dict[str, Reservation] = field(default_factory=dict)
    ended: dict[tuple[str, str], int] = field(default_factory=dict)
    _turns: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    def knows(self, reservations: Sequence[Reservation]) -> None:
        """Take in what is reserved already."""
        for reservation in reservations:
            for label in reservation.booths:
                if reservation.state in LIVE:
                    self.live[label] = reservation
                else:
                    key = (label, reservation.exhibitor)
                    self.ended[key] = self.ended.get(key, 0) + 1

    async def book_all(self, groups: Sequence[Sequence[Booking]], concurrency: int, step: Step) -> list[Outcome]:
        """Book every group, `concurrency` at a time, each group's stands in their order. Raises ApiUnreachable."""
        places = asyncio.Semaphore(concurrency)
        outcomes: list[Outcome] = []

        async def one(group: Sequence[Booking]) -> None:
            async with places:
                for booking in group:
                    outcomes.append(await self.book(booking))
                    step.advance()

        await together(one(group) for group in groups)
        return sorted(outcomes, key=lambda outcome: outcome.booking.label)

    async def book(self, booking: Booking) -> Outcome:
        """Hold and confirm one stand, unless that is done. Raises ApiUnreachable."""
        there = self.live.get(booking.label)
        if there is not None and (why := _not_this(there, booking)):
            return Outcome(booking, Fate.REFUSED, there.id, why)
        if there is not None and there.state in COMMITTED:
            return Outcome(booking, Fate.THERE, there.id)
        turn = self._turns.setdefault(booking.exhibitor, asyncio.Semaphore(max(1, self.held_booths_max)))
        try:
            async with turn:
                admitted = await self._ask_neighbours(booking)
                reservation = there or await self._hold(booking)
                self.live[booking.label] = reservation
                self.live[booking.label] = await self._confirm(booking, reservation)
        except ApiRefused as refused:
            return Outcome(booking, Fate.REFUSED, None, _said(refused))
        return Outcome(booking, Fate.BOOKED, reservation.id, admitted=admitted)

    async def _ask_neighbours(self, booking: Booking) -> int:
        """Have everybody who holds floor under this stand admit its exhibitor; gives how many had to."""
        asked = 0
        neighbours = {there.id: there for label in booking.related if (there := self.live.get(label)) is not None}
        for reservation in neighbours.values():
            if reservation.admits(booking.exhibitor):
                continue
            holder = self.as_exhibitor(reservation.exhibitor)
            key = stable_key(self.fair, booking.label, "admit", reservation.id, booking.exhibitor)
            body = {"exhibitor": booking.exhibitor}
            await holder.post(f"{RESERVATIONS}/{reservation.id}/admissions", body, key=key)
            reservation.admitted.add(booking.exhibitor)
            asked += 1
        return asked

    async def _hold(self, booking: Booking) -> Reservation:
        body = {
            "fair": self.fair,
            "booths": [booking.label],
            "exhibitor": booking.exhibitor,
            "co_exhibitors": list(booking.co_exhibitors),
        }
        # Once a reservation has ended, wanting the stand again is a new intent.
        before = self.ended.get((booking.label, booking.exhibitor), 0)
        key = stable_key(self.fair, booking.label, "hold", booking.exhibitor, str(before), *booking.co_exhibitors)
        return Reservation.of(await self.as_exhibitor(booking.exhibitor).post(RESERVATIONS, body, key=key))

    async def _confirm(self, booking: Booking, reservation: Reservation) -> Reservation:
        key = stable_key(self.fair, booking.label, "confirm", reservation.id)
        api = self.as_exhibitor(booking.exhibitor)
        try:
            return Reservation.of(await api.post(f"{RESERVATIONS}/{reservation.id}/confirm", key=key))
        except ApiRefused as refused:
            if refused.slug == "already-confirmed":
                return Reservation.of(await api.get(f"{RESERVATIONS}/{reservation.id}"))
            raise


def _not_this(there: Reservation, booking: Booking) -> str:
    """Why a live reservation of the stand is not the one that the plan shows; empty where it is."""
    if there.exhibitor != booking.exhibitor:
        return f"{there.state} by {there.exhibitor}, not by {booking.exhibitor}"
    if there.co_exhibitors != frozenset(booking.co_exhibitors):
        missing = sorted(set(booking.co_exhibitors) - there.co_exhibitors)
        beyond = sorted(there.co_exhibitors - set(booking.co_exhibitors))
        return f"{there.state} with other co-exhibitors: missing {missing[:3]}, beyond {beyond[:3]}"
    if there.booths != (booking.label,):
        return f"{there.state} together with {', '.join(label for label in there.booths if label != booking.label)}"
    return ""


def _said(refused: ApiRefused) -> str:
    items = refused.problem.get("items")
    if not isinstance(items, list) or not items:
        return f"{refused.slug or refused.status}: {refused.detail}"
    first = items[0]
    over = f" (by {first['overlapping']})" if "overlapping" in first else ""
    return f"{first.get('reason', refused.slug)}: {first.get('booth', '')} is {first.get('state', '')}{over}".strip()
