"""The catalog's questions, one short function each; what an asker may not see is as if it were not there."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog.domain.actor import Actor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.venues import Hall, Names
from services.catalog.ports import Shelf


@dataclass(frozen=True, slots=True)
class FairHall:
    """A hall at a fair, and how many booths its floor plan has."""

    hall: str
    name: Names
    width_m: float
    depth_m: float
    booths: int


async def halls(shelf: Shelf, slug: str, actor: Actor) -> tuple[FairHall, ...] | None:
    """The halls of a fair's venue and those with a floor plan, by name; None where there is no such fair."""
    stored = await shelf.fair(slug, actor)
    if stored is None:
        return None
    venue = await shelf.venue(stored.state.venue)
    known = {hall.hall: hall for hall in venue.state.halls} if venue else {}
    plans = {plan.hall: plan for plan in await shelf.plans(slug, actor)}
    found = []
    for name in sorted({*known, *plans}, key=_natural):
        hall, plan = known.get(name), plans.get(name)
        width, depth = (plan.width_m, plan.depth_m) if plan else _size(hall)
        found.append(FairHall(name, hall.name if hall else {}, width, depth, plan.booths if plan else 0))
    return tuple(found)


async def hall_of(shelf: Shelf, fair: Fair, name: str) -> Hall | None:
    """The hall of the fair's venue that a floor plan is for."""
    venue = await shelf.venue(fair.venue)
    return venue.state.hall(name) if venue else None


def _size(hall: Hall | None) -> tuple[float, float]:
    return (hall.width_m, hall.depth_m) if hall else (0.0, 0.0)


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts hall 2 before hall 10."""
    pieces, digits = [], ""
    for character in [*name, ""]:
        if character.isdecimal():
            digits += character
            continue
        if digits:
            pieces.append((0, int(digits), ""))
            digits = ""
        if character:
            pieces.append((1, 0, character))
    return tuple(pieces)
