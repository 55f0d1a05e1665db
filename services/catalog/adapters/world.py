"""The world's tables: IANA zones from the system or tzdata, currencies and countries from CLDR through Babel."""

from __future__ import annotations

import zoneinfo
from functools import cache

from babel.core import get_global
from babel.localedata import load


class KnownWorld:
    """The port World."""

    def is_time_zone(self, name: str) -> bool:
        """See World.is_time_zone."""
        return name in _zones()

    def is_currency(self, code: str) -> bool:
        """See World.is_currency: money that is tender somewhere today, so no DEM and no test code."""
        return code in _currencies()

    def is_country(self, code: str) -> bool:
        """See World.is_country."""
        return code in _countries()


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def _currencies() -> frozenset[str]:
    history = get_global("territory_currencies")
    return frozenset(
        currency
        for territory in history.values()
        for currency, _begun, ended, is_tender in territory
        if is_tender and ended is None
    )


@cache
def _countries() -> frozenset[str]:
    territories: dict[str, str] = load("en")["territories"]
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU"})
