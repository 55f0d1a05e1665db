"""Contracts on one side, the domain on the other; only here do the two meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.notification.domain.deliveries import Delivery, Parked, Sent
from services.notification.domain.happenings import Happening, Kind
from services.notification.domain.projections import Contact, Fair
from shared.contracts import events as contracts
from shared.contracts import parse
from shared.contracts.topics import NOTIFICATION_EVENTS
from shared.runtime.store import OutboxEvent

_KINDS: Final[Mapping[str, tuple[type[contracts.ReservationEvent], Kind]]] = {
    contracts.ReservationHeld.type_: (contracts.ReservationHeld, Kind.HELD),
    contracts.ReservationExtended.type_: (contracts.ReservationExtended, Kind.EXTENDED),
    contracts.ReservationConfirmed.type_: (contracts.ReservationConfirmed, Kind.CONFIRMED),
    contracts.ReservationSold.type_: (contracts.ReservationSold, Kind.SOLD),
    contracts.ReservationCancelled.type_: (contracts.ReservationCancelled, Kind.CANCELLED),
    contracts.ReservationExpired.type_: (contracts.ReservationExpired, Kind.EXPIRED),
    contracts.CoExhibitorsChanged.type_: (contracts.CoExhibitorsChanged, Kind.CO_EXHIBITORS_CHANGED),
    contracts.ReservationAdmitted.type_: (contracts.ReservationAdmitted, Kind.ADMITTED),
}
RESERVATION_TYPES: Final = frozenset(_KINDS)


def happening(type_: str, id_: str, time: datetime, sequence: int, data: dict[str, Any] | None) -> Happening:
    """A reservation's event as a happening. Raises Undecodable where the data do not fit the type."""
    model, kind = _KINDS[type_]
    event = parse(type_, data, model)
    return Happening(
        cause=id_,
        at=time,
        sequence=sequence,
        kind=kind,
        fair=event.fair,
        organizer=event.organizer,
        reservation=event.reservation,
        booths=tuple(event.booths),
        exhibitor=event.exhibitor,
        co_exhibitors=tuple(event.co_exhibitors),
        admitted=getattr(event, "admitted", None),
        expires_at=getattr(event, "expires_at", None),
        extensions=getattr(event, "extensions", 0),
        reason=getattr(event, "reason", ""),
    )


def contact(sequence: int, data: dict[str, Any] | None) -> Contact:
    """An exhibitor's state as a contact. Raises Undecodable."""
    event = parse(contracts.ExhibitorState.type_, data, contracts.ExhibitorState)
    return Contact(
        exhibitor=event.exhibitor,
        fair=event.fair,
        organizer=event.organizer,
        name=event.name,
        names=event.names,
        email=event.email or None,
        language=event.language,
        sequence=sequence,
    )


def fair(sequence: int, data: dict[str, Any] | None) -> Fair:
    """A published fair. Raises Undecodable."""
    event = parse(contracts.FairPublished.type_, data, contracts.FairPublished)
    return Fair(event.fair, event.name, event.time_zone, event.organizer, sequence)


def delivery_events(id_: str, state: Delivery, event: Any, _version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """What the outside hears of a delivery: never an address."""
    common = {
        "delivery": id_,
        "kind": state.happening.kind.value,
        "recipient": state.recipient.id,
        "cause": state.happening.cause,
    }
    match event:
        case Sent():
            data: contracts.Event = contracts.DeliverySent.model_validate(common)
        case Parked():
            data = contracts.DeliveryParked.model_validate({**common, "reason": state.reason})
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a delivery")
    return (OutboxEvent(NOTIFICATION_EVENTS.name, data.type_, id_, data, state.happening.fair),)
