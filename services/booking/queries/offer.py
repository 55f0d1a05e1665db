"""What a fair has on sale now, and what it costs: its booths' picture, held against its rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.booking.domain.booth import FREE
from services.booking.domain.fair import Fair
from services.booking.domain.prices import amount_minor, last_day, rate_of
from services.booking.ports import BoothReader, BoothSeen
from services.booking.queries.feed import Feed


@dataclass(frozen=True, slots=True)
class Offer:
    """A fair's booths on a day; `until` is the last day of these prices, None where no other ones are known.

    `amounts_minor` are by hall/number; None where no rate fits a booth, and empty where the fair tells no prices.
    """

    fair: Fair
    booths: int
    free: tuple[BoothSeen, ...]
    amounts_minor: Mapping[str, int | None]
    until: date | None

    @property
    def from_minor(self) -> int | None:
        """What the cheapest free booth costs; None where none is free, or no price is known."""
        known = (self.amounts_minor.get(booth.label) for booth in self.free)
        return min((amount for amount in known if amount is not None), default=None)


async def offer(reader: BoothReader, feed: Feed, fair: str, now: datetime) -> Offer | None:
    """What a fair offers now; None where there is no such fair. Raises StoreUnavailable."""
    settings, picture = await reader.fair(fair), await feed.picture(fair)
    if settings is None or picture is None:
        return None
    on = settings.day(now)
    booths = list(picture.booths())
    amounts = {booth.label: _amount(settings, booth, on) for booth in booths} if settings.rates else {}
    free = tuple(booth for booth in booths if booth.state == FREE) if settings.open else ()
    return Offer(settings, len(booths), free, amounts, last_day(settings.rates, on))


def _amount(fair: Fair, booth: BoothSeen, on: date) -> int | None:
    hall, _, _ = booth.label.partition("/")
    return amount_minor(booth.area_m2, rate_of(fair.rates, hall, booth.open_sides, on))
