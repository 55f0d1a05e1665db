"""Booking on a store that guards nothing: what the rivals' checker must be able to convict."""

from services.booking.bootstrap import Booking, build
from services.booking.settings import BookingSettings
from shared.runtime.service import run
from shared.runtime.store import MongoStore
from tests.builders.unguarded import Unguarded


def _unguarded(settings: BookingSettings) -> Booking:
    return build(settings, store=Unguarded(MongoStore(settings.mongo_url, settings.mongo_database)))


if __name__ == "__main__":
    run(_unguarded, BookingSettings)
