"""Contracts and domain meet in one file: every domain event has its wire event, every foreign event its command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from services.booking.adapters import wire
from services.booking.app import events
from services.booking.domain import reservation as r
from shared.contracts import events as e
from shared.contracts.cloudevents import Undecodable
from shared.contracts.topics import BOOKING_EVENTS, CATALOG_EVENTS
from shared.runtime.received import Received

from .house import listed, published, work_of
from .ledger import NOON

KEPT = r.Reservation("r1", "expo", "sco", ("expo/1/A",), "acme", NOON, NOON, co_exhibitors=("beta",), extensions=1)
TOLD = {
    r.Held(): e.ReservationHeld,
    r.Extended(): e.ReservationExtended,
    r.Confirmed(): e.ReservationConfirmed,
    r.Sold(): e.ReservationSold,
    r.Cancelled("too small"): e.ReservationCancelled,
    r.Expired(): e.ReservationExpired,
    r.CoExhibitorsChanged(()): e.CoExhibitorsChanged,
    r.Admitted("guest"): e.ReservationAdmitted,
}


def test_every_domain_event_has_a_wire_event_of_its_own_and_the_topic_promises_it() -> None:
    assert {type(event) for event in TOLD} == set(get_args(r.ReservationEvent))
    assert set(TOLD.values()) == {type_ for type_ in BOOKING_EVENTS.types if issubclass(type_, e.ReservationEvent)}


@pytest.mark.parametrize("event", TOLD, ids=lambda event: type(event).__name__)
def test_a_wire_event_tells_whose_reservation_it_is_and_what_happened(event: r.ReservationEvent) -> None:
    [out] = wire.reservation_events("r1", KEPT, event, 3, NOON)
    assert (out.topic, out.type, out.key, out.subject) == (BOOKING_EVENTS.name, TOLD[event].type_, "r1", "expo")
    assert out.data is not None
    told = out.data.model_dump()
    assert told.items() >= {"reservation": "r1", "exhibitor": "acme", "organizer": "sco", "fair": "expo"}.items()
    more = {name: told[name] for name in ("expires_at", "extensions", "reason", "admitted") if name in told}
    assert more == {
        e.ReservationHeld: {"expires_at": NOON},
        e.ReservationExtended: {"expires_at": NOON, "extensions": 1},
        e.ReservationCancelled: {"reason": "too small"},
        e.ReservationAdmitted: {"admitted": "guest"},
    }.get(TOLD[event], {})


def test_a_later_expiry_is_told_as_it_is() -> None:
    later = replace(KEPT, expires_at=NOON + timedelta(minutes=15))
    [out] = wire.reservation_events("r1", later, r.Extended(), 2, NOON)
    assert isinstance(out.data, e.ReservationExtended)
    assert out.data.expires_at == later.expires_at


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (published(), "publish_fair"),
        (e.FairClosed(fair="expo"), "close_fair"),
        (listed("A"), "list_booth"),
        (e.BoothWithdrawn(booth="expo/1/A", fair="expo"), "withdraw_booth"),
    ],
)
def test_what_the_catalog_tells_becomes_a_command(event: e.Event, name: str) -> None:
    work = work_of(event, "x")
    assert work is not None
    assert work.name == name


def test_what_is_none_of_bookings_business_is_left_alone() -> None:
    assert work_of(e.ExhibitorRegistered(exhibitor="acme", fair="expo", name="Acme"), "x") is None


@pytest.mark.parametrize("type_", [t.type_ for t in (e.FairPublished, e.FairClosed, e.BoothListed, e.BoothWithdrawn)])
@pytest.mark.parametrize("data", [None, {}, {"fair": 7, "booth": []}])
def test_a_body_that_its_type_does_not_allow_is_no_command(type_: str, data: dict[str, object] | None) -> None:
    with pytest.raises(Undecodable):
        events.handle(Received("x", type_, "/catalog", "k", 1, NOON, "expo", data, CATALOG_EVENTS.name, 0, 0, None))
