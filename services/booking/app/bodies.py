"""What is sent to booking and what it answers, as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.booking.domain.limits import BOOTHS_MAX, CO_EXHIBITORS_MAX
from services.booking.domain.reservation import Reservation
from services.booking.ports import ReservationAt
from shared.runtime.auth import Principal
from shared.runtime.instants import Instant, instant

STATUSES: Final = {
    "fair-unknown": 404,
    "reservation-unknown": 404,
    "booth-unknown": 404,
    "not-yours": 403,
}
"""The HTTP status of a refusal, by its reason; every other is 409: the state of things does not allow it."""


_LABEL: Final = re.compile(r"^[^/\x00-\x1f\x7f]+/[^\x00-\x1f\x7f]+$")


def _once_each(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        twice = sorted({value for value in values if values.count(value) > 1})
        raise ValueError(f"named twice: {', '.join(twice[:5])}")
    return values


def _with_its_hall(label: str) -> str:
    if _LABEL.fullmatch(label) is None:
        raise PydanticCustomError("booth", "is no booth", {"remedy": "write hall/number, as 1/C-021"})
    return label


Slug = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^/\x00-\x20\x7f]+$")]
Label = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_with_its_hall),
    Field(description="a booth as hall/number", examples=["7.1/A-031"], json_schema_extra={"pattern": _LABEL.pattern}),
]
Labels = Annotated[list[Label], Field(min_length=1, max_length=BOOTHS_MAX), AfterValidator(_once_each)]
Exhibitors = Annotated[list[Slug], Field(max_length=CO_EXHIBITORS_MAX), AfterValidator(_once_each)]
Reason = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoldRequest(_Request):
    """Booths to keep, all or none, in an exhibitor's name."""

    fair: Slug
    booths: Labels
    exhibitor: Slug
    co_exhibitors: Exhibitors = []
    amount_minor: int | None = Field(
        default=None, ge=0, description="the price that the asker saw, in minor units: another is refused"
    )

    @model_validator(mode="after")
    def _exhibitor_is_not_beside_itself(self) -> HoldRequest:
        if self.exhibitor in self.co_exhibitors:
            raise ValueError("the main exhibitor is no co-exhibitor; leave it out of co_exhibitors")
        return self


class CancelRequest(_Request):
    """Why booths are given up; everyone concerned is told."""

    reason: Reason = ""


class CoExhibitorsRequest(_Request):
    """Who stands with the main exhibitor; replaces the former list."""

    exhibitors: Exhibitors


class AdmissionRequest(_Request):
    """Who may book floor that overlaps this reservation's booths."""

    exhibitor: Slug


class BoothsRequest(_Request):
    """Booths to take out of sale or to put back, all or none."""

    booths: Labels
    reason: Reason = ""


class BoothPriceBody(BaseModel):
    """What one booth costs; null where no rate of the fair fits it."""

    booth: str = Field(description="hall/number")
    amount_minor: int | None


class PriceBody(BaseModel):
    """What booths cost on the day of their hold, in minor units; null where that of one is not known."""

    currency: str = Field(description="ISO 4217", examples=["CNY"])
    amount_minor: int | None
    booths: list[BoothPriceBody]


class ReservationBody(BaseModel):
    """A reservation. `expires_at` is when its hold ends or ended; `server_now` lets a page count down by our clock."""

    id: str
    fair: str
    booths: list[str] = Field(description="hall/number", examples=[["7.1/A-031"]])
    exhibitor: str
    co_exhibitors: list[str]
    admitted: list[str]
    state: str = Field(description="held, confirmed, sold, cancelled or expired")
    expires_at: Instant
    held_at: Instant
    confirmed_at: Instant | None
    sold_at: Instant | None
    ended_at: Instant | None = Field(description="when it was cancelled, or its hold ran out")
    server_now: Instant
    extensions: int
    price: PriceBody | None = Field(description="null where the fair told none, and to co-exhibitors")
    version: int


class PageBody(BaseModel):
    """A page of reservations, newest first; `next` is the cursor of the following one."""

    reservations: list[ReservationBody]
    next: str | None
    server_now: Instant


class MovedBody(BaseModel):
    """Booths that were taken out of sale, or put back."""

    fair: str
    booths: list[str]
    server_now: Instant


class BoothBody(BaseModel):
    """A booth as everybody may see it."""

    booth: str = Field(description="hall/number")
    state: str = Field(description="free, held, reserved, sold or blocked")
    version: int
    area_m2: float
    open_sides: int = Field(description="sides that border on a gangway: 1 row, 2 corner, 3 peninsula, 4 island")
    until: Instant | None = Field(default=None, description="when a hold ends")
    withdrawn: bool = Field(default=False, description="it has left the floor plan and takes no new hold")


class BoothsBody(BaseModel):
    """Booths of a fair. With `reset` true, or without `since`, these are all of them; otherwise those that changed."""

    fair: str
    sequence: int = Field(description="send it as `since` to hear what changed after this")
    server_now: Instant
    reset: bool = Field(default=False, description="only with `since`: the place is unknown, start from these booths")
    booths: list[BoothBody]


def knows_price(asker: Principal, exhibitor: str) -> bool:
    """Whether somebody who may see a reservation may know what it costs: that is between its main exhibitor and the
    organizer, and no business of co-exhibitors."""
    return asker.exhibitor is None or asker.exhibitor == exhibitor


def reservation_json(reservation: Reservation, version: int, now: datetime, *, priced: bool = True) -> dict[str, Any]:
    """A ReservationBody, as what becomes JSON; without its price where that is not for the asker."""
    return {
        "id": reservation.id,
        "fair": reservation.fair,
        "booths": labels(reservation.booths),
        "exhibitor": reservation.exhibitor,
        "co_exhibitors": list(reservation.co_exhibitors),
        "admitted": list(reservation.admitted),
        "state": str(reservation.state),
        "expires_at": instant(reservation.expires_at),
        "held_at": instant(reservation.held_at),
        "confirmed_at": _maybe(reservation.confirmed_at),
        "sold_at": _maybe(reservation.sold_at),
        "ended_at": _maybe(reservation.ended_at),
        "server_now": instant(now),
        "extensions": reservation.extensions,
        "price": _price(reservation) if priced else None,
        "version": version,
    }


def _maybe(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _price(reservation: Reservation) -> dict[str, Any] | None:
    price = reservation.price
    if price is None:
        return None
    each = zip(labels(reservation.booths), price.amounts_minor, strict=True)
    booths = [{"booth": booth, "amount_minor": amount} for booth, amount in each]
    return {"currency": price.currency, "amount_minor": price.amount_minor, "booths": booths}


def page_json(page: Sequence[ReservationAt], following: str | None, now: datetime, asker: Principal) -> dict[str, Any]:
    """A PageBody, as what becomes JSON."""
    shown = [
        reservation_json(at.reservation, at.version, now, priced=knows_price(asker, at.reservation.exhibitor))
        for at in page
    ]
    return {"reservations": shown, "next": following, "server_now": instant(now)}


def labels(booths: Sequence[str]) -> list[str]:
    """Booth ids in their short form, hall/number."""
    return [booth.split("/", 1)[1] for booth in booths]
