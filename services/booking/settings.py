"""What booking is told from outside, beyond what every service needs."""

from __future__ import annotations

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class BookingSettings(ServiceSettings):
    """Each field is read from `PAVILION_<FIELD>`."""

    service: str = "booking"
    mongo_database: str = "pavilion_booking"

    hold_tries_max: int = Field(default=240, ge=1, description="holds that an exhibitor may try at once")
    hold_tries_window_seconds: int = Field(default=60, ge=1, description="over which as many become possible again")
    live_listeners_max: int = Field(default=5_000, ge=1, description="live streams served at once")
    live_ping_seconds: float = Field(default=15.0, gt=0, description="a silent live stream says that it lives")
    live_seconds_max: float = Field(default=900.0, gt=0, description="a live stream ends then, and is resumed")
    booths_stale_max_ms: float = Field(default=50.0, ge=0, description="a picture older than that is read on first")
