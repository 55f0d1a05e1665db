"""The routes that tell what a fair has on sale, and what its booths cost."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.booking.app.bodies import BoothPriceBody
from services.booking.ports import BoothReader
from services.booking.queries.feed import Feed
from services.booking.queries.offer import Offer, offer
from shared.runtime.auth.policy import Action, require_role
from shared.runtime.clock import Clock
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.instants import Instant
from shared.runtime.problems import not_found


class OfferBody(BaseModel):
    """What a fair has on sale. `from_minor` is the cheapest free booth's price, in minor units of `currency`."""

    fair: str
    open: bool = Field(description="whether booths can be held")
    booths: int
    free: int
    currency: str = Field(description="ISO 4217", examples=["CNY"])
    from_minor: int | None
    server_now: Instant


class PricesBody(BaseModel):
    """What each booth costs that is held now, in minor units of `currency`; empty where the fair tells no prices.

    `until` is the last day of these prices, on the venue's calendar; null where no other ones are known.
    """

    fair: str
    currency: str = Field(description="ISO 4217", examples=["CNY"])
    until: date | None
    server_now: Instant
    booths: list[BoothPriceBody]


def routes(reader: BoothReader, feed: Feed, clock: Clock) -> APIRouter:
    """The routes under /api/booking/fairs that are about prices."""
    router = APIRouter(prefix="/api/booking/fairs", tags=["booths"], route_class=CommandRoute)

    async def found(fair: str) -> Offer:
        now = await offer(reader, feed, fair, clock.now())
        if now is None:
            raise not_found("fair", fair)
        return now

    @router.get("/{fair}/offer", response_model=OfferBody, summary="What is on sale")
    async def show_offer(fair: str, principal: CurrentPrincipal) -> OfferBody:
        """How many booths there are, how many are free, and from which price on."""
        require_role(principal, Action.BOOTHS_READ)
        now = await found(fair)
        return OfferBody(
            fair=fair,
            open=now.fair.open,
            booths=now.booths,
            free=len(now.free),
            currency=now.fair.currency,
            from_minor=now.from_minor,
            server_now=clock.now(),
        )

    @router.get("/{fair}/prices", response_model=PricesBody, summary="What booths cost")
    async def show_prices(fair: str, principal: CurrentPrincipal) -> PricesBody:
        """Every booth's price today; a hold keeps it, whatever the rates become."""
        require_role(principal, Action.BOOTHS_READ)
        now = await found(fair)
        return PricesBody(
            fair=fair,
            currency=now.fair.currency,
            until=now.until,
            server_now=clock.now(),
            booths=[BoothPriceBody(booth=one, amount_minor=amount) for one, amount in now.amounts_minor.items()],
        )

    return router
