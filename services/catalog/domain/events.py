"""What happened, in the catalog's own words; the wire's words are another file's business."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog.domain.booths import Booth
from services.catalog.domain.exhibitors import Exhibitor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.spaces import Space
from services.catalog.domain.venues import Venue


@dataclass(frozen=True, slots=True)
class FairPublished:
    """A fair became public, or a public fair's settings changed."""

    fair: Fair


@dataclass(frozen=True, slots=True)
class FairClosed:
    """A fair takes no more reservations."""

    fair: str


@dataclass(frozen=True, slots=True)
class BoothListed:
    """A booth is on a published floor plan, in this form."""

    booth: Booth


@dataclass(frozen=True, slots=True)
class BoothWithdrawn:
    """A booth left a published floor plan."""

    booth: Booth


@dataclass(frozen=True, slots=True)
class ExhibitorRegistered:
    """An exhibitor takes part in a fair."""

    exhibitor: Exhibitor


@dataclass(frozen=True, slots=True)
class ExhibitorChanged:
    """An exhibitor's entry changed."""

    exhibitor: Exhibitor


@dataclass(frozen=True, slots=True)
class VenueDescribed:
    """A venue was entered, or its entry changed."""

    venue: Venue


@dataclass(frozen=True, slots=True)
class SpaceDescribed:
    """A space was entered, or its entry changed."""

    space: Space
