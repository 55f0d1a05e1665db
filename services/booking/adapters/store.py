"""Booking's documents: how each aggregate is written down, its collections, and what is asked of them.

Every read on behalf of a person takes their tenant scope, so that a route cannot forget whose data it may show.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.booking.adapters import wire
from services.booking.domain.booth import Booth, BoothState
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.fair import Due, Fair
from services.booking.domain.holder import Hold, Holder
from services.booking.domain.prices import Price, Rate
from services.booking.domain.reservation import HELD, Reservation, ReservationState
from services.booking.ports import BOOTH, EXHIBITOR, FAIR, HOLDER, RESERVATION
from shared.runtime.store import ASCENDING, DESCENDING, Collection, Document, Index, Kind

BOOTHS: Final = "booths"
EXHIBITORS: Final = "exhibitors"
FAIRS: Final = "fairs"
HOLDERS: Final = "holders"
RESERVATIONS: Final = "reservations"

_TEXT: Final = {"bsonType": "string"}
_TEXT_OR_NONE: Final = {"bsonType": ["string", "null"]}
_TEXTS: Final = {"bsonType": "array", "items": _TEXT}
_DATE: Final = {"bsonType": "date"}
_DATE_OR_NONE: Final = {"bsonType": ["date", "null"]}
_COUNT: Final = {"bsonType": ["int", "long"], "minimum": 0}
_NUMBER: Final = {"bsonType": ["double", "int", "long"]}


def _schema(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    required = ["_id", "v", *(name for name in properties if name != "due_at")]
    return {"bsonType": "object", "required": required, "properties": {"_id": _TEXT, "v": _COUNT, **properties}}


COLLECTIONS: Final = (
    Collection(
        BOOTHS,
        indexes=(Index((("fair", ASCENDING),)),),
        validator=_schema(
            fair=_TEXT,
            hall=_TEXT,
            number=_TEXT,
            area_m2=_NUMBER,
            open_sides=_COUNT,
            parts=_TEXTS,
            part_of=_TEXTS,
            overlaps=_TEXTS,
            state={"enum": [str(state) for state in BoothState]},
            reservation=_TEXT_OR_NONE,
            exhibitor=_TEXT_OR_NONE,
            until=_DATE_OR_NONE,
            withdrawn={"bsonType": "bool"},
            blocked_for=_TEXT,
            blocked_at=_DATE_OR_NONE,
        ),
    ),
    Collection(
        RESERVATIONS,
        indexes=(
            Index((("fair", ASCENDING), ("_id", DESCENDING))),
            Index((("exhibitor", ASCENDING), ("_id", DESCENDING))),
            Index((("co_exhibitors", ASCENDING), ("_id", DESCENDING))),
            Index((("organizer", ASCENDING), ("_id", DESCENDING))),
            Index((("due_at", ASCENDING),), sparse=True),
        ),
        validator=_schema(
            fair=_TEXT,
            organizer=_TEXT,
            booths={**_TEXTS, "minItems": 1},
            exhibitor=_TEXT,
            expires_at=_DATE,
            held_at=_DATE,
            confirmed_at=_DATE_OR_NONE,
            sold_at=_DATE_OR_NONE,
            ended_at=_DATE_OR_NONE,
            due_at=_DATE,
            state={"enum": [str(state) for state in ReservationState]},
            extensions=_COUNT,
            co_exhibitors=_TEXTS,
            admitted=_TEXTS,
            price={"bsonType": ["object", "null"]},
        ),
    ),
    Collection(
        HOLDERS,
        validator=_schema(
            holds={
                "bsonType": "array",
                "items": {
                    "bsonType": "object",
                    "required": ["reservation", "booths", "until"],
                    "properties": {"reservation": _TEXT, "booths": _COUNT, "until": _DATE},
                },
            }
        ),
    ),
    Collection(EXHIBITORS, validator=_schema(name=_TEXT, names={"bsonType": "object"}, sequence=_COUNT)),
    Collection(
        FAIRS,
        validator=_schema(
            organizer=_TEXT,
            open={"bsonType": "bool"},
            hold_ttl_seconds=_COUNT,
            hold_extensions_max=_COUNT,
            held_booths_max=_COUNT,
            time_zone=_TEXT,
            currency=_TEXT,
            rates={"bsonType": "array", "items": {"bsonType": "object", "required": ["per_m2_minor"]}},
            name={"bsonType": "object"},
            venue=_TEXT,
            starts=_TEXT_OR_NONE,
            ends=_TEXT_OR_NONE,
            deadlines={"bsonType": "array", "items": {"bsonType": "object", "required": ["day", "name"]}},
        ),
    ),
)


def _encode_booth(booth: Booth) -> Document:
    return {
        "fair": booth.fair,
        "hall": booth.hall,
        "number": booth.number,
        "area_m2": booth.area_m2,
        "open_sides": booth.open_sides,
        "parts": list(booth.parts),
        "part_of": list(booth.part_of),
        "overlaps": list(booth.overlaps),
        "state": str(booth.state),
        "reservation": booth.reservation,
        "exhibitor": booth.exhibitor,
        "until": booth.until,
        "withdrawn": booth.withdrawn,
        "blocked_for": booth.blocked_for,
        "blocked_at": booth.blocked_at,
    }


def decode_booth(document: Document) -> Booth:
    """A booth from its document."""
    return Booth(
        id=document["_id"],
        fair=document["fair"],
        hall=document["hall"],
        number=document["number"],
        area_m2=document["area_m2"],
        open_sides=document["open_sides"],
        parts=tuple(document["parts"]),
        part_of=tuple(document["part_of"]),
        overlaps=tuple(document["overlaps"]),
        state=BoothState(document["state"]),
        reservation=document["reservation"],
        exhibitor=document["exhibitor"],
        until=document["until"],
        withdrawn=document["withdrawn"],
        blocked_for=document["blocked_for"],
        blocked_at=document["blocked_at"],
    )


def _encode_reservation(reservation: Reservation) -> Document:
    document = {
        "fair": reservation.fair,
        "organizer": reservation.organizer,
        "booths": list(reservation.booths),
        "exhibitor": reservation.exhibitor,
        "expires_at": reservation.expires_at,
        "held_at": reservation.held_at,
        "confirmed_at": reservation.confirmed_at,
        "sold_at": reservation.sold_at,
        "ended_at": reservation.ended_at,
        "state": str(reservation.state),
        "extensions": reservation.extensions,
        "co_exhibitors": list(reservation.co_exhibitors),
        "admitted": list(reservation.admitted),
        "price": _encode_price(reservation.price),
    }
    # The timer's index holds only what can still fall due.
    return {**document, "due_at": reservation.expires_at} if reservation.state is HELD else document


def decode_reservation(document: Document) -> Reservation:
    """A reservation from its document."""
    return Reservation(
        id=document["_id"],
        fair=document["fair"],
        organizer=document["organizer"],
        booths=tuple(document["booths"]),
        exhibitor=document["exhibitor"],
        expires_at=document["expires_at"],
        held_at=document["held_at"],
        confirmed_at=document["confirmed_at"],
        sold_at=document["sold_at"],
        ended_at=document["ended_at"],
        state=ReservationState(document["state"]),
        extensions=document["extensions"],
        co_exhibitors=tuple(document["co_exhibitors"]),
        admitted=tuple(document["admitted"]),
        price=_decode_price(document["price"]),
    )


def _encode_price(price: Price | None) -> Document | None:
    return None if price is None else {"currency": price.currency, "amounts_minor": list(price.amounts_minor)}


def _decode_price(document: Document | None) -> Price | None:
    return None if document is None else Price(document["currency"], tuple(document["amounts_minor"]))


def _encode_holder(holder: Holder) -> Document:
    return {
        "holds": [
            {"reservation": hold.reservation, "booths": hold.booths, "until": hold.until} for hold in holder.holds
        ]
    }


def _decode_holder(document: Document) -> Holder:
    holds = (Hold(hold["reservation"], hold["booths"], hold["until"]) for hold in document["holds"])
    return Holder(document["_id"], tuple(holds))


def _encode_exhibitor(exhibitor: Exhibitor) -> Document:
    return {"name": exhibitor.name, "names": dict(exhibitor.names), "sequence": exhibitor.sequence}


def decode_exhibitor(document: Document) -> Exhibitor:
    """An exhibitor from its document."""
    return Exhibitor(document["_id"], document["name"], document["names"], document["sequence"])


def _encode_fair(fair: Fair) -> Document:
    return {
        "organizer": fair.organizer,
        "open": fair.open,
        "hold_ttl_seconds": fair.hold_ttl_seconds,
        "hold_extensions_max": fair.hold_extensions_max,
        "held_booths_max": fair.held_booths_max,
        "time_zone": fair.time_zone,
        "currency": fair.currency,
        "rates": [_encode_rate(rate) for rate in fair.rates],
        "name": dict(fair.name),
        "venue": fair.venue,
        "starts": _encode_day(fair.starts),
        "ends": _encode_day(fair.ends),
        "deadlines": [{"day": _encode_day(one.day), "name": dict(one.name)} for one in fair.deadlines],
    }


def decode_fair(document: Document) -> Fair:
    """A fair from its document."""
    return Fair(
        id=document["_id"],
        organizer=document["organizer"],
        open=document["open"],
        hold_ttl_seconds=document["hold_ttl_seconds"],
        hold_extensions_max=document["hold_extensions_max"],
        held_booths_max=document["held_booths_max"],
        time_zone=document["time_zone"],
        currency=document["currency"],
        rates=tuple(_decode_rate(rate) for rate in document["rates"]),
        name=document["name"],
        venue=document["venue"],
        starts=_decode_day(document["starts"]),
        ends=_decode_day(document["ends"]),
        deadlines=tuple(Due(date.fromisoformat(one["day"]), one["name"]) for one in document["deadlines"]),
    )


def _encode_rate(rate: Rate) -> Document:
    return {
        "per_m2_minor": rate.per_m2_minor,
        "hall": rate.hall,
        "open_sides": rate.open_sides,
        "until": _encode_day(rate.until),
    }


def _decode_rate(document: Document) -> Rate:
    return Rate(document["per_m2_minor"], document["hall"], document["open_sides"], _decode_day(document["until"]))


def _encode_day(day: date | None) -> str | None:
    # A calendar's date has no zone, so it is kept as text.
    return day.isoformat() if day else None


def _decode_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


RESERVATION_KIND: Final = Kind(
    RESERVATION, RESERVATIONS, _encode_reservation, decode_reservation, wire.reservation_events
)
KINDS: Final = (
    Kind(BOOTH, BOOTHS, _encode_booth, decode_booth, wire.booth_events),
    RESERVATION_KIND,
    Kind(HOLDER, HOLDERS, _encode_holder, _decode_holder),
    Kind(FAIR, FAIRS, _encode_fair, decode_fair),
    Kind(EXHIBITOR, EXHIBITORS, _encode_exhibitor, decode_exhibitor),
)
