"""The bodies of requests and answers about venues and fairs."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.catalog.domain.fairs import Fair
from services.catalog.domain.hours import OFFICE_HOURS, Hours, OpeningException, Policy, WeeklyHours
from services.catalog.domain.naming import tidy
from services.catalog.domain.venues import Atom, Hall, Venue
from services.catalog.ports import Stored
from services.catalog.queries import FairHall

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


class FairChange(Body):
    """What a fair's settings are set to. `organizer` may be given by an admin only."""

    slug: str | None = Field(default=None, description="may be left out where the path has it", examples=["expo-2027"])
    name: NamesByLanguage = Field(examples=[{"en": "Expo 2027"}])
    venue: str = Field(examples=["exchange-centre"])
    starts: date = Field(description="first show day at the venue")
    ends: date = Field(description="last show day at the venue")
    time_zone: str = Field(description="the venue's IANA zone", examples=["Asia/Shanghai"])
    currency: str = Field(description="ISO 4217", examples=["CNY"])
    hold_ttl_seconds: int = 900
    hold_extensions_max: int = 2
    held_booths_max: int = 10
    organizer: str | None = Field(default=None, max_length=80)

    def fair(self, slug: str, organizer: str) -> Fair:
        """The fair that this describes, as a draft."""
        return Fair(
            slug=slug,
            name=dict(self.name),
            organizer=organizer,
            venue=self.venue,
            starts=self.starts,
            ends=self.ends,
            time_zone=self.time_zone,
            currency=self.currency,
            hold_ttl_seconds=self.hold_ttl_seconds,
            hold_extensions_max=self.hold_extensions_max,
            held_booths_max=self.held_booths_max,
        )


class FairEntry(BaseModel):
    """A fair as it is."""

    slug: str
    name: NamesByLanguage
    venue: str
    starts: date
    ends: date
    time_zone: str
    currency: str
    hold_ttl_seconds: int
    hold_extensions_max: int
    held_booths_max: int
    organizer: str
    state: Literal["draft", "published", "closed"]
    version: int

    @classmethod
    def of(cls, stored: Stored[Fair]) -> Self:
        """The entry of a stored fair."""
        fair = stored.state
        return cls(
            slug=fair.slug,
            name=dict(fair.name),
            venue=fair.venue,
            starts=fair.starts,
            ends=fair.ends,
            time_zone=fair.time_zone,
            currency=fair.currency,
            hold_ttl_seconds=fair.hold_ttl_seconds,
            hold_extensions_max=fair.hold_extensions_max,
            held_booths_max=fair.held_booths_max,
            organizer=fair.organizer,
            state=fair.state,
            version=stored.version,
        )


class FairHallEntry(BaseModel):
    """A hall at a fair; `booths` is how many its floor plan has."""

    hall: str
    name: NamesByLanguage
    width_m: float
    depth_m: float
    booths: int

    @classmethod
    def of(cls, hall: FairHall) -> Self:
        """The entry of a hall."""
        return cls(hall=hall.hall, name=dict(hall.name), width_m=hall.width_m, depth_m=hall.depth_m, booths=hall.booths)


class VenuePage(BaseModel):
    """A part of the list of venues."""

    items: list[VenueEntry]
    cursor: str | None


class FairPage(BaseModel):
    """A part of the list of fairs."""

    items: list[FairEntry]
    cursor: str | None
