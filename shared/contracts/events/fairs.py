"""Fairs, their booths and their exhibitors, as the catalog tells of them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from shared.contracts.events.base import Event, LocalizedText, Part


class Rate(Part):
    """What a square metre of a booth costs. Of several that fit a booth, one for its hall comes first, then one for
    its open sides; among equals the one with the earliest last day that has not passed."""

    per_m2_minor: int = Field(description="in minor units of the fair's currency")
    hall: str | None = Field(default=None, description="of this hall only")
    open_sides: int | None = Field(default=None, description="of booths with so many open sides only")
    until: date | None = Field(default=None, description="last day on the venue's calendar")


class Deadline(Part):
    """A day by which exhibitors have to do something."""

    day: date
    name: LocalizedText = Field(description="what is due, by BCP 47 language")


class ProductGroup(Part):
    """A kind of goods or services; `code` is what the exhibitors' `categories` name it by."""

    code: str
    name: LocalizedText


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
    rates: list[Rate] = Field(default=[], description="what booths cost; empty where that is not told")
    deadlines: list[Deadline] = Field(default=[])
    product_groups: list[ProductGroup] = Field(default=[])


class FairClosed(Event):
    """The fair takes no more reservations."""

    type_ = "pavilion.catalog.fair.closed.v1"
    fair: str


class BoothListed(Event):
    """A booth is on a published floor plan, its outline or relations changed while it was free, or what stands beside
    it changed."""

    type_ = "pavilion.catalog.booth.listed.v1"
    booth: str = Field(description="fair/hall/number", examples=["silk-road-expo-2027/N1/A-011"])
    fair: str
    hall: str
    number: str
    area_m2: float = Field(description="stated floor area")
    outline: list[list[tuple[float, float]]] = Field(description="polygon rings in metres in the hall's own frame")
    open_sides: int = Field(
        default=0, description="sides that border on a gangway: 1 row, 2 corner, 3 peninsula, 4 island"
    )
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
    names: LocalizedText = Field(default={})
    country: str = ""
    stands: list[str] = Field(default=[])
    categories: list[str] = Field(default=[])
    email: str | None = Field(default=None, description="personal data: where notices are mailed")
    language: str = Field(default="en", description="zh, ru or en")
