"""A calendar feed: bookings that whoever has its secret may read, until it is revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """Bookings of a venue, a space or an organizer, or of several of these at once; empty means any.

    `viewer` is the organizer through whose eyes it is seen; empty for one that shows everybody's. `secret` opens it.
    """

    id: str
    viewer: str
    secret: str
    language: str
    made_at: datetime
    venue: str = ""
    space: str = ""
    organizer: str = ""
    revoked: bool = False
