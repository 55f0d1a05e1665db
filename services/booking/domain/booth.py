"""A booth of one fair: its states, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class BoothState(StrEnum):
    """What a booth is now."""

    FREE = "free"
    HELD = "held"
    RESERVED = "reserved"
    SOLD = "sold"
    BLOCKED = "blocked"


FREE, HELD, RESERVED, SOLD, BLOCKED = BoothState

MOVES: Final[Mapping[BoothState, frozenset[BoothState]]] = {
    FREE: frozenset({HELD, BLOCKED}),
    # Held again is a longer hold, or a new holder after the old hold ran out.
    HELD: frozenset({HELD, RESERVED, FREE}),
    RESERVED: frozenset({SOLD, FREE}),
    SOLD: frozenset({FREE}),
    BLOCKED: frozenset({FREE}),
}


class ForbiddenMove(Exception):
    """A caller tried a move that the table does not hold: a fault in the program, never a business answer."""


@dataclass(frozen=True, slots=True)
class Booth:
    """One numbered area of a fair's floor.

    `id` is fair/hall/number. `parts` and `part_of` are what the floor plan says of this booth; `overlaps` are the
    booths whose own listing named this one, so that a relation is known from the moment that either side told of it.
    `open_sides` border on a gangway, which is part of its price.
    `reservation`, `exhibitor` say who has it; `until` is when a hold ends. `blocked_for` and `blocked_at` say why it
    is out of sale, and since when.
    """

    id: str
    fair: str
    hall: str
    number: str
    area_m2: float
    open_sides: int = 0
    parts: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    state: BoothState = FREE
    reservation: str | None = None
    exhibitor: str | None = None
    until: datetime | None = None
    withdrawn: bool = False
    blocked_for: str = ""
    blocked_at: datetime | None = None

    @property
    def related(self) -> tuple[str, ...]:
        """Ids of every booth that shares floor with this one, each once, in order."""
        if not (self.parts or self.part_of or self.overlaps):
            return ()
        return tuple(sorted({*self.parts, *self.part_of, *self.overlaps} - {self.id}))

    @property
    def label(self) -> str:
        """The short form that people and the API use: hall/number."""
        return f"{self.hall}/{self.number}"

    def overdue(self, now: datetime) -> bool:
        """Whether its hold has run out, whatever any timer did."""
        return self.state is HELD and self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True)
class BoothChanged:
    """A booth is not what it was; its state tells how it is now.

    `by` is the organizer who took it out of sale, or put it back, without any reservation that would tell of that.
    """

    by: str = ""


def booth_id(fair: str, label: str) -> str:
    """The id of the booth that people call `hall/number` at a fair."""
    return f"{fair}/{label}"


def unlisted(id_: str) -> Booth:
    """A booth that is known only because another one's listing named it; it takes no hold until it is listed itself."""
    fair, hall, number = id_.split("/", 2)
    return Booth(id=id_, fair=fair, hall=hall, number=number, area_m2=0.0, withdrawn=True)


def take(booth: Booth, to: BoothState, reservation: str, exhibitor: str, until: datetime | None) -> Booth:
    """The booth, in a reservation's hands. Raises ForbiddenMove."""
    return _move(booth, to, reservation=reservation, exhibitor=exhibitor, until=until)


def release(booth: Booth) -> Booth:
    """The booth, free again. Raises ForbiddenMove."""
    return _move(booth, FREE, reservation=None, exhibitor=None, until=None, blocked_for="", blocked_at=None)


def block(booth: Booth, reason: str, now: datetime) -> Booth:
    """The booth, taken out of sale. Raises ForbiddenMove."""
    return _move(booth, BLOCKED, blocked_for=reason, blocked_at=now)


def relist(booth: Booth, *, area_m2: float, open_sides: int, parts: tuple[str, ...], part_of: tuple[str, ...]) -> Booth:
    """The booth as its floor plan has it now; who holds it does not change."""
    return replace(booth, area_m2=area_m2, open_sides=open_sides, parts=parts, part_of=part_of, withdrawn=False)


def withdraw(booth: Booth) -> Booth:
    """The booth, off its floor plan: a reservation of it lives on, a new hold is refused."""
    return replace(booth, withdrawn=True)


def name_overlap(booth: Booth, other: str) -> Booth:
    """The booth, aware that the listing of `other` names it."""
    return booth if other in booth.overlaps else replace(booth, overlaps=tuple(sorted((*booth.overlaps, other))))


def forget_overlap(booth: Booth, other: str) -> Booth:
    """The booth, once the listing of `other` no longer names it."""
    return replace(booth, overlaps=tuple(id_ for id_ in booth.overlaps if id_ != other))


def _move(booth: Booth, to: BoothState, **fields: Any) -> Booth:
    if to not in MOVES[booth.state]:
        raise ForbiddenMove(f"booth {booth.id}: {booth.state} -> {to}")
    return replace(booth, state=to, **fields)
