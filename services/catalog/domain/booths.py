"""Booths: areas on a floor plan, and which of them lie inside which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from services.catalog.domain.naming import booth_id, joint_rank

BoothState = Literal["free", "held", "reserved", "sold", "blocked"]
Position = tuple[float, float]
Ring = tuple[Position, ...]
Outline = tuple[Ring, ...]

PART_SHARE_MIN = 0.95


@dataclass(frozen=True, slots=True)
class PlannedBooth:
    """A booth on a hall's floor plan.

    `area_m2` is the stated area, `outline_area_m2` the outline's own; they differ where a stand has two storeys.
    `open_sides` border on floor that no booth has. `parts` and `part_of` are numbers in the same hall.
    """

    number: str
    area_m2: float
    outline: Outline
    outline_area_m2: float
    open_sides: int = 0
    parts: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()

    def same_as(self, other: PlannedBooth) -> bool:
        """Whether both are the same stand with the same sides open."""
        return self.open_sides == other.open_sides and self.stands_as(other)

    def stands_as(self, other: PlannedBooth) -> bool:
        """Whether both are the same stand, wherever its outline starts and whichever way it runs, and whatever stands
        beside it."""
        return (
            self.number == other.number
            and self.area_m2 == other.area_m2
            and self.outline_area_m2 == other.outline_area_m2
            and self.parts == other.parts
            and self.part_of == other.part_of
            and self.outlined_as(other)
        )

    def outlined_as(self, other: PlannedBooth) -> bool:
        """Whether both stand on the same floor."""
        return self.outline == other.outline or canonical(self.outline) == canonical(other.outline)


@dataclass(frozen=True, slots=True)
class Booth:
    """A booth as the public knows it; `parts` and `part_of` are booth ids. Once listed it is never forgotten."""

    id: str
    fair: str
    hall: str
    number: str
    area_m2: float
    outline: Outline
    open_sides: int = 0
    parts: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    listed: bool = True


@dataclass(frozen=True, slots=True)
class BoothStatus:
    """What booking last told of a booth; `sequence` orders what it tells."""

    state: BoothState
    sequence: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two outlines, by their places in a list, and the floor that both cover."""

    first: int
    second: int
    shared_m2: float


def published(fair: str, hall: str, planned: PlannedBooth) -> Booth:
    """The public form of a booth on a floor plan."""
    return Booth(
        id=booth_id(fair, hall, planned.number),
        fair=fair,
        hall=hall,
        number=planned.number,
        area_m2=planned.area_m2,
        outline=planned.outline,
        open_sides=planned.open_sides,
        parts=tuple(booth_id(fair, hall, number) for number in planned.parts),
        part_of=tuple(booth_id(fair, hall, number) for number in planned.part_of),
    )


def canonical(outline: Outline) -> tuple[Ring, ...]:
    """The outline with each ring open, running one way and starting at its least position."""
    return tuple(_canonical_ring(ring) for ring in outline)


def _canonical_ring(ring: Ring) -> Ring:
    positions = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
    start = positions.index(min(positions))
    forward = positions[start:] + positions[:start]
    backward = (forward[0], *reversed(forward[1:]))
    return min(forward, backward)


def part_and_whole(one: tuple[str, float], two: tuple[str, float], shared_m2: float) -> tuple[str, str] | None:
    """Which of two (number, outline area) lies inside the other, as (part, whole); None where neither does.

    At least 95 % of a part lies inside its whole. Where both lie inside each other, as on one outline, the numbers
    tell: the suffix g marks the joint stand, a, b, c and y mark parts, and the smaller number is the part otherwise.
    """
    one_inside = shared_m2 >= PART_SHARE_MIN * one[1]
    two_inside = shared_m2 >= PART_SHARE_MIN * two[1]
    if one_inside and two_inside:
        return (two[0], one[0]) if _stands_over(one[0], two[0]) else (one[0], two[0])
    if one_inside:
        return one[0], two[0]
    return (two[0], one[0]) if two_inside else None


def _stands_over(one: str, two: str) -> bool:
    """Whether of two numbers on one outline the first is the joint stand."""
    if joint_rank(one) != joint_rank(two):
        return joint_rank(one) < joint_rank(two)
    return one > two


def relations(pairs: Iterable[tuple[str, str]]) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Parts by whole, and wholes by part, both sorted, from (part, whole) pairs."""
    parts: dict[str, set[str]] = {}
    wholes: dict[str, set[str]] = {}
    for part, whole in pairs:
        parts.setdefault(whole, set()).add(part)
        wholes.setdefault(part, set()).add(whole)
    return {k: tuple(sorted(v)) for k, v in parts.items()}, {k: tuple(sorted(v)) for k, v in wholes.items()}
