"""Venues: their halls, the atoms that their spaces are made of, and when they are open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.catalog.domain.hours import (
    OFFICE_HOURS,
    OpeningException,
    Policy,
    WeeklyHours,
    check_exceptions,
    check_policy,
    check_weekly,
)
from services.catalog.domain.naming import HALL_LENGTH_MAX, HALL_PATTERN, LANGUAGE_TAG_PATTERN, is_slug
from services.catalog.domain.report import Finding

HALL_SIDE_MAX_M = 5_000.0
HALLS_MAX = 500
NAME_LENGTH_MAX = 200
ATOMS_MAX = 200

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall, room or yard; the frame of its floor plans has its origin in a corner, metres, y down."""

    hall: str
    name: Names
    width_m: float
    depth_m: float


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest bookable part of a venue."""

    atom: str
    name: Names
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """A site with halls, kept by the organizer who entered it; without opening hours it is always open."""

    slug: str
    name: Names
    city: str
    country: str
    time_zone: str
    organizer: str
    halls: tuple[Hall, ...] = ()
    atoms: tuple[Atom, ...] = ()
    opening_hours: tuple[WeeklyHours, ...] = ()
    opening_exceptions: tuple[OpeningException, ...] = ()
    office_hours: tuple[WeeklyHours, ...] = OFFICE_HOURS
    policy: Policy = field(default_factory=Policy)

    def hall(self, name: str) -> Hall | None:
        """The hall of that name."""
        return next((hall for hall in self.halls if hall.hall == name), None)


def check_names(names: Names, field: str) -> list[Finding]:
    """What is wrong with a name given by language."""
    found = []
    if not any(text.strip() for text in names.values()):
        found.append(Finding("body", field, "no name in any language", 'give at least one, such as {"en": "..."}'))
    for language, text in names.items():
        if re.match(LANGUAGE_TAG_PATTERN, language) is None:
            found.append(Finding("body", field, f"{language!r} is no language tag", "use tags such as zh or pt-BR"))
        if len(text) > NAME_LENGTH_MAX:
            found.append(Finding("body", field, f"longer than {NAME_LENGTH_MAX} characters", "shorten it"))
    return found


def check_venue(venue: Venue) -> list[Finding]:
    """What is wrong with the venue, apart from its time zone and country, which need the world's tables."""
    found = check_names(venue.name, "name")
    if not is_slug(venue.slug):
        found.append(Finding("body", "slug", f"{venue.slug!r} is no slug", "use lower-case words joined by hyphens"))
    if len(venue.halls) > HALLS_MAX:
        found.append(Finding("body", "halls", f"more than {HALLS_MAX} halls", "split the venue"))
    seen: set[str] = set()
    for hall in venue.halls:
        at = f"hall {hall.hall}"
        if hall.hall in seen:
            found.append(Finding(at, "hall", "named twice", "give each hall its own name"))
        seen.add(hall.hall)
        if len(hall.hall) > HALL_LENGTH_MAX or re.match(HALL_PATTERN, hall.hall) is None:
            found.append(Finding(at, "hall", "is no hall name", f"use up to {HALL_LENGTH_MAX} characters without '/'"))
        for side, name in ((hall.width_m, "width_m"), (hall.depth_m, "depth_m")):
            if not 0 < side <= HALL_SIDE_MAX_M:
                found.append(Finding(at, name, f"{side:g} m is no hall's side", f"give 0 to {HALL_SIDE_MAX_M:g} m"))
    found += _check_atoms(venue.atoms)
    found += check_weekly(venue.opening_hours, "opening_hours")
    found += check_exceptions(venue.opening_exceptions)
    found += check_weekly(venue.office_hours, "office_hours")
    return found + check_policy(venue.policy)


def _check_atoms(atoms: tuple[Atom, ...]) -> list[Finding]:
    found: list[Finding] = []
    if len(atoms) > ATOMS_MAX:
        found.append(Finding("body", "atoms", f"more than {ATOMS_MAX} atoms", "split the venue"))
    for at, atom in enumerate(atoms):
        field = f"atoms[{at}].atom"
        if not is_slug(atom.atom) or len(atom.atom) > HALL_LENGTH_MAX:
            found.append(Finding("body", field, f"{atom.atom!r} is no slug", "use lower-case words joined by hyphens"))
        if any(other.atom == atom.atom for other in atoms[:at]):
            found.append(Finding("body", field, f"{atom.atom!r} comes twice", "give each atom its own name"))
    return found
