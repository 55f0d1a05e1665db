"""What booking tells, as the catalog's consumer hears it."""

from __future__ import annotations

from typing import Final

from services.catalog.domain.naming import booth_id
from services.catalog.ports import BookingsUnheard
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_SPACES
from shared.runtime.catching_up import Behind
from shared.runtime.consumer import Consumer
from shared.runtime.dead_letters import DeadLetters

WAIT_SECONDS_MAX: Final = 5.0


class KafkaBookings:
    """The port Bookings on consumers of booking's state topics, and on what was put aside of them.

    The in-memory broker may give a topic an end that is too small, and all be called heard too soon there.
    """

    def __init__(self, booths: Consumer, spaces: Consumer, letters: DeadLetters) -> None:
        self._booths = booths
        self._spaces = spaces
        self._letters = letters

    async def heard(self, fair: str, hall: str) -> None:
        """See Bookings.heard."""
        await self._heard(self._booths, BOOKING_BOOTHS.name, booth_id(fair, hall, ""), "its booths")

    async def heard_of_spaces(self) -> None:
        """See Bookings.heard_of_spaces."""
        await self._heard(self._spaces, BOOKING_SPACES.name, "", "bookings of spaces")

    async def _heard(self, consumer: Consumer, topic: str, keys: str, what: str) -> None:
        try:
            await consumer.heard_all(topic, WAIT_SECONDS_MAX)
        except Behind as behind:
            raise BookingsUnheard(
                "What booking has told is not all heard yet; send the same request again."
            ) from behind
        # What was put aside counts as applied there, and is not.
        if await self._letters.any_below(consumer.group, f"{topic}/{keys}"):
            raise BookingsUnheard(f"News of {what} lies in the dead letters; see `pavilion dead-letters list`.")
