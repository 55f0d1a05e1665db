"""What booking must know of a fair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.booking.domain.booth import Booth
from services.booking.domain.naming import called
from services.booking.domain.prices import Price, Rate, amount_minor, rate_of


@dataclass(frozen=True, slots=True)
class Due:
    """A day on the venue's calendar by which exhibitors have to do something, which `name` says by language."""

    day: date
    name: Mapping[str, str] = field(hash=False)

    def called(self, language: str) -> str:
        """What is due, in a language, or in English, or in any."""
        return called(self.name, language, "")


@dataclass(frozen=True, slots=True)
class Fair:
    """A fair's settings for holds; `open` from its publication until it closes.

    `rates` may be empty: what its booths cost is then not told. `name`, `venue`, its first and its last day and the
    `deadlines`, the earliest first, are for the papers of its reservations. Names stand aside in its hash: mappings
    have none, and it is what counts of sales are shared by.
    """

    id: str
    organizer: str
    open: bool = True
    hold_ttl_seconds: int = 900
    hold_extensions_max: int = 2
    held_booths_max: int = 10
    time_zone: str = "UTC"
    currency: str = ""
    rates: tuple[Rate, ...] = ()
    name: Mapping[str, str] = field(default_factory=dict, hash=False)
    venue: str = ""
    starts: date | None = None
    ends: date | None = None
    deadlines: tuple[Due, ...] = ()

    def called(self, language: str) -> str:
        """Its name in a language, or in English, or any that it has."""
        return called(self.name, language, self.id)

    @property
    def hold_ttl(self) -> timedelta:
        """How long a hold lasts, and by how much one extension prolongs it."""
        return timedelta(seconds=self.hold_ttl_seconds)

    def day(self, now: datetime) -> date:
        """The day that it is at the venue."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def price(self, booths: Iterable[Booth], now: datetime) -> Price | None:
        """What booths cost that are held now; None where the fair tells no prices."""
        if not self.rates:
            return None
        on = self.day(now)
        return Price(
            self.currency,
            tuple(amount_minor(one.area_m2, rate_of(self.rates, one.hall, one.open_sides, on)) for one in booths),
        )


def close(fair: Fair) -> Fair:
    """The fair, taking no more holds; what is held or confirmed lives on."""
    return replace(fair, open=False)
