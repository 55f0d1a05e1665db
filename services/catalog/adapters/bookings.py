"""What booking tells, as the catalog's consumer hears it."""

from __future__ import annotations

from typing import Final

from services.catalog.ports import BookingsUnheard
from shared.contracts.topics import BOOKING_BOOTHS
from shared.runtime.catching_up import Behind
from shared.runtime.consumer import Consumer

WAIT_SECONDS_MAX: Final = 5.0


class KafkaBookings:
    """The port Bookings on a consumer of booking's topic."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def heard(self) -> None:
        """See Bookings.heard."""
        try:
            await self._consumer.heard_all(BOOKING_BOOTHS.name, WAIT_SECONDS_MAX)
        except Behind as behind:
            raise BookingsUnheard(str(behind)) from behind
