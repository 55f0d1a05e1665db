"""What is sent to the catalog about fairs and what it answers, as JSON."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, Field

from services.catalog.app.models import Body, NamesByLanguage
from services.catalog.domain.fairs import Fair
from services.catalog.domain.terms import Deadline, ProductGroup, Rate
from services.catalog.ports import Stored
from services.catalog.queries import FairHall


class RateEntry(Body):
    """What a square metre costs; of several that fit a booth, one for its hall comes first, then one for its sides."""

    per_m2_minor: int = Field(description="in minor units of the fair's currency", examples=[128000])
    hall: str | None = Field(default=None, max_length=80, description="of this hall only")
    open_sides: int | None = Field(
        default=None, description="of booths with so many open sides only: 1 row, 2 corner, 3 peninsula, 4 island"
    )
    until: date | None = Field(default=None, description="an early rate's last day, at the venue")

    @classmethod
    def of(cls, rate: Rate) -> Self:
        """The entry of a rate."""
        return cls(per_m2_minor=rate.per_m2_minor, hall=rate.hall, open_sides=rate.open_sides, until=rate.until)

    def rate(self) -> Rate:
        """The rate that this describes."""
        return Rate(self.per_m2_minor, self.hall, self.open_sides, self.until)


class DeadlineEntry(Body):
    """A day by which exhibitors have to do something."""

    day: date = Field(description="at the venue")
    name: NamesByLanguage = Field(description="what is due", examples=[{"en": "Stand designs are due"}])


class ProductGroupEntry(Body):
    """A kind of goods or services; `code` is what the exhibitors' `categories` name it by."""

    code: str = Field(examples=["201"])
    name: NamesByLanguage = Field(examples=[{"en": "Food and drink", "zh": "食品饮料"}])


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
    rates: list[RateEntry] = Field(default=[], description="what booths cost; empty where that is not told")
    deadlines: list[DeadlineEntry] = Field(default=[], description="days that exhibitors must keep")
    product_groups: list[ProductGroupEntry] = Field(default=[], description="what exhibitors can be found by")
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
            rates=tuple(one.rate() for one in self.rates),
            product_groups=tuple(ProductGroup(one.code, dict(one.name)) for one in self.product_groups),
            deadlines=tuple(sorted((Deadline(d.day, dict(d.name)) for d in self.deadlines), key=lambda d: d.day)),
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
    rates: list[RateEntry]
    deadlines: list[DeadlineEntry]
    product_groups: list[ProductGroupEntry]
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
            rates=[RateEntry.of(rate) for rate in fair.rates],
            deadlines=[DeadlineEntry(day=one.day, name=dict(one.name)) for one in fair.deadlines],
            product_groups=[ProductGroupEntry(code=one.code, name=dict(one.name)) for one in fair.product_groups],
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


class FairPage(BaseModel):
    """A part of the list of fairs."""

    items: list[FairEntry]
    cursor: str | None
