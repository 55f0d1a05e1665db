"""Spaces of a venue: what is booked, made of the venue's atoms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from services.catalog.domain.naming import is_slug
from services.catalog.domain.report import Finding
from services.catalog.domain.venues import Names, check_names

SpaceKind = Literal["hall", "room", "foyer", "yard"]
SETUPS = ("theatre", "classroom", "banquet", "exhibition", "boardroom", "reception")
BUFFER_MINUTES_MAX = 7 * 24 * 60
SPACES_MAX = 500
EQUIPMENT_MAX = 50
PEOPLE_MAX = 1_000_000
MEASURE_MAX = 10_000_000
SPACE_LENGTH_MAX = 40

Compositions = tuple[tuple[date | None, tuple[str, ...]], ...]
"""What a space is made of from which day on (the venue's midnight; None is from ever), in the order of the days."""


@dataclass(frozen=True, slots=True)
class Space:
    """A hall, room, foyer or yard; `retired_from` is the day from which it is not to be had any more."""

    venue: str
    space: str
    name: Names
    kind: SpaceKind
    compositions: Compositions
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    area_m2: float | None = None
    ceiling_m: float | None = None
    floor_load_kg_m2: float | None = None
    capacity: Mapping[str, int] = field(default_factory=dict)
    equipment: tuple[str, ...] = ()
    accessible: bool = False
    retired_from: date | None = None

    @property
    def id(self) -> str:
        """The space's id everywhere: venue/space."""
        return f"{self.venue}/{self.space}"

    @property
    def atoms(self) -> tuple[str, ...]:
        """What it is made of in the end, after every change that is planned."""
        return self.compositions[-1][1]

    def atoms_on(self, day: date) -> tuple[str, ...]:
        """What it is made of on a day."""
        found = self.compositions[0][1]
        for starts, atoms in self.compositions:
            if starts is None or starts <= day:
                found = atoms
        return found

    def atoms_from(self, day: date) -> frozenset[str]:
        """Every atom that it is made of on that day or later."""
        later = {atom for starts, atoms in self.compositions if starts is not None and starts > day for atom in atoms}
        return frozenset({*self.atoms_on(day), *later})


@dataclass(frozen=True, slots=True)
class SpaceUse:
    """A booking as far as the catalog remembers it: the spaces it has, when it ends, and whether it lives."""

    booking: str
    spaces: tuple[str, ...]
    ends: datetime
    live: bool
    sequence: int


def recomposed(old: Space | None, new: Space, starts: date | None, today: date) -> Space:
    """The new entry with the history of what the space was made of; a change holds from `starts`, or from today.

    What was planned from that day on is replaced.
    """
    if old is None:
        return replace(new, compositions=((starts, new.atoms),))
    if starts is None and new.atoms == old.atoms:
        return replace(new, compositions=old.compositions)
    begins = starts or today
    kept = tuple(one for one in old.compositions if one[0] is None or one[0] < begins)
    if kept and kept[-1][1] == new.atoms:
        return replace(new, compositions=kept)
    return replace(new, compositions=(*kept, (begins, new.atoms)))


def disturbed_from(old: Space | None, new: Space, today: date) -> date | None:
    """From which day on the new entry is other floor than the old one, or none; None where never."""
    if old is None:
        return None
    days = [max(today, starts or today) for starts, _ in (*old.compositions, *new.compositions)]
    changes = [day for day in days if set(old.atoms_on(day)) != set(new.atoms_on(day))]
    if new.retired_from is not None and (old.retired_from is None or new.retired_from < old.retired_from):
        changes.append(max(today, new.retired_from))
    return min(changes, default=None)


def check_space(space: Space, atoms: Collection[str], prefix: str = "") -> list[Finding]:
    """What is wrong with a space, given the atoms that its venue has; `prefix` is its place in a list."""
    at = f"space {space.space}"
    found = [Finding(at, f"{prefix}name", one.problem, one.remedy) for one in check_names(space.name, "name")]
    problems = (*_check_slug(space), *_check_atoms(space, atoms), *_check_measures(space), *_check_offers(space))
    return found + [Finding(at, f"{prefix}{name}", problem, remedy) for name, problem, remedy in problems]


_Problem = tuple[str, str, str]
"""A field, what is wrong with it, and how to mend it."""


def _check_slug(space: Space) -> Iterator[_Problem]:
    if not is_slug(space.space) or len(space.space) > SPACE_LENGTH_MAX:
        remedy = f"use up to {SPACE_LENGTH_MAX} lower-case letters, digits and hyphens"
        yield "space", f"{space.space!r} is no slug", remedy


def _check_atoms(space: Space, atoms: Collection[str]) -> Iterator[_Problem]:
    if not space.atoms:
        yield "atoms", "is empty", "name at least one atom of the venue"
    for at, atom in enumerate(space.atoms):
        if atom not in atoms:
            known = ", ".join(sorted(atoms)[:10]) or "none yet"
            yield f"atoms[{at}]", f"{atom!r} is no atom of the venue", f"use one of: {known}"
        elif atom in space.atoms[:at]:
            yield f"atoms[{at}]", f"{atom!r} comes twice", "name each atom once"


def _check_measures(space: Space) -> Iterator[_Problem]:
    for minutes, name in ((space.buffer_before_minutes, "before"), (space.buffer_after_minutes, "after")):
        if not 0 <= minutes <= BUFFER_MINUTES_MAX:
            remedy = f"give 0 to {BUFFER_MINUTES_MAX} minutes"
            yield f"buffer_{name}_minutes", f"{minutes} is out of range", remedy
    for measure, name in (
        (space.area_m2, "area_m2"),
        (space.ceiling_m, "ceiling_m"),
        (space.floor_load_kg_m2, "floor_load_kg_m2"),
    ):
        if measure is not None and not 0 < measure <= MEASURE_MAX:
            yield name, f"{measure:g} is out of range", "give more than 0, or leave it out"


def _check_offers(space: Space) -> Iterator[_Problem]:
    for setup, people in space.capacity.items():
        if setup not in SETUPS:
            yield f"capacity.{setup}", "is no set-up", f"use one of: {', '.join(SETUPS)}"
        elif not 0 <= people <= PEOPLE_MAX:
            yield f"capacity.{setup}", f"{people} is out of range", f"give 0 to {PEOPLE_MAX}"
    if len(space.equipment) > EQUIPMENT_MAX:
        yield "equipment", f"more than {EQUIPMENT_MAX} items", "name the main ones"
