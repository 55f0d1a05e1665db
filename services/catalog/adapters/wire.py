"""The catalog's events in the contracts' words, and booking's news in the catalog's; the only file that knows both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.catalog.domain import events
from services.catalog.domain.booths import Booth, BoothState
from services.catalog.domain.exhibitors import Exhibitor
from services.catalog.domain.fairs import Fair
from shared.contracts import events as wire
from shared.contracts.registry import parse
from shared.contracts.topics import CATALOG_EVENTS, CATALOG_EXHIBITORS
from shared.runtime.store import OutboxEvent

EVENTS: Final = CATALOG_EVENTS.name
EXHIBITORS: Final = CATALOG_EXHIBITORS.name


def tell_fair(_id: str, _state: Any, event: Any, _version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """What a fair's event tells; keyed by the fair's slug."""
    match event:
        case events.FairPublished(fair):
            return (_out(EVENTS, fair.slug, fair.slug, _fair_published(fair)),)
        case events.FairClosed(slug):
            return (_out(EVENTS, slug, slug, wire.FairClosed(fair=slug)),)
    raise TypeError(f"{type(event).__name__} is no event of a fair")


def tell_booth(_id: str, _state: Any, event: Any, _version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """What a booth's event tells; keyed by the booth's id."""
    match event:
        case events.BoothListed(booth):
            return (_out(EVENTS, booth.id, booth.fair, _booth_listed(booth)),)
        case events.BoothWithdrawn(booth):
            return (_out(EVENTS, booth.id, booth.fair, wire.BoothWithdrawn(booth=booth.id, fair=booth.fair)),)
    raise TypeError(f"{type(event).__name__} is no event of a booth")


def tell_exhibitor(_id: str, _state: Any, event: Any, _version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """What an exhibitor's event tells, and the exhibitor as it is now; both keyed by its id, in one sequence."""
    kind: type[wire.ExhibitorRegistered | wire.ExhibitorChanged]
    match event:
        case events.ExhibitorRegistered(exhibitor):
            kind = wire.ExhibitorRegistered
        case events.ExhibitorChanged(exhibitor):
            kind = wire.ExhibitorChanged
        case _:
            raise TypeError(f"{type(event).__name__} is no event of an exhibitor")
    told = kind(exhibitor=exhibitor.id, fair=exhibitor.fair, name=exhibitor.name, country=exhibitor.country)
    return (
        _out(EVENTS, exhibitor.id, exhibitor.fair, told),
        _out(EXHIBITORS, exhibitor.id, exhibitor.fair, _exhibitor_state(exhibitor)),
    )


def read_booth_now(type_: str, data: dict[str, Any] | None) -> BoothState:
    """The state that booking tells of a booth; raises Undecodable where it is no such message."""
    return parse(type_, data, wire.BoothNow).state


def _out(topic: str, key: str, subject: str, data: wire.Event) -> OutboxEvent:
    return OutboxEvent(topic=topic, type=data.type_, key=key, data=data, subject=subject)


def _fair_published(fair: Fair) -> wire.FairPublished:
    return wire.FairPublished(
        fair=fair.slug,
        name=dict(fair.name),
        organizer=fair.organizer,
        venue=fair.venue,
        starts=fair.starts,
        ends=fair.ends,
        time_zone=fair.time_zone,
        currency=fair.currency,
        hold_ttl_seconds=fair.hold_ttl_seconds,
        hold_extensions_max=fair.hold_extensions_max,
        held_booths_max=fair.held_booths_max,
    )


def _booth_listed(booth: Booth) -> wire.BoothListed:
    return wire.BoothListed(
        booth=booth.id,
        fair=booth.fair,
        hall=booth.hall,
        number=booth.number,
        area_m2=booth.area_m2,
        outline=[list(ring) for ring in booth.outline],
        parts=list(booth.parts),
        part_of=list(booth.part_of),
    )


def _exhibitor_state(exhibitor: Exhibitor) -> wire.ExhibitorState:
    return wire.ExhibitorState(
        exhibitor=exhibitor.id,
        fair=exhibitor.fair,
        organizer=exhibitor.organizer,
        name=exhibitor.name,
        names=dict(exhibitor.names),
        country=exhibitor.country,
        stands=list(exhibitor.stands),
        categories=list(exhibitor.categories),
        email=exhibitor.email,
        language=exhibitor.language,
    )
