"""Fairs: their settings and their life from draft over published to closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.catalog.domain.naming import is_slug
from services.catalog.domain.report import Finding
from services.catalog.domain.terms import (
    Deadline,
    ProductGroup,
    Rate,
    check_deadlines,
    check_product_groups,
    check_rates,
)
from services.catalog.domain.venues import Names, check_names

FairState = Literal["draft", "published", "closed"]

HOLD_TTL_SECONDS_MAX = 30 * 24 * 3600
HOLD_EXTENSIONS_MAX = 100
HELD_BOOTHS_MAX = 10_000
FAIR_DAYS_MAX = 400


@dataclass(frozen=True, slots=True)
class Fair:
    """One holding of a fair. `starts` and `ends` are show days at the venue, both included.

    `planned_halls` are the halls that have a floor plan.
    """

    slug: str
    name: Names
    organizer: str
    venue: str
    starts: date
    ends: date
    time_zone: str
    currency: str
    hold_ttl_seconds: int = 900
    hold_extensions_max: int = 2
    held_booths_max: int = 10
    rates: tuple[Rate, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    product_groups: tuple[ProductGroup, ...] = ()
    state: FairState = "draft"
    planned_halls: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether others than its organizer may see it."""
        return self.state != "draft"

    def with_plan(self, hall: str) -> Fair:
        """The fair once this hall has a floor plan."""
        if hall in self.planned_halls:
            return self
        return replace(self, planned_halls=tuple(sorted((*self.planned_halls, hall))))


def check_fair(fair: Fair) -> list[Finding]:
    """What is wrong with the fair's settings, apart from zone and currency, which need the world's tables."""
    found = check_names(fair.name, "name")
    if not is_slug(fair.slug):
        found.append(Finding("body", "slug", f"{fair.slug!r} is no slug", "use lower-case words joined by hyphens"))
    if fair.ends < fair.starts:
        found.append(Finding("body", "ends", f"{fair.ends} is before {fair.starts}", "let it end after it starts"))
    elif (fair.ends - fair.starts).days > FAIR_DAYS_MAX:
        found.append(Finding("body", "ends", f"lasts more than {FAIR_DAYS_MAX} days", "check the year"))
    for value, field, low, high in (
        (fair.hold_ttl_seconds, "hold_ttl_seconds", 1, HOLD_TTL_SECONDS_MAX),
        (fair.hold_extensions_max, "hold_extensions_max", 0, HOLD_EXTENSIONS_MAX),
        (fair.held_booths_max, "held_booths_max", 1, HELD_BOOTHS_MAX),
    ):
        if not low <= value <= high:
            found.append(Finding("body", field, f"{value} is out of range", f"give {low} to {high}"))
    found += check_rates(fair.rates, fair.ends)
    return found + check_deadlines(fair.deadlines) + check_product_groups(fair.product_groups)


def settings_of(fair: Fair) -> Fair:
    """What the public is told of a fair: everything but which halls are planned."""
    return replace(fair, planned_halls=())
