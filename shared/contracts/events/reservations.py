"""Reservations of booths, as booking tells of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.contracts.events.base import Event

BoothState = Literal["free", "held", "reserved", "sold", "blocked"]


class ReservationEvent(Event):
    """What every event of a reservation tells."""

    reservation: str
    fair: str
    organizer: str
    booths: list[str] = Field(description="booth ids, fair/hall/number")
    exhibitor: str = Field(description="main exhibitor")
    co_exhibitors: list[str] = Field(default=[])


class ReservationHeld(ReservationEvent):
    """Booths are kept for an exhibitor until `expires_at`."""

    type_ = "pavilion.booking.reservation.held.v1"
    expires_at: datetime


class ReservationExtended(ReservationEvent):
    """The hold lasts longer."""

    type_ = "pavilion.booking.reservation.extended.v1"
    expires_at: datetime
    extensions: int


class ReservationConfirmed(ReservationEvent):
    """The exhibitor commits to the booths."""

    type_ = "pavilion.booking.reservation.confirmed.v1"


class ReservationSold(ReservationEvent):
    """The contract for the booths stands."""

    type_ = "pavilion.booking.reservation.sold.v1"


class ReservationCancelled(ReservationEvent):
    """The booths are given up."""

    type_ = "pavilion.booking.reservation.cancelled.v1"
    reason: str = ""


class ReservationExpired(ReservationEvent):
    """The hold ran out before it was confirmed."""

    type_ = "pavilion.booking.reservation.expired.v1"


class CoExhibitorsChanged(ReservationEvent):
    """Who stands with the main exhibitor changed; `co_exhibitors` is the new list."""

    type_ = "pavilion.booking.reservation.co_exhibitors_changed.v1"


class ReservationAdmitted(ReservationEvent):
    """The holder lets another exhibitor book floor that overlaps this reservation's booths."""

    type_ = "pavilion.booking.reservation.admitted.v1"
    admitted: str


class BoothNow(Event):
    """A booth's state as it is now (compacted topic)."""

    type_ = "pavilion.booking.booth.state.v1"
    booth: str
    fair: str
    hall: str
    number: str
    state: BoothState
    area_m2: float
    reservation: str | None = None
    exhibitor: str | None = None
    until: datetime | None = Field(default=None, description="when a hold ends")
    withdrawn: bool = False
    version: int
