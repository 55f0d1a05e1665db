"""A reservation: booths taken together by one exhibitor, and its life from hold to contract.

held -> confirmed -> sold; held and confirmed may be cancelled, a sold one only by its organizer; a hold that nobody
confirms in time expires. The deadline is part of every rule here: past it a hold counts as gone, timer or no timer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.booking.domain.fair import Fair
from services.booking.domain.limits import ADMITTED_MAX
from services.booking.domain.prices import Price
from services.booking.domain.refusal import Refusal


class ReservationState(StrEnum):
    """Where a reservation stands in its life."""

    HELD = "held"
    CONFIRMED = "confirmed"
    SOLD = "sold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


HELD, CONFIRMED, SOLD, CANCELLED, EXPIRED = ReservationState


@dataclass(frozen=True, slots=True)
class Reservation:
    """Booths (ids) that one exhibitor took together. `admitted` may book floor that overlaps these booths.

    `price` is what they cost on the day of their hold, whatever the fair's rates become; None where it told none.
    `held_at`, `confirmed_at`, `sold_at` and `ended_at` are when it came to each step of its life, None where it has
    not: sales are counted from them, long after the events that told of them are kept no more.
    """

    id: str
    fair: str
    organizer: str
    booths: tuple[str, ...]
    exhibitor: str
    expires_at: datetime
    held_at: datetime
    state: ReservationState = HELD
    extensions: int = 0
    co_exhibitors: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()
    price: Price | None = None
    confirmed_at: datetime | None = None
    sold_at: datetime | None = None
    ended_at: datetime | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether its hold has run out, whatever any timer did."""
        return self.state is HELD and self.expires_at <= now

    @property
    def ended(self) -> bool:
        """Whether it has given its booths back."""
        return self.state in (CANCELLED, EXPIRED)

    def admits(self, exhibitor: str) -> bool:
        """Whether that exhibitor may take floor that overlaps these booths."""
        return exhibitor == self.exhibitor or exhibitor in self.co_exhibitors or exhibitor in self.admitted


@dataclass(frozen=True, slots=True)
class Held:
    """Booths are kept until `expires_at`."""


@dataclass(frozen=True, slots=True)
class Extended:
    """The hold lasts longer."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The exhibitor commits to the booths."""


@dataclass(frozen=True, slots=True)
class Sold:
    """The contract stands."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The booths are given up, for a reason that whoever gave them up may have told."""

    reason: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The hold ran out."""


@dataclass(frozen=True, slots=True)
class CoExhibitorsChanged:
    """Others stand with the main exhibitor than `former`, who did before."""

    former: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admitted:
    """Another exhibitor may book overlapping floor."""

    exhibitor: str


ReservationEvent = Held | Extended | Confirmed | Sold | Cancelled | Expired | CoExhibitorsChanged | Admitted
Step = tuple[Reservation, ReservationEvent]
"""A reservation's new state, and the one event that tells of it."""


def extend(reservation: Reservation, fair: Fair, now: datetime) -> Step | Refusal:
    """A longer hold: one more TTL after its present end, so that asking early costs nothing."""
    if refusal := _not_held(reservation, now):
        return refusal
    if reservation.extensions >= fair.hold_extensions_max:
        return Refusal("extensions-used-up", f"A hold may be extended {fair.hold_extensions_max} times at this fair.")
    longer = replace(
        reservation, expires_at=reservation.expires_at + fair.hold_ttl, extensions=reservation.extensions + 1
    )
    return longer, Extended()


def confirm(reservation: Reservation, now: datetime) -> Step | Refusal:
    """The exhibitor commits, in time."""
    if refusal := _not_held(reservation, now):
        return refusal
    return replace(reservation, state=CONFIRMED, confirmed_at=now), Confirmed()


def sell(reservation: Reservation, now: datetime) -> Step | Refusal:
    """The contract stands."""
    match reservation.state:
        case ReservationState.CONFIRMED:
            return replace(reservation, state=SOLD, sold_at=now), Sold()
        case ReservationState.HELD if not reservation.overdue(now):
            return Refusal("not-confirmed", "The exhibitor has not confirmed yet.")
        case _:
            return _ended(reservation)


def cancel(reservation: Reservation, now: datetime, *, reason: str, by_organizer: bool) -> Step | Refusal:
    """The booths are given up."""
    match reservation.state:
        case ReservationState.CONFIRMED:
            pass
        case ReservationState.HELD if not reservation.overdue(now):
            pass
        case ReservationState.SOLD if by_organizer:
            pass
        case _:
            return _ended(reservation)
    return replace(reservation, state=CANCELLED, ended_at=now), Cancelled(reason)


def expire(reservation: Reservation, now: datetime) -> Step | None:
    """The hold ran out, when its time was up; None where there is nothing to expire, or not yet."""
    if not reservation.overdue(now):
        return None
    return replace(reservation, state=EXPIRED, ended_at=reservation.expires_at), Expired()


def change_co_exhibitors(reservation: Reservation, exhibitors: tuple[str, ...], now: datetime) -> Step | Refusal:
    """Others stand with the main exhibitor; the list replaces the former one."""
    if not _live(reservation, now):
        return _ended(reservation)
    return replace(reservation, co_exhibitors=exhibitors), CoExhibitorsChanged(reservation.co_exhibitors)


def admit(reservation: Reservation, exhibitor: str, now: datetime) -> Step | Refusal:
    """Another exhibitor may book floor that overlaps these booths."""
    if not _live(reservation, now):
        return _ended(reservation)
    admitted = tuple(sorted({*reservation.admitted, exhibitor}))
    if len(admitted) > ADMITTED_MAX:
        return Refusal("admissions-used-up", f"A reservation admits at most {ADMITTED_MAX} exhibitors.")
    return replace(reservation, admitted=admitted), Admitted(exhibitor)


def _live(reservation: Reservation, now: datetime) -> bool:
    return reservation.state in (HELD, CONFIRMED, SOLD) and not reservation.overdue(now)


def _not_held(reservation: Reservation, now: datetime) -> Refusal | None:
    if reservation.state is HELD and not reservation.overdue(now):
        return None
    return _ended(reservation)


def _ended(reservation: Reservation) -> Refusal:
    """Why a reservation in this state (held means: past its deadline) cannot do what was asked."""
    match reservation.state:
        case ReservationState.HELD | ReservationState.EXPIRED:
            return Refusal("hold-expired", f"The hold ended at {reservation.expires_at:%Y-%m-%d %H:%M:%S} UTC.")
        case ReservationState.CONFIRMED:
            return Refusal("already-confirmed", "The reservation is confirmed.")
        case ReservationState.SOLD:
            return Refusal("already-sold", "The booths are sold.")
        case ReservationState.CANCELLED:
            return Refusal("already-cancelled", "The reservation was cancelled.")
