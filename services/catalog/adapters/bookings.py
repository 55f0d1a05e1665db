"""What booking tells, as the catalog's consumer hears it."""

from __future__ import annotations

from typing import Final

from services.catalog.domain.naming import booth_id
from services.catalog.ports import BookingsUnheard
from shared.contracts.topics import BOOKING_BOOTHS
from shared.runtime.catching_up import Behind
from shared.runtime.consumer import Consumer
from shared.runtime.dead_letters import DeadLetters

WAIT_SECONDS_MAX: Final = 5.0


class KafkaBookings:
    """The port Bookings on a consumer of booking's topic, and on what was put aside of it.

    The in-memory broker may give a topic an end that is too small, and all be called heard too soon there.
    """

    def __init__(self, consumer: Consumer, letters: DeadLetters) -> None:
        self._consumer = consumer
        self._letters = letters

    async def heard(self, fair: str, hall: str) -> None:
        """See Bookings.heard."""
        try:
            await self._consumer.heard_all(BOOKING_BOOTHS.name, WAIT_SECONDS_MAX)
        except Behind as behind:
            raise BookingsUnheard(
                "What booking has told is not all heard yet; send the same request again."
            ) from behind
        # What was put aside counts as applied there, and is not.
        if await self._letters.any_below(self._consumer.group, f"{BOOKING_BOOTHS.name}/{booth_id(fair, hall, '')}"):
            raise BookingsUnheard("News of its booths lies in the dead letters; see `pavilion dead-letters list`.")
