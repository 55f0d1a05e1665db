"""Every event that crosses a service's border, as a pydantic model per type and version.

A model is what the JSON body of a CloudEvent holds (binary mode: the envelope travels in Kafka headers).
Times are UTC instants, dates are calendar dates at the venue, lengths are metres, areas square metres.
A published version never changes incompatibly: a field may be added with a default, nothing may be removed,
renamed or narrowed. What needs more is a new version beside the old one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

BoothState = Literal["free", "held", "reserved", "sold", "blocked"]
LocalizedText = dict[str, str]


class Event(BaseModel):
    """A wire event; `type_` is its CloudEvents type."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type_: ClassVar[str]


class FairPublished(Event):
    """A fair's settings, as of its publication or of a later change to them."""

    type_ = "pavilion.catalog.fair.published.v1"
    fair: str = Field(description="the fair's slug", examples=["silk-road-expo-2027"])
    name: LocalizedText = Field(description="name by BCP 47 language", examples=[{"en": "Silk Road Expo 2027"}])
    organizer: str = Field(description="who runs it", examples=["sco-expo"])
    venue: str = Field(examples=["exchange-centre"])
    starts: date
    ends: date
    time_zone: str = Field(description="IANA zone of the venue", examples=["Asia/Shanghai"])
    currency: str = Field(description="ISO 4217", examples=["CNY"])
    hold_ttl_seconds: int = Field(default=900, description="how long a hold lasts")
    hold_extensions_max: int = Field(default=2, description="how often a hold may be extended by its TTL")
    held_booths_max: int = Field(default=10, description="how many booths one exhibitor may hold at once")


class FairClosed(Event):
    """The fair takes no more reservations."""

    type_ = "pavilion.catalog.fair.closed.v1"
    fair: str


class BoothListed(Event):
    """A booth is on a published floor plan, or its outline or relations changed while it was free."""

    type_ = "pavilion.catalog.booth.listed.v1"
    booth: str = Field(description="fair/hall/number", examples=["silk-road-expo-2027/N1/A-011"])
    fair: str
    hall: str
    number: str
    area_m2: float = Field(description="stated floor area")
    outline: list[list[tuple[float, float]]] = Field(description="polygon rings in metres in the hall's own frame")
    parts: list[str] = Field(default=[], description="booths that lie inside this joint stand")
    part_of: list[str] = Field(default=[], description="joint stands that this booth lies inside")


class BoothWithdrawn(Event):
    """A booth left the published floor plan; it takes no new reservation."""

    type_ = "pavilion.catalog.booth.withdrawn.v1"
    booth: str
    fair: str


class ExhibitorRegistered(Event):
    """An exhibitor takes part in a fair."""

    type_ = "pavilion.catalog.exhibitor.registered.v1"
    exhibitor: str
    fair: str
    name: str
    country: str = ""


class ExhibitorChanged(Event):
    """An exhibitor's entry changed; the state topic has it whole."""

    type_ = "pavilion.catalog.exhibitor.changed.v1"
    exhibitor: str
    fair: str
    name: str
    country: str = ""


class ExhibitorState(Event):
    """An exhibitor as it is now (compacted topic). Personal data: email."""

    type_ = "pavilion.catalog.exhibitor.state.v1"
    exhibitor: str
    fair: str
    organizer: str
    name: str
    names: LocalizedText = {}
    country: str = ""
    stands: list[str] = []
    categories: list[str] = []
    email: str | None = Field(default=None, description="personal data: where notices are mailed")
    language: str = Field(default="en", description="zh, ru or en")


class ReservationEvent(Event):
    """What every event of a reservation tells."""

    reservation: str
    fair: str
    organizer: str
    booths: list[str] = Field(description="booth ids, fair/hall/number")
    exhibitor: str = Field(description="main exhibitor")
    co_exhibitors: list[str] = []


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


class DeliverySent(Event):
    """A notice left by mail and the mail server took it."""

    type_ = "pavilion.notification.delivery.sent.v1"
    delivery: str
    channel: Literal["mail"] = "mail"
    kind: str
    recipient: str = Field(description="exhibitor or organizer id, never an address")
    cause: str = Field(description="id of the event that it tells of")


class DeliveryParked(Event):
    """A notice could not be delivered and waits for a person."""

    type_ = "pavilion.notification.delivery.parked.v1"
    delivery: str
    channel: Literal["mail"] = "mail"
    kind: str
    recipient: str
    cause: str
    reason: str
