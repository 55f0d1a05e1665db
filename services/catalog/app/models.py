"""The bodies of requests and answers about venues, and what all bodies share."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from services.catalog.domain.hours import OFFICE_HOURS, Hours, OpeningException, Policy, WeeklyHours
from services.catalog.domain.naming import tidy
from services.catalog.domain.venues import Atom, Hall, Venue
from services.catalog.ports import Stored

NamesByLanguage = dict[str, str]


class Body(BaseModel):
    """A request's body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HallEntry(Body):
    """A hall; its frame has the origin in a corner, x along the width, y along the depth, in metres."""

    hall: str = Field(examples=["N1"])
    name: NamesByLanguage = {}
    width_m: float = Field(allow_inf_nan=False, examples=[120.0])
    depth_m: float = Field(allow_inf_nan=False, examples=[72.0])


class HoursEntry(Body):
    """From when to when, local times as HH:MM; 24:00 is the end of the day."""

    opens: str = Field(examples=["08:30"])
    closes: str = Field(examples=["24:00"])


class WeeklyHoursEntry(HoursEntry):
    """Hours of one weekday; a weekday may have several."""

    weekday: int = Field(description="ISO 8601: 1 is Monday, 7 Sunday")


class ExceptionEntry(Body):
    """A day with hours of its own, such as a public holiday; without any it is closed."""

    date: date
    hours: list[HoursEntry] = []


class AtomEntry(Body):
    """The smallest bookable part of a venue, which spaces are made of."""

    atom: str = Field(examples=["hall-1"])
    name: NamesByLanguage = {}
    area_m2: float | None = Field(default=None, gt=0, allow_inf_nan=False)


class TermEntry(Body):
    """What part of the price is due at a cancellation so many days before the booking begins, or fewer."""

    days_before: int
    percent: int


class PolicyEntry(Body):
    """How options, challenges, requests and cancellations go."""

    option_days: int = Field(default=14, description="how long an option lasts")
    options_max: int = Field(default=3, description="how many options may wait for the same")
    challenge_hours: int = Field(default=24, description="office hours to answer a challenge")
    approval_required: bool = Field(default=False, description="bookings of others begin as inquiries")
    cancellation: list[TermEntry] = []

    def policy(self) -> Policy:
        """The policy that this describes."""
        terms = tuple((term.days_before, term.percent) for term in self.cancellation)
        return Policy(self.option_days, self.options_max, self.challenge_hours, self.approval_required, terms)

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """The entry of a policy."""
        return cls(
            option_days=policy.option_days,
            options_max=policy.options_max,
            challenge_hours=policy.challenge_hours,
            approval_required=policy.approval_required,
            cancellation=[TermEntry(days_before=days, percent=percent) for days, percent in policy.cancellation],
        )


class VenueChange(Body):
    """What a venue is set to. `organizer` may be given by an admin only."""

    slug: str | None = Field(
        default=None, description="may be left out where the path has it", examples=["exchange-centre"]
    )
    name: NamesByLanguage = Field(examples=[{"en": "Exchange Centre", "zh": "交流中心"}])
    city: str = Field(default="", max_length=120)
    country: str = Field(description="ISO 3166, two letters", examples=["CN"])
    time_zone: str = Field(description="IANA zone", examples=["Asia/Shanghai"])
    halls: list[HallEntry] = []
    atoms: list[AtomEntry] = []
    opening_hours: list[WeeklyHoursEntry] = Field(default=[], description="empty: always open")
    opening_exceptions: list[ExceptionEntry] = []
    office_hours: list[WeeklyHoursEntry] | None = Field(
        default=None, description="in which challenges run; Monday to Friday, 9 to 18, without them"
    )
    policy: PolicyEntry = PolicyEntry()
    organizer: str | None = Field(default=None, max_length=80)

    def venue(self, slug: str, organizer: str) -> Venue:
        """The venue that this describes."""
        return Venue(
            slug=slug,
            name=dict(self.name),
            city=tidy(self.city),
            country=self.country,
            time_zone=self.time_zone,
            organizer=organizer,
            halls=tuple(Hall(h.hall, dict(h.name), h.width_m, h.depth_m) for h in self.halls),
            atoms=tuple(Atom(one.atom, dict(one.name), one.area_m2) for one in self.atoms),
            opening_hours=_weekly(self.opening_hours),
            opening_exceptions=tuple(
                OpeningException(one.date, tuple(Hours(h.opens, h.closes) for h in one.hours))
                for one in self.opening_exceptions
            ),
            office_hours=OFFICE_HOURS if self.office_hours is None else _weekly(self.office_hours),
            policy=self.policy.policy(),
        )


def _weekly(entries: list[WeeklyHoursEntry]) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(one.weekday, Hours(one.opens, one.closes)) for one in entries)


def _weekly_entries(weekly: tuple[WeeklyHours, ...]) -> list[WeeklyHoursEntry]:
    return [WeeklyHoursEntry(weekday=one.weekday, opens=one.hours.opens, closes=one.hours.closes) for one in weekly]


class VenueEntry(BaseModel):
    """A venue as it is."""

    slug: str
    name: NamesByLanguage
    city: str
    country: str
    time_zone: str
    halls: list[HallEntry]
    atoms: list[AtomEntry]
    opening_hours: list[WeeklyHoursEntry]
    opening_exceptions: list[ExceptionEntry]
    office_hours: list[WeeklyHoursEntry]
    policy: PolicyEntry
    organizer: str
    version: int

    @classmethod
    def of(cls, stored: Stored[Venue]) -> Self:
        """The entry of a stored venue."""
        venue = stored.state
        halls = [HallEntry(hall=h.hall, name=dict(h.name), width_m=h.width_m, depth_m=h.depth_m) for h in venue.halls]
        return cls(
            slug=venue.slug,
            name=dict(venue.name),
            city=venue.city,
            country=venue.country,
            time_zone=venue.time_zone,
            halls=halls,
            atoms=[AtomEntry(atom=one.atom, name=dict(one.name), area_m2=one.area_m2) for one in venue.atoms],
            opening_hours=_weekly_entries(venue.opening_hours),
            opening_exceptions=[
                ExceptionEntry(
                    date=one.day, hours=[HoursEntry(opens=hours.opens, closes=hours.closes) for hours in one.hours]
                )
                for one in venue.opening_exceptions
            ],
            office_hours=_weekly_entries(venue.office_hours),
            policy=PolicyEntry.of(venue.policy),
            organizer=venue.organizer,
            version=stored.version,
        )


class VenuePage(BaseModel):
    """A part of the list of venues."""

    items: list[VenueEntry]
    cursor: str | None
