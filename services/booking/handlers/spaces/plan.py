"""What the catalog says of venues and their spaces."""

from __future__ import annotations

from datetime import datetime

from services.booking.domain.spaces.venue import Space, Venue
from services.booking.ports import DIRECTORY, SPACE, VENUE
from shared.runtime.decision import Accepted, Change, Decide, Outcome, View


def describe_venue(venue: Venue) -> Decide:
    """Take a venue as it is now."""

    def decide(view: View, now: datetime) -> Outcome:  # noqa: ARG001 - what the catalog says needs no clock
        return Accepted(() if view.get(VENUE, venue.id) == venue else (Change(VENUE, venue.id, venue),))

    return decide


def describe_space(space: Space) -> Decide:
    """Take a space as it is now, and into its venue's directory."""

    def decide(view: View, now: datetime) -> Outcome:  # noqa: ARG001
        if view.get(SPACE, space.id) == space:
            return Accepted()
        others = [other for other in view.get(DIRECTORY, space.venue) or () if other.id != space.id]
        directory = tuple(sorted((*others, space), key=lambda one: one.id))
        return Accepted((Change(SPACE, space.id, space), Change(DIRECTORY, space.venue, directory)))

    return decide
