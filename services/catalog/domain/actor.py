"""On whose behalf something is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: `organizer` or `exhibitor` is the tenant it acts for.

    `everywhere` lets it see and change what is anybody's, `reads_contacts` lets it see addresses.
    """

    organizer: str | None = None
    exhibitor: str | None = None
    everywhere: bool = False
    reads_contacts: bool = False

    def runs(self, organizer: str) -> bool:
        """Whether it may change what belongs to this organizer."""
        return self.everywhere or (self.organizer is not None and self.organizer == organizer)
