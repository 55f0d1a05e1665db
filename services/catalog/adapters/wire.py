"""The catalog's events in the contracts' words, and booking's news in the catalog's; the only file that knows both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from services.catalog.domain import events
from services.catalog.domain.booths import Booth, BoothState
from services.catalog.domain.exhibitors import Exhibitor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.hours import WeeklyHours
from services.catalog.domain.spaces import Space, SpaceUse
from services.catalog.domain.venues import Venue
from shared.contracts import events as wire
from shared.contracts.registry import parse
from shared.contracts.topics import CATALOG_EVENTS, CATALOG_EXHIBITORS
from shared.runtime.store import OutboxEvent

EVENTS: Final = CATALOG_EVENTS.name
EXHIBITORS: Final = CATALOG_EXHIBITORS.name
_LIVE: Final = frozenset({"inquiry", "option", "definite", "blocked"})


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


def tell_venue(_id: str, _state: Any, event: Any, _version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """What a venue's event tells; keyed by its slug and a slash, because a fair may have the same slug."""
    match event:
        case events.VenueDescribed(venue):
            return (_out(EVENTS, f"{venue.slug}/", venue.slug, _venue_described(venue)),)
    raise TypeError(f"{type(event).__name__} is no event of a venue")


def tell_space(_id: str, _state: Any, event: Any, _version: int, _now: datetime) -> Sequence[OutboxEvent]:
    """What a space's event tells; keyed by its id, venue/space."""
    match event:
        case events.SpaceDescribed(space):
            return (_out(EVENTS, space.id, space.venue, _space_described(space)),)
    raise TypeError(f"{type(event).__name__} is no event of a space")


def read_space_use(type_: str, data: dict[str, Any] | None, sequence: int) -> SpaceUse:
    """A booking of spaces as booking tells it; raises Undecodable where it is no such message."""
    told = parse(type_, data, wire.SpaceBookingNow)
    spans = [span for use in told.uses for span in (use.build_up, use.show, use.dismantling) if span is not None]
    return SpaceUse(
        booking=told.booking,
        spaces=tuple(sorted({f"{told.venue}/{use.space}" for use in told.uses})),
        ends=max(span.end for span in spans).astimezone(UTC),
        live=told.state in _LIVE,
        sequence=sequence,
    )


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
        rates=[
            wire.Rate(per_m2_minor=r.per_m2_minor, hall=r.hall, open_sides=r.open_sides, until=r.until)
            for r in fair.rates
        ],
        deadlines=[wire.Deadline(day=one.day, name=dict(one.name)) for one in fair.deadlines],
        product_groups=[wire.ProductGroup(code=one.code, name=dict(one.name)) for one in fair.product_groups],
    )


def _booth_listed(booth: Booth) -> wire.BoothListed:
    return wire.BoothListed(
        booth=booth.id,
        fair=booth.fair,
        hall=booth.hall,
        number=booth.number,
        area_m2=booth.area_m2,
        outline=[list(ring) for ring in booth.outline],
        open_sides=booth.open_sides,
        parts=list(booth.parts),
        part_of=list(booth.part_of),
    )


def _venue_described(venue: Venue) -> wire.VenueDescribed:
    policy = venue.policy
    return wire.VenueDescribed(
        venue=venue.slug,
        name=dict(venue.name),
        organizer=venue.organizer,
        time_zone=venue.time_zone,
        opening_hours=_weekly(venue.opening_hours),
        opening_exceptions=[
            wire.OpeningException(date=one.day, hours=[wire.Hours(opens=h.opens, closes=h.closes) for h in one.hours])
            for one in venue.opening_exceptions
        ],
        office_hours=_weekly(venue.office_hours),
        policy=wire.SpacePolicy(
            option_days=policy.option_days,
            options_max=policy.options_max,
            challenge_hours=policy.challenge_hours,
            approval_required=policy.approval_required,
            cancellation=[
                wire.CancellationTerm(days_before=days, percent=percent) for days, percent in policy.cancellation
            ],
        ),
    )


def _weekly(weekly: Sequence[WeeklyHours]) -> list[wire.WeeklyHours]:
    return [wire.WeeklyHours(weekday=w.weekday, opens=w.hours.opens, closes=w.hours.closes) for w in weekly]


def _space_described(space: Space) -> wire.SpaceDescribed:
    return wire.SpaceDescribed(
        venue=space.venue,
        space=space.space,
        name=dict(space.name),
        kind=space.kind,
        compositions=[wire.Composition(starts=day, atoms=list(atoms)) for day, atoms in space.compositions],
        buffer_before_minutes=space.buffer_before_minutes,
        buffer_after_minutes=space.buffer_after_minutes,
        area_m2=space.area_m2,
        ceiling_m=space.ceiling_m,
        floor_load_kg_m2=space.floor_load_kg_m2,
        capacity=dict(space.capacity),
        equipment=list(space.equipment),
        accessible=space.accessible,
        retired_from=space.retired_from,
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
