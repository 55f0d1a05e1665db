"""`python -m services.booking` runs the service."""

from services.booking.bootstrap import build
from services.booking.settings import BookingSettings
from shared.runtime.service import run

if __name__ == "__main__":
    run(build, BookingSettings)
