"""What a fair's booths cost, the days that its exhibitors must keep, and the product groups that they are found by.

Booths are let by the square metre. What a square metre costs may depend on the hall, on how many sides of the booth
are open to a gangway (1 row, 2 corner, 3 peninsula, 4 island stand), and on the day: a rate with a last day is an early
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.catalog.domain.report import Finding
from services.catalog.domain.venues import Names, check_names

RATES_MAX: Final = 200
DEADLINES_MAX: Final = 50
PRODUCT_GROUPS_MAX: Final = 2_000
CODE_LENGTH_MAX: Final = 40
PER_M2_MINOR_MAX: Final = 10**9
OPEN_SIDES_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """What a square metre costs, in minor units of the fair's currency.

    Of every hall, of any number of open sides, on any day, where these are None; `until` is the last day on which a
    booth is held at this rate, on the venue's calendar.
    """

    per_m2_minor: int
    hall: str | None = None
    open_sides: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which exhibitors have to do something, which `name` says."""

    day: date
    name: Names


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """A kind of goods or services; `code` is what the exhibitors' lists call it."""

    code: str
    name: Names


def check_rates(rates: Sequence[Rate], ends: date) -> list[Finding]:
    """What is wrong with a price list; `ends` is the fair's last day."""
    found: list[Finding] = []
    if len(rates) > RATES_MAX:
        found.append(Finding("body", "rates", f"{len(rates)} rates", f"give {RATES_MAX} at most"))
    first: dict[tuple[str | None, int | None, date | None], int] = {}
    for at, rate in enumerate(rates):
        place = f"rates.{at}"
        if not 0 < rate.per_m2_minor <= PER_M2_MINOR_MAX:
            found.append(Finding("body", f"{place}.per_m2_minor", f"{rate.per_m2_minor} is no price",
                                 f"give 1 to {PER_M2_MINOR_MAX} in minor units, such as cents"))  # fmt: skip
        if rate.open_sides is not None and not 0 <= rate.open_sides <= OPEN_SIDES_MAX:
            problem, remedy = f"{rate.open_sides} is out of range", f"give 0 to {OPEN_SIDES_MAX}, or leave it out"
            found.append(Finding("body", f"{place}.open_sides", problem, remedy))
        if rate.until is not None and rate.until > ends:
            problem = f"{rate.until} is after the fair, which ends on {ends}"
            found.append(Finding("body", f"{place}.until", problem, "leave it out for the rate that always holds"))
        earlier = first.setdefault((rate.hall, rate.open_sides, rate.until), at)
        if earlier != at:
            problem = f"is for the same booths and days as rates.{earlier}"
            found.append(Finding("body", place, problem, "leave one of them out"))
    return found


def check_deadlines(deadlines: Sequence[Deadline]) -> list[Finding]:
    """What is wrong with the days to keep."""
    found: list[Finding] = []
    if len(deadlines) > DEADLINES_MAX:
        found.append(Finding("body", "deadlines", f"{len(deadlines)} deadlines", f"give {DEADLINES_MAX} at most"))
    for at, deadline in enumerate(deadlines):
        found += check_names(deadline.name, f"deadlines.{at}.name")
    return found


def check_product_groups(groups: Sequence[ProductGroup]) -> list[Finding]:
    """What is wrong with the product groups."""
    found: list[Finding] = []
    if len(groups) > PRODUCT_GROUPS_MAX:
        problem = f"{len(groups)} product groups"
        found.append(Finding("body", "product_groups", problem, f"give {PRODUCT_GROUPS_MAX} at most"))
    first: dict[str, int] = {}
    for at, group in enumerate(groups):
        place = f"product_groups.{at}"
        if not group.code or len(group.code) > CODE_LENGTH_MAX or " " in group.code:
            remedy = f"give 1 to {CODE_LENGTH_MAX} characters without a space"
            found.append(Finding("body", f"{place}.code", f"{group.code!r} is no code", remedy))
        earlier = first.setdefault(group.code, at)
        if earlier != at:
            problem = f"{group.code!r} is product_groups.{earlier} already"
            found.append(Finding("body", f"{place}.code", problem, "leave one of them out"))
        found += check_names(group.name, f"{place}.name")
    return found
