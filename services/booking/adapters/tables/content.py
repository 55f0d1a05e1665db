"""Booths, reservations, bookings of spaces and what happened, as tables: their columns, and a row of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import orjson

from services.booking.adapters.subjects import kind_of
from services.booking.adapters.tables.words import Words
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.prices import Price
from services.booking.domain.reservation import HELD, Reservation
from services.booking.domain.spaces.booking import OPTION
from services.booking.domain.spaces.times import moment_of
from services.booking.domain.spaces.venue import Space
from services.booking.ports import BoothSeen, Happening, SpaceBookingAt
from shared.runtime.money import in_units
from shared.runtime.tables import Row, Table

Exhibitors = Mapping[str, Exhibitor]

_BOOTHS: Final = {
    "number": 14,
    "hall": 10,
    "area": 10,
    "open_sides": 12,
    "state": 16,
    "exhibitor": 36,
    "co_exhibitors": 40,
    "reservation": 40,
    "held_until": 28,
    "changed": 28,
}
_RESERVATIONS: Final = {
    "reservation": 40,
    "state": 16,
    "exhibitor": 36,
    "exhibitor_id": 28,
    "co_exhibitors": 40,
    "booths": 30,
    "area": 10,
    "amount": 14,
    "currency": 10,
    "held_until": 28,
    "changed": 28,
}
_SPACES: Final = {
    "booking": 40,
    "title": 36,
    "organizer": 24,
    "state": 16,
    "rank": 12,
    "space": 28,
    "build_up": 28,
    "start": 28,
    "end": 28,
    "dismantling": 28,
    "people": 10,
    "option_until": 28,
}
_HAPPENINGS: Final = {
    "time": 28,
    "event": 28,
    "what": 40,
    "exhibitor": 36,
    "reservation": 40,
    "command": 22,
    "role": 16,
    "tenant": 28,
    "account": 24,
    "event_id": 60,
    "trace": 36,
}


def booths_table(fair: str, zone: ZoneInfo, words: Words) -> Table:
    """A fair's booths."""
    return Table(f"{words('booths')}-{fair}", words("booths"), words.columns(zone, _BOOTHS), zone)


def booth_row(
    booth: BoothSeen, holder: Reservation | None, changed: datetime | None, exhibitors: Exhibitors, words: Words
) -> Row:
    """One booth; `holder` is the reservation that has it, where the asker may know that."""
    hall, _, number = booth.label.partition("/")
    return (
        number,
        hall,
        booth.area_m2,
        booth.open_sides,
        words.state("booth_state", "withdrawn" if booth.withdrawn else booth.state),
        _called(holder.exhibitor, exhibitors, words) if holder else None,
        _all_called(holder.co_exhibitors, exhibitors, words) if holder else None,
        holder.id if holder else None,
        booth.until,
        changed,
    )


def reservations_table(fair: str, zone: ZoneInfo, words: Words) -> Table:
    """A fair's reservations."""
    return Table(f"{words('reservations')}-{fair}", words("reservations"), words.columns(zone, _RESERVATIONS), zone)


def reservation_row(
    found: Reservation,
    areas: Mapping[str, float],
    changed: datetime | None,
    exhibitors: Exhibitors,
    words: Words,
    *,
    priced: bool,
) -> Row:
    """One reservation; `areas` are those of the fair's booths, by id. Its price is told where it is `priced`."""
    amount, currency = _money(found.price if priced else None)
    return (
        found.id,
        words.state("reservation_state", str(found.state)),
        _called(found.exhibitor, exhibitors, words),
        found.exhibitor,
        _all_called(found.co_exhibitors, exhibitors, words),
        words("separator").join(booth.partition("/")[2] for booth in found.booths),
        round(sum(areas.get(booth, 0.0) for booth in found.booths), 2),
        amount,
        currency,
        found.expires_at if found.state is HELD else None,
        changed,
    )


def spaces_table(venue: str, zone: ZoneInfo, words: Words) -> Table:
    """A venue's bookings of spaces."""
    return Table(f"{words('space_bookings')}-{venue}", words("space_bookings"), words.columns(zone, _SPACES), zone)


def space_rows(at: SpaceBookingAt, spaces: Mapping[str, Space], words: Words) -> Iterable[Row]:
    """One booking: a row for each of its spaces and times."""
    booking = at.booking
    option_until = moment_of(booking.until) if booking.state is OPTION and booking.until else None
    for use in booking.uses:
        space = spaces.get(use.space)
        yield (
            booking.id,
            booking.details.title,
            booking.organizer,
            words.state("space_state", str(booking.state)),
            booking.rank or None,
            space.called(words.language) if space else use.space,
            moment_of(use.build_up.start) if use.build_up else None,
            moment_of(use.show.start),
            moment_of(use.show.end),
            moment_of(use.dismantling.end) if use.dismantling else None,
            booking.details.people,
            option_until,
        )


def happenings_table(place: str, zone: ZoneInfo, words: Words) -> Table:
    """What happened at a place."""
    return Table(f"{words('happenings')}-{place}", words("happenings"), words.columns(zone, _HAPPENINGS), zone)


def happening_row(one: Happening, cause: Mapping[str, str | None], exhibitors: Exhibitors, words: Words) -> Row:
    """One event; `cause` is as far as the asker may know it."""
    data = orjson.loads(one.data) or {}
    role = cause.get("role") or ("clock" if cause.get("kind") == "clock" else None)
    return (
        one.at,
        kind_of(one.type),
        words("separator").join(_things(data)),
        _called(data["exhibitor"], exhibitors, words) if data.get("exhibitor") else None,
        data.get("reservation") or data.get("booking"),
        cause.get("command"),
        words.state("roles", role) if role else None,
        cause.get("tenant"),
        cause.get("account"),
        one.id,
        one.traceparent[3:35] if one.traceparent else None,
    )


def _things(data: Mapping[str, object]) -> list[str]:
    """The booths of an event as hall/number, or its title and its spaces."""
    booths = [data["booth"]] if "booth" in data else data.get("booths") or ()
    if isinstance(booths, list | tuple) and booths:
        return [str(booth).partition("/")[2] for booth in booths]
    uses = data.get("uses")
    spaces = [str(use["space"]) for use in uses] if isinstance(uses, list) else []
    return [str(text) for text in (data.get("title"), *dict.fromkeys(spaces)) if text]


def _called(exhibitor: str, exhibitors: Exhibitors, words: Words) -> str:
    known = exhibitors.get(exhibitor)
    return known.called(words.language) if known else exhibitor


def _all_called(ids: Iterable[str], exhibitors: Exhibitors, words: Words) -> str:
    return words("separator").join(_called(one, exhibitors, words) for one in ids)


def _money(price: Price | None) -> tuple[Decimal | None, str | None]:
    """An amount in the currency's own units, as a plain number; nothing where some of it is not known."""
    if price is None or price.amount_minor is None:
        return None, None
    return in_units(price.amount_minor, price.currency), price.currency
