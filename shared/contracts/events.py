"""Every event that crosses a service's border, as a pydantic model per type and version.

A model is what the JSON body of a CloudEvent holds (binary mode: the envelope travels in Kafka headers).
Times are UTC instants, dates are calendar dates at the venue, lengths are metres, areas square metres.
A published version never changes incompatibly: a field may be added with a default, nothing may be removed,
renamed or narrowed. What needs more is a new version beside the old one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

BoothState = Literal["free", "held", "reserved", "sold", "blocked"]
SpaceBookingState = Literal[
    "inquiry",
    "option",
    "definite",
    "completed",
    "no-show",
    "cancelled",
    "declined",
    "expired",
    "yielded",
    "blocked",
    "unblocked",
]
LocalizedText = dict[str, str]
TimeOfDay = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"), Field(examples=["08:30", "24:00"])
]
"""A local time of day; 24:00 is the end of the day."""


class Event(BaseModel):
    """A wire event; `type_` is its CloudEvents type, `key_` what its record's key is, where the topic does not say."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type_: ClassVar[str]
    key_: ClassVar[str] = ""


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


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class WeeklyHours(_Part):
    """From when to when something is open on a weekday; a weekday may have several."""

    weekday: int = Field(ge=1, le=7, description="ISO 8601: 1 is Monday, 7 Sunday")
    opens: TimeOfDay
    closes: TimeOfDay


class Hours(_Part):
    """From when to when something is open on one day."""

    opens: TimeOfDay
    closes: TimeOfDay


class OpeningException(_Part):
    """A day with hours of its own, such as a public holiday; without hours it is closed."""

    date: date
    hours: list[Hours] = []


class CancellationTerm(_Part):
    """What part of the price is due where a definite booking is cancelled so many days before it begins, or fewer."""

    days_before: int = Field(ge=0)
    percent: int = Field(ge=0, le=100)


class SpacePolicy(_Part):
    """How a venue deals with options, challenges, requests and cancellations."""

    option_days: int = Field(default=14, ge=1, description="how long an option lasts")
    options_max: int = Field(default=3, ge=1, description="how many options may wait for the same space and time")
    challenge_hours: int = Field(default=24, ge=1, description="office hours to answer a challenge")
    approval_required: bool = Field(default=False, description="bookings of others begin as inquiries")
    cancellation: list[CancellationTerm] = []


class VenueDescribed(Event):
    """What booking spaces of a venue goes by, as entered or changed; times of day are local."""

    type_ = "pavilion.catalog.venue.described.v1"
    key_ = "venue's slug and a slash, which tells it from a fair's"
    venue: str
    name: LocalizedText
    organizer: str = Field(description="who runs it")
    time_zone: str = Field(description="IANA zone", examples=["Asia/Shanghai"])
    opening_hours: list[WeeklyHours] = Field(default=[], description="empty: always open")
    opening_exceptions: list[OpeningException] = []
    office_hours: list[WeeklyHours] = Field(default=[], description="in which challenges run; empty: always")
    policy: SpacePolicy = SpacePolicy()


class Composition(_Part):
    """What a space is made of from a day on (the venue's midnight); without a day, from ever."""

    starts: date | None = None
    atoms: list[str] = Field(min_length=1)


class SpaceDescribed(Event):
    """A space of a venue, as entered or changed: what it is made of and what it offers."""

    type_ = "pavilion.catalog.space.described.v1"
    key_ = "space id, venue/space"
    venue: str
    space: str = Field(examples=["hall-1-2"])
    name: LocalizedText
    kind: Literal["hall", "room", "foyer", "yard"]
    compositions: list[Composition] = Field(min_length=1, description="in the order of their days")
    buffer_before_minutes: int = Field(default=0, ge=0)
    buffer_after_minutes: int = Field(default=0, ge=0)
    area_m2: float | None = None
    ceiling_m: float | None = None
    floor_load_kg_m2: float | None = None
    capacity: dict[str, int] = Field(default={}, description="people by set-up", examples=[{"theatre": 400}])
    equipment: list[str] = []
    accessible: bool = Field(default=False, description="step-free")
    retired_from: date | None = Field(default=None, description="takes no booking that ends after this day begins")


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


class Span(_Part):
    """A half-open interval of instants."""

    start: datetime
    end: datetime


class SpaceUse(_Part):
    """One space for one time: the show, and build-up and dismantling where there are such."""

    space: str
    atoms: list[str] = Field(description="what the space was made of when it was booked")
    show: Span
    build_up: Span | None = None
    dismantling: Span | None = None


class SpaceBookingEvent(Event):
    """What every event of a space booking tells."""

    key_ = "id of the space booking"

    booking: str
    venue: str
    organizer: str = Field(description="who books")
    venue_organizer: str = Field(description="who runs the venue")
    title: str = ""
    time_zone: str = Field(description="the venue's IANA zone")
    uses: list[SpaceUse]
    rank: int | None = Field(default=None, description="of an option: how many are before it, and one")
    series: str | None = None


class SpaceRequested(SpaceBookingEvent):
    """Somebody asks for spaces; nothing is kept for them yet."""

    type_ = "pavilion.booking.space.requested.v1"


class SpaceOptioned(SpaceBookingEvent):
    """Spaces are kept provisionally, in the order of options, until `expires_at`."""

    type_ = "pavilion.booking.space.optioned.v1"
    expires_at: datetime
    override: str = Field(default="", description="why it was put before others, where it was")


class SpaceDefinite(SpaceBookingEvent):
    """A booking is firm."""

    type_ = "pavilion.booking.space.definite.v1"
    override: str = Field(default="", description="why options before it or a blocking did not count, where so")


class SpaceChallenged(SpaceBookingEvent):
    """An option's holder is asked to go definite until `answer_by`, or to yield."""

    type_ = "pavilion.booking.space.challenged.v1"
    answer_by: datetime
    challenger: str = Field(description="the booking that waits behind it")


class SpaceRankChanged(SpaceBookingEvent):
    """An option moved in the order, because one before it is gone or was put before it."""

    type_ = "pavilion.booking.space.rank_changed.v1"
    former_rank: int


class SpaceYielded(SpaceBookingEvent):
    """An option gave way, by its holder's word or because a challenge was not answered in time."""

    type_ = "pavilion.booking.space.yielded.v1"
    in_silence: bool = False


class SpaceOptionExpired(SpaceBookingEvent):
    """An option ran out."""

    type_ = "pavilion.booking.space.expired.v1"


class SpaceRescheduled(SpaceBookingEvent):
    """A booking moved to other spaces or times, or became longer or shorter; `former` is what it was."""

    type_ = "pavilion.booking.space.rescheduled.v1"
    former: list[SpaceUse]


class SpaceDetailsChanged(SpaceBookingEvent):
    """What a booking says of itself changed; its spaces and times did not."""

    type_ = "pavilion.booking.space.details_changed.v1"


class SpaceCancelled(SpaceBookingEvent):
    """A booking was given up; `due_percent` of its price is due by the venue's terms."""

    type_ = "pavilion.booking.space.cancelled.v1"
    reason: str = ""
    due_percent: int = 0


class SpaceDeclined(SpaceBookingEvent):
    """A request was refused; `alternatives` are what could be had instead."""

    type_ = "pavilion.booking.space.declined.v1"
    reason: str = ""
    alternatives: list[SpaceUse] = []


class SpaceCompleted(SpaceBookingEvent):
    """A booking's time is over."""

    type_ = "pavilion.booking.space.completed.v1"


class SpaceNoShow(SpaceBookingEvent):
    """Nobody came."""

    type_ = "pavilion.booking.space.no_show.v1"


class SpaceBlocked(SpaceBookingEvent):
    """Spaces are out of use for a time; only `may_override` may book over it."""

    type_ = "pavilion.booking.space.blocked.v1"
    reason: str = ""
    may_override: list[str] = Field(default=[], description="organizers")


class SpaceUnblocked(SpaceBookingEvent):
    """Spaces are in use again."""

    type_ = "pavilion.booking.space.unblocked.v1"


class SpaceBookingNow(Event):
    """A booking of spaces, or a blocking, as it is now (compacted topic)."""

    type_ = "pavilion.booking.space.state.v1"
    booking: str
    venue: str
    organizer: str
    state: SpaceBookingState
    uses: list[SpaceUse]
    rank: int | None = None
    until: datetime | None = Field(default=None, description="when an option ends by itself")
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
