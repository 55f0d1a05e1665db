"""The desk at which one decision is worked out: what the view shows, and over it what was changed so far.

However often a booth or a holder is touched on the way (an old hold lapses, a new one takes its place), it leaves
the desk as one change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.booking.domain import floor, holder, reservation
from services.booking.domain.booth import Booth, BoothChanged
from services.booking.domain.fair import Fair
from services.booking.domain.holder import Holder, holder_id
from services.booking.domain.refusal import Refusal
from services.booking.domain.reservation import Reservation, ReservationEvent
from services.booking.ports import BOOTH, FAIR, HOLDER, RESERVATION
from shared.runtime.decision import Accepted, Change, Rejected, View


@dataclass(frozen=True, slots=True)
class Decided:
    """What an accepted command answers: the moment of the decision and, where the command is about a reservation,
    that reservation at its new version."""

    now: datetime
    reservation: Reservation | None = None
    version: int = 0


class Torn(Exception):
    """Aggregates do not fit together: they were read while another process changed them, and are to be read again."""


class Desk:
    """One decision in the making."""

    def __init__(self, view: View, now: datetime) -> None:
        self._view = view
        self._now = now
        self._read: dict[str, Booth | None] = {}
        self._booths: dict[str, Booth] = {}
        self._moved_by: dict[str, str] = {}
        self._holders: dict[str, Holder] = {}
        self._steps: dict[str, tuple[Reservation, ReservationEvent]] = {}

    def fair(self, id_: str) -> Fair | None:
        """The fair's settings; read without guard, a change to them need not stop a decision."""
        fair: Fair | None = self._view.peek(FAIR, id_)
        return fair

    def booth(self, id_: str) -> Booth | None:
        """The booth as it is at this point of the decision."""
        [booth] = self.booths((id_,))
        return booth

    def booths(self, ids: Iterable[str]) -> list[Booth | None]:
        """Several booths by `booth`, read in one round."""
        wanted = list(ids)
        if unread := [id_ for id_ in wanted if id_ not in self._read]:
            self._read.update(zip(unread, self._view.get_many(BOOTH, unread), strict=True))
        return [self._booths.get(id_) or self._read[id_] for id_ in wanted]

    def reservation(self, id_: str) -> Reservation | None:
        """The reservation as it is at this point of the decision."""
        if id_ in self._steps:
            return self._steps[id_][0]
        found: Reservation | None = self._view.get(RESERVATION, id_)
        return found

    def reservations(self, booths: Iterable[Booth]) -> dict[str, Reservation]:
        """The reservations that have these booths, by their ids, read in one round. Raises Torn."""
        ids = sorted({booth.reservation for booth in booths if booth.reservation is not None})
        if not ids:
            return {}
        self._view.get_many(RESERVATION, ids)
        found: dict[str, Reservation] = {}
        for id_ in ids:
            reservation = self.reservation(id_)
            if reservation is None or reservation.ended:
                raise Torn(f"reservation {id_} has given back booths that do not know of it")
            found[id_] = reservation
        return found

    def held(self, fair: str, exhibitor: str) -> int:
        """How many booths the exhibitor holds at the fair now."""
        return self._holder(fair, exhibitor).held(self._now)

    def put_booth(self, booth: Booth, by: str = "") -> None:
        """The booth's new state; `by` is the organizer who moved it, where no reservation did."""
        self._booths[booth.id] = booth
        self._moved_by[booth.id] = by

    def step(self, reservation: Reservation, event: ReservationEvent) -> None:
        """The reservation's new state; its booths and its holder follow it. Raises Torn where they do not fit."""
        known = self.reservation(reservation.id)
        self._steps[reservation.id] = (reservation, event)
        for id_, booth in zip(reservation.booths, self.booths(reservation.booths), strict=True):
            if booth is None or (known is not None and booth.reservation != reservation.id):
                raise Torn(f"reservation {reservation.id} has booth {id_}, which does not know of it")
            self._booths[id_] = floor.follow(booth, reservation)
        found = self._holder(reservation.fair, reservation.exhibitor)
        self._holders[found.id] = holder.follow(found, reservation)

    def lapse(self, booths: Iterable[Booth]) -> None:
        """End every hold on these booths whose time is up, as a timer would have done. Raises Torn."""
        holders = self.reservations(booth for booth in booths if booth.overdue(self._now))
        if not holders:
            return
        self.booths(id_ for found in holders.values() for id_ in found.booths)
        self._view.get_many(HOLDER, [holder_id(found.fair, found.exhibitor) for found in holders.values()])
        for found in holders.values():
            if (step := reservation.expire(found, self._now)) is None:
                raise Torn(f"a booth's hold ran out, its reservation {found.id} did not")
            self.step(*step)

    def accepted(self, reservation: str | None = None) -> Accepted:
        """Everything that changed, each aggregate once; the answer tells of that reservation."""
        changes = [Change(RESERVATION, id_, state, (event,)) for id_, (state, event) in self._steps.items()]
        for id_, booth in self._booths.items():
            if booth != self._read[id_]:
                changes.append(Change(BOOTH, id_, booth, (BoothChanged(self._moved_by.get(id_, "")),)))
        for id_, held in self._holders.items():
            if held != self._view.get(HOLDER, id_):
                changes.append(Change(HOLDER, id_, held))
        if reservation is None:
            return Accepted(tuple(changes), Decided(self._now))
        version = self._view.version(RESERVATION, reservation) + 1
        return Accepted(tuple(changes), Decided(self._now, self._steps[reservation][0], version))

    def _holder(self, fair: str, exhibitor: str) -> Holder:
        id_ = holder_id(fair, exhibitor)
        return self._holders.get(id_) or self._view.get(HOLDER, id_) or Holder(id_)


def rejected(refusal: Refusal) -> Rejected:
    """A rule's no, in the committer's words; booths go by their short form."""
    items = []
    for refused in refusal.booths:
        item = {"booth": _label(refused.booth), "reason": refused.reason}
        if refused.state is not None:
            item["state"] = str(refused.state)
        if refused.overlapping is not None:
            item["overlapping"] = _label(refused.overlapping)
        items.append(item)
    return Rejected(refusal.reason, refusal.detail, tuple(items))


def _label(booth: str) -> str:
    return booth.split("/", 1)[1]
