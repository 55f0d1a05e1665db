"""Venues and their spaces, as the catalog tells of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.contracts.events.base import Event, LocalizedText, Part

TimeOfDay = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"), Field(examples=["08:30", "24:00"])
]
"""A local time of day; 24:00 is the end of the day."""


class WeeklyHours(Part):
    """From when to when something is open on a weekday; a weekday may have several."""

    weekday: int = Field(ge=1, le=7, description="ISO 8601: 1 is Monday, 7 Sunday")
    opens: TimeOfDay
    closes: TimeOfDay


class Hours(Part):
    """From when to when something is open on one day."""

    opens: TimeOfDay
    closes: TimeOfDay


class OpeningException(Part):
    """A day with hours of its own, such as a public holiday; without hours it is closed."""

    date: date
    hours: list[Hours] = Field(default=[])


class CancellationTerm(Part):
    """What part of the price is due where a definite booking is cancelled so many days before it begins, or fewer."""

    days_before: int = Field(ge=0)
    percent: int = Field(ge=0, le=100)


class SpacePolicy(Part):
    """How a venue deals with options, challenges, requests and cancellations."""

    option_days: int = Field(default=14, ge=1, description="how long an option lasts")
    options_max: int = Field(default=3, ge=1, description="how many options may wait for the same space and time")
    challenge_hours: int = Field(default=24, ge=1, description="office hours to answer a challenge")
    approval_required: bool = Field(default=False, description="bookings of others begin as inquiries")
    cancellation: list[CancellationTerm] = Field(default=[])


class VenueDescribed(Event):
    """What booking spaces of a venue goes by, as entered or changed; times of day are local."""

    type_ = "pavilion.catalog.venue.described.v1"
    key_ = "venue's slug and a slash, which tells it from a fair's"
    venue: str
    name: LocalizedText
    organizer: str = Field(description="who runs it")
    time_zone: str = Field(description="IANA zone", examples=["Asia/Shanghai"])
    opening_hours: list[WeeklyHours] = Field(default=[], description="empty: always open")
    opening_exceptions: list[OpeningException] = Field(default=[])
    office_hours: list[WeeklyHours] = Field(default=[], description="in which challenges run; empty: always")
    policy: SpacePolicy = SpacePolicy()


class Composition(Part):
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
    equipment: list[str] = Field(default=[])
    accessible: bool = Field(default=False, description="step-free")
    retired_from: date | None = Field(default=None, description="takes no booking that ends after this day begins")
