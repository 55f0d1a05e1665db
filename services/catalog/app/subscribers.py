"""What the catalog listens to: states of booths and of bookings of spaces, from which it knows what may be changed."""

from __future__ import annotations

from typing import Final

from services.catalog import handlers
from services.catalog.adapters.wire import read_booth_now, read_space_use
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_SPACES
from shared.runtime.committer import Work
from shared.runtime.consumer import Subscription
from shared.runtime.received import Received

GROUP: Final = "catalog.booths"
SPACES_GROUP: Final = "catalog.spaces"
# Plans change rarely, and what the catalog knows of booths is behind them anyhow; sales are busy.
_GATHER_SECONDS: Final = 0.25


def hear_booth_state(event: Received) -> Work | None:
    """Remember what booking tells of a booth; raises Undecodable where the message is none of its contract."""
    state = read_booth_now(event.type, event.data)
    command = handlers.note_booth_status(event.key, state, event.sequence)
    return Work(command.name, command.decide, command.reads)


def hear_space_booking(event: Received) -> Work | None:
    """Remember what booking tells of a booking of spaces; raises Undecodable likewise."""
    command = handlers.note_space_use(read_space_use(event.type, event.data, event.sequence))
    return Work(command.name, command.decide, command.reads)


def subscriptions() -> tuple[Subscription, ...]:
    """The catalog's subscriptions."""
    return (
        Subscription(GROUP, (BOOKING_BOOTHS.name,), hear_booth_state, _GATHER_SECONDS),
        Subscription(SPACES_GROUP, (BOOKING_SPACES.name,), hear_space_booking, _GATHER_SECONDS),
    )
