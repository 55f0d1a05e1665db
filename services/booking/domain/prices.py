"""What booths cost: a fair's rates for a square metre, and which of them is a booth's on a day.

Amounts are whole minor units of the fair's currency (ISO 4217). An amount is worked out exactly and rounded half up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """What a square metre costs: in any hall, with any number of open sides, on any day, where these are None.

    `until` is the last day, on the venue's calendar, on which a booth is held at this rate.
    """

    per_m2_minor: int
    hall: str | None = None
    open_sides: int | None = None
    until: date | None = None

    def fits(self, hall: str, open_sides: int, on: date) -> bool:
        """Whether it is for such a booth on that day."""
        return (
            self.hall in (None, hall)
            and self.open_sides in (None, open_sides)
            and (self.until is None or on <= self.until)
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What booths cost when they were held; `amounts_minor` are those of the reservation's booths, in their order.

    A booth that no rate fits has None: its price is a matter of asking.
    """

    currency: str
    amounts_minor: tuple[int | None, ...]

    @property
    def amount_minor(self) -> int | None:
        """All of them together; None where one is not known."""
        known = [amount for amount in self.amounts_minor if amount is not None]
        return sum(known) if len(known) == len(self.amounts_minor) else None


def rate_of(rates: Iterable[Rate], hall: str, open_sides: int, on: date) -> Rate | None:
    """The rate of such a booth on that day, None where none fits.

    One for its hall comes first, then one for its open sides; among equals the one whose last day comes first.
    """
    fitting = [rate for rate in rates if rate.fits(hall, open_sides, on)]
    return min(fitting, key=_order, default=None)


def amount_minor(area_m2: float, rate: Rate | None) -> int | None:
    """What an area costs at a rate; None without one."""
    if rate is None:
        return None
    # The area's own decimals count, not those of its binary form: 12.345 m² at 100 is 1235.
    exact = Decimal(repr(area_m2)) * rate.per_m2_minor
    return int(exact.to_integral_value(ROUND_HALF_UP))


def last_day(rates: Sequence[Rate], on: date) -> date | None:
    """The day after which some price may be another than on that day; None where none will."""
    return min((rate.until for rate in rates if rate.until is not None and on <= rate.until), default=None)


def _order(rate: Rate) -> tuple[bool, bool, date]:
    return rate.hall is None, rate.open_sides is None, rate.until or date.max
