"""Contracts <-> domain: the only file that knows both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.booking.adapters.subjects import about_booth, about_exhibitor, about_fair, about_kind, about_organizer
from services.booking.domain import commands
from services.booking.domain import reservation as r
from services.booking.domain.booth import Booth, BoothChanged
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.fair import Due, Fair
from services.booking.domain.prices import Rate
from shared.contracts import events as e
from shared.contracts.registry import parse
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_EVENTS
from shared.runtime.received import Received
from shared.runtime.store import OutboxEvent


def reservation_events(
    id_: str, state: r.Reservation, event: r.ReservationEvent, _version: int, _now: datetime
) -> Sequence[OutboxEvent]:
    """The one wire event of a reservation's change."""
    told = _told(state, event)
    about = (
        about_kind(told.type_),
        about_fair(state.fair),
        about_organizer(state.organizer),
        *(about_exhibitor(one) for one in dict.fromkeys((state.exhibitor, *state.co_exhibitors, *_also(event)))),
        *(about_booth(booth) for booth in state.booths),
    )
    return (OutboxEvent(BOOKING_EVENTS.name, told.type_, id_, told, state.fair, about),)


def _also(event: r.ReservationEvent) -> tuple[str, ...]:
    """Whom an event concerns who has no part in the reservation, or no more."""
    match event:
        case r.CoExhibitorsChanged(former):
            return former
        case r.Admitted(exhibitor):
            return (exhibitor,)
        case _:
            return ()


def booth_events(id_: str, state: Booth, event: BoothChanged, version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """The booth as it is now; found among what happened only where no event of a reservation tells of it."""
    now = booth_now(state, version)
    about: tuple[str, ...] = ()
    if event.by:
        about = (about_kind(now.type_), about_fair(state.fair), about_organizer(event.by), about_booth(id_))
    return (OutboxEvent(BOOKING_BOOTHS.name, now.type_, id_, now, state.fair, about),)


def booth_now(booth: Booth, version: int) -> e.BoothNow:
    """A booth at a version, as others hear of it."""
    return e.BoothNow(
        booth=booth.id,
        fair=booth.fair,
        hall=booth.hall,
        number=booth.number,
        state=booth.state.value,
        area_m2=booth.area_m2,
        open_sides=booth.open_sides,
        reservation=booth.reservation,
        exhibitor=booth.exhibitor,
        until=booth.until,
        withdrawn=booth.withdrawn,
        version=version,
    )


def _told(state: r.Reservation, event: r.ReservationEvent) -> e.ReservationEvent:
    common: dict[str, Any] = {
        "reservation": state.id,
        "fair": state.fair,
        "organizer": state.organizer,
        "booths": list(state.booths),
        "exhibitor": state.exhibitor,
        "co_exhibitors": list(state.co_exhibitors),
        "price": _price(state),
    }
    match event:
        case r.Held():
            return e.ReservationHeld(**common, expires_at=state.expires_at)
        case r.Extended():
            return e.ReservationExtended(**common, expires_at=state.expires_at, extensions=state.extensions)
        case r.Confirmed():
            return e.ReservationConfirmed(**common)
        case r.Sold():
            return e.ReservationSold(**common)
        case r.Cancelled(reason):
            return e.ReservationCancelled(**common, reason=reason)
        case r.Expired():
            return e.ReservationExpired(**common)
        case r.CoExhibitorsChanged(_):
            return e.CoExhibitorsChanged(**common)
        case r.Admitted(exhibitor):
            return e.ReservationAdmitted(**common, admitted=exhibitor)


def _price(state: r.Reservation) -> e.ReservationPrice | None:
    if state.price is None:
        return None
    each = zip(state.booths, state.price.amounts_minor, strict=True)
    return e.ReservationPrice(
        currency=state.price.currency,
        amount_minor=state.price.amount_minor,
        booths=[e.BoothPrice(booth=booth, amount_minor=amount) for booth, amount in each],
    )


def fair(event: Received) -> Fair:
    """The settings that a published fair tells. Raises Undecodable."""
    told = parse(event.type, event.data, e.FairPublished)
    return Fair(
        id=told.fair,
        organizer=told.organizer,
        hold_ttl_seconds=told.hold_ttl_seconds,
        hold_extensions_max=told.hold_extensions_max,
        held_booths_max=told.held_booths_max,
        time_zone=told.time_zone,
        currency=told.currency,
        rates=tuple(Rate(one.per_m2_minor, one.hall, one.open_sides, one.until) for one in told.rates),
        name=told.name,
        venue=told.venue,
        starts=told.starts,
        ends=told.ends,
        deadlines=tuple(Due(one.day, one.name) for one in sorted(told.deadlines, key=lambda one: one.day)),
    )


def closed_fair(event: Received) -> str:
    """The fair that closed. Raises Undecodable."""
    return parse(event.type, event.data, e.FairClosed).fair


def exhibitor(event: Received) -> Exhibitor:
    """What an exhibitor is called now. Raises Undecodable."""
    told = parse(event.type, event.data, e.ExhibitorState)
    return Exhibitor(told.exhibitor, told.name, told.names, event.sequence)


def listed_booth(event: Received) -> commands.ListBooth:
    """The booth that a floor plan lists. Raises Undecodable."""
    told = parse(event.type, event.data, e.BoothListed)
    return commands.ListBooth(
        booth=told.booth,
        fair=told.fair,
        hall=told.hall,
        number=told.number,
        area_m2=told.area_m2,
        open_sides=told.open_sides,
        parts=tuple(told.parts),
        part_of=tuple(told.part_of),
    )


def withdrawn_booth(event: Received) -> commands.WithdrawBooth:
    """The booth that left its floor plan. Raises Undecodable."""
    return commands.WithdrawBooth(parse(event.type, event.data, e.BoothWithdrawn).booth)
