"""The routes for those who run a fair: who has which booth, and how the sale goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from services.booking.domain.booth import BoothState
from services.booking.domain.fair import Fair
from services.booking.domain.sales import SIZES_M2, STANDING, STATES, Day, Standing, Step, Tally
from services.booking.ports import BoothReader, SalesReader
from services.booking.queries.sales import Asked, ManyWaitError, Sales, SalesCount, Taken, taken_at
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, authorize, require_role, scope_for
from shared.runtime.clock import Clock
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.http.answers import json_document
from shared.runtime.instants import Instant, instant
from shared.runtime.problems import invalid, not_found, unavailable

_PRIVATE: Final = {"Cache-Control": "private, no-store"}
_AREA_DIGITS: Final = 2
_DAY_MIN: Final = date(2000, 1, 1)
_DAY_MAX: Final = date(2999, 12, 31)


class TakenBody(BaseModel):
    """A booth that is not free, and who has it; `reason` is why a blocked one is out of sale."""

    booth: str = Field(description="hall/number")
    state: str = Field(description="held, reserved, sold or blocked")
    since: Instant | None = Field(description="when it came to be so")
    until: Instant | None = Field(description="when a hold ends")
    reservation: str | None
    exhibitor: str | None
    co_exhibitors: list[str]
    reason: str


class TakenPage(BaseModel):
    """Every booth of a fair that is not free."""

    fair: str
    taken: list[TakenBody]
    server_now: Instant


class TallyBody(BaseModel):
    """How much: floor counts once, and amounts are of those booths that had a price, in minor units."""

    booths: int
    area_m2: float
    amount_minor: int


class StandingBody(BaseModel):
    """How a part of the floor is now; the areas of all states add up to it."""

    free: TallyBody
    held: TallyBody
    reserved: TallyBody
    sold: TallyBody
    blocked: TallyBody


class HallStanding(StandingBody):
    """A hall's floor."""

    hall: str


class SizeStanding(StandingBody):
    """The booths of a class of sizes."""

    over_m2: float
    up_to_m2: float | None = Field(description="null for the largest")


class DayStanding(BaseModel):
    """What stood at a day's end."""

    held: TallyBody
    reserved: TallyBody
    sold: TallyBody


class DayBody(BaseModel):
    """A day on the venue's calendar: what moved on it, and what stood at its end, or stands now."""

    day: date
    held: TallyBody
    confirmed: TallyBody
    sold: TallyBody
    cancelled: TallyBody
    expired: TallyBody
    standing: DayStanding


class SalesBody(BaseModel):
    """How a fair's sale goes. `halls` and `sizes` are of the whole fair, as it is now."""

    fair: str
    time_zone: str = Field(description="IANA zone by which days begin")
    currency: str = Field(description="ISO 4217")
    days: list[DayBody]
    halls: list[HallStanding]
    sizes: list[SizeStanding]
    complete: bool = Field(description="false where there were more reservations than are counted")
    server_now: Instant


def routes(fairs: BoothReader, reader: SalesReader, clock: Clock) -> APIRouter:
    """The routes under /api/booking/fairs that are for those who run one."""
    router = APIRouter(prefix="/api/booking/fairs", tags=["sales"], route_class=CommandRoute)
    count = SalesCount(reader, clock)

    async def own(fair: str, principal: Principal) -> Fair:
        require_role(principal, Action.SALES_READ)
        found = await fairs.fair(fair)
        if found is None:
            raise not_found("fair", fair)
        authorize(principal, Action.SALES_READ, organizer=found.organizer)
        return found

    @router.get("/{fair}/taken", response_model=TakenPage, summary="Who has which booth")
    async def taken(fair: str, principal: CurrentPrincipal) -> Any:
        """Every booth that is not free, with who has it and since when; for those who run the fair."""
        found = await taken_at(reader, scope_for(principal, Action.SALES_READ), (await own(fair, principal)).id)
        body = {"fair": fair, "taken": [_taken(one) for one in found], "server_now": instant(clock.now())}
        return Response(json_document(body), media_type="application/json", headers=_PRIVATE)

    @router.get("/{fair}/sales", response_model=SalesBody, summary="How the sale goes")
    async def sales(
        fair: str,
        principal: CurrentPrincipal,
        hall: Annotated[str | None, Query(max_length=200, description="days of one hall; of all without it")] = None,
        since: Annotated[date | None, Query(ge=_DAY_MIN, le=_DAY_MAX, description="the first day")] = None,
        until: Annotated[date | None, Query(ge=_DAY_MIN, le=_DAY_MAX, description="the last day")] = None,
    ) -> Any:
        """What was held, confirmed, sold, cancelled and ran out on each day, and how the floor is now.

        Days are the venue's, the newest 400 at most. Floor counts once: what lies inside a joint stand that somebody
        has adds no square metres.
        """
        known = await own(fair, principal)
        if since is not None and until is not None and until < since:
            problem = {"field": "until", "problem": "is before since", "remedy": "end the days after they begin"}
            raise invalid([problem])
        scope = scope_for(principal, Action.SALES_READ)
        try:
            found = await count.of(Asked(known, scope, hall, since, until))
        except ManyWaitError:
            detail = "Many sales are being counted already; try again in a moment."
            raise unavailable(detail, retry_after_seconds=2) from None
        body = {**_sales(known, found), "server_now": instant(found.at)}
        return Response(json_document(body), media_type="application/json", headers=_PRIVATE)

    return router


def _taken(one: Taken) -> dict[str, Any]:
    booth, reservation = one.booth, one.reservation
    return {
        "booth": booth.label,
        "state": str(booth.state),
        "since": None if one.since is None else instant(one.since),
        "until": None if booth.until is None else instant(booth.until),
        "reservation": booth.reservation,
        "exhibitor": booth.exhibitor,
        "co_exhibitors": [] if reservation is None else list(reservation.co_exhibitors),
        "reason": booth.blocked_for,
    }


def _sales(fair: Fair, found: Sales) -> dict[str, Any]:
    limits = pairwise((0.0, *SIZES_M2, None))
    return {
        "fair": fair.id,
        "time_zone": fair.time_zone,
        "currency": fair.currency,
        "days": [_day(one) for one in found.days],
        "halls": [{"hall": hall, **_standing(one)} for hall, one in found.halls.items()],
        "sizes": [
            {"over_m2": over, "up_to_m2": up_to, **_standing(one)}
            for (over, up_to), one in zip(limits, found.sizes, strict=True)
        ],
        "complete": found.complete,
    }


def _day(one: Day) -> dict[str, Any]:
    return {
        "day": one.on.isoformat(),
        **_tallies(Step, one.moved),
        "standing": _tallies(STANDING, one.standing),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return _tallies(STATES, one.states)


def _tallies(names: Iterable[BoothState | Step], found: Mapping[Any, Tally]) -> dict[str, Any]:
    return {
        str(name): {
            "booths": found[name].booths,
            "area_m2": round(found[name].area_m2, _AREA_DIGITS),
            "amount_minor": found[name].amount_minor,
        }
        for name in names
    }
