"""What booking must know of a fair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Fair:
    """A fair's settings for holds; `open` from its publication until it closes."""

    id: str
    organizer: str
    open: bool = True
    hold_ttl_seconds: int = 900
    hold_extensions_max: int = 2
    held_booths_max: int = 10

    @property
    def hold_ttl(self) -> timedelta:
        """How long a hold lasts, and by how much one extension prolongs it."""
        return timedelta(seconds=self.hold_ttl_seconds)


def close(fair: Fair) -> Fair:
    """The fair, taking no more holds; what is held or confirmed lives on."""
    return replace(fair, open=False)
