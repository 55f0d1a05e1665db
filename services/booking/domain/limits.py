"""How much one reservation may hold."""

from typing import Final

BOOTHS_MAX: Final = 50
CO_EXHIBITORS_MAX: Final = 500
ADMITTED_MAX: Final = 100
