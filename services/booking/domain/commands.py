"""What booking can be asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from services.booking.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep all these booths (ids) for an exhibitor, or none; the reservation will bear the id given here.

    `amount_minor` is the price that the asker saw, in minor units; None where it does not matter.
    """

    actor: Actor
    reservation: str
    fair: str
    booths: tuple[str, ...]
    exhibitor: str
    co_exhibitors: tuple[str, ...] = ()
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Extend:
    """Prolong a hold."""

    actor: Actor
    reservation: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Commit to held booths."""

    actor: Actor
    reservation: str


@dataclass(frozen=True, slots=True)
class Sell:
    """Tell that the contract for confirmed booths stands."""

    actor: Actor
    reservation: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give booths up."""

    actor: Actor
    reservation: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeCoExhibitors:
    """Replace the list of who stands with the main exhibitor."""

    actor: Actor
    reservation: str
    exhibitors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admit:
    """Let another exhibitor book floor that overlaps this reservation's booths."""

    actor: Actor
    reservation: str
    exhibitor: str


@dataclass(frozen=True, slots=True)
class Expire:
    """End a hold whose time is up; nothing happens where it is not."""

    reservation: str


@dataclass(frozen=True, slots=True)
class Block:
    """Take free booths out of sale, all or none."""

    actor: Actor
    fair: str
    booths: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unblock:
    """Put blocked booths back on sale, all or none."""

    actor: Actor
    fair: str
    booths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListBooth:
    """Take a booth from a published floor plan; `parts` and `part_of` are ids of booths that share its floor."""

    booth: str
    fair: str
    hall: str
    number: str
    area_m2: float
    open_sides: int = 0
    parts: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawBooth:
    """Note that a booth left its floor plan."""

    booth: str
