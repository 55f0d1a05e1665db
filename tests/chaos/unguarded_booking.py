"""Booking with its version guards switched off: what the rivals' checker must be able to convict.

Only this file can start it. No setting and no variable reaches the switch, so nobody runs it by mistake.
"""

from services.booking.bootstrap import Booking, build
from services.booking.settings import BookingSettings
from shared.runtime.service import run


def _unguarded(settings: BookingSettings) -> Booking:
    return build(settings, guarded=False)


if __name__ == "__main__":
    run(_unguarded, BookingSettings)
