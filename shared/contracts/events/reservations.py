"""Reservations of booths, as booking tells of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.contracts.events.base import Event, Part

BoothState = Literal["free", "held", "reserved", "sold", "blocked"]


class BoothPrice(Part):
    """What one booth costs; `amount_minor` is null where no rate of the fair fits it."""

    booth: str = Field(description="fair/hall/number")
    amount_minor: int | None = None


class ReservationPrice(Part):
    """What booths cost on the day of their hold; `amount_minor` is null where that of one is not known."""

    currency: str = Field(description="ISO 4217", examples=["CNY"])
    amount_minor: int | None = Field(default=None, description="all booths together, in minor units")
    booths: list[BoothPrice] = Field(default=[])


class ReservationEvent(Event):
    """What every event of a reservation tells."""

    reservation: str
    fair: str
    organizer: str
    booths: list[str] = Field(description="booth ids, fair/hall/number")
    exhibitor: str = Field(description="main exhibitor")
    co_exhibitors: list[str] = Field(default=[])
    price: ReservationPrice | None = Field(default=None, description="null where the fair told no prices")


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
    open_sides: int = Field(default=0, description="sides that border on a gangway")
    reservation: str | None = None
    exhibitor: str | None = None
    until: datetime | None = Field(default=None, description="when a hold ends")
    withdrawn: bool = False
    version: int
