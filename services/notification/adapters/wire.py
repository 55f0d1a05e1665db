"""Contracts on one side, the domain on the other; only here do the two meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.notification.domain.deliveries import Delivery, Parked, Sent
from services.notification.domain.happenings import (
    BoothNews,
    Happening,
    Kind,
    Money,
    Participant,
    Sitting,
    SpaceNews,
    SpaceTime,
    Span,
)
from services.notification.domain.invitations import Invitations
from services.notification.domain.projections import Contact, Fair, Place
from services.notification.domain.recipients import Party
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
_SPACE_KINDS: Final[Mapping[str, tuple[type[contracts.SpaceBookingEvent], Kind]]] = {
    contracts.SpaceRequested.type_: (contracts.SpaceRequested, Kind.SPACE_REQUESTED),
    contracts.SpaceOptioned.type_: (contracts.SpaceOptioned, Kind.SPACE_OPTIONED),
    contracts.SpaceDefinite.type_: (contracts.SpaceDefinite, Kind.SPACE_DEFINITE),
    contracts.SpaceChallenged.type_: (contracts.SpaceChallenged, Kind.SPACE_CHALLENGED),
    contracts.SpaceChallengeMade.type_: (contracts.SpaceChallengeMade, Kind.SPACE_CHALLENGE_MADE),
    contracts.SpaceChallengeLifted.type_: (contracts.SpaceChallengeLifted, Kind.SPACE_CHALLENGE_LIFTED),
    contracts.SpaceRankChanged.type_: (contracts.SpaceRankChanged, Kind.SPACE_RANK_CHANGED),
    contracts.SpaceOvertaken.type_: (contracts.SpaceOvertaken, Kind.SPACE_OVERTAKEN),
    contracts.SpaceYielded.type_: (contracts.SpaceYielded, Kind.SPACE_YIELDED),
    contracts.SpaceOptionExpired.type_: (contracts.SpaceOptionExpired, Kind.SPACE_EXPIRED),
    contracts.SpaceRescheduled.type_: (contracts.SpaceRescheduled, Kind.SPACE_RESCHEDULED),
    contracts.SpaceCancelled.type_: (contracts.SpaceCancelled, Kind.SPACE_CANCELLED),
    contracts.SpaceDeclined.type_: (contracts.SpaceDeclined, Kind.SPACE_DECLINED),
    contracts.SpaceNoShow.type_: (contracts.SpaceNoShow, Kind.SPACE_NO_SHOW),
    contracts.SpaceBlocked.type_: (contracts.SpaceBlocked, Kind.SPACE_BLOCKED),
    contracts.SpaceUnblocked.type_: (contracts.SpaceUnblocked, Kind.SPACE_UNBLOCKED),
}
NEWS_TYPES: Final = frozenset({*_KINDS, *_SPACE_KINDS})
"""The events that somebody is told of. That a booking completed, or says something else of itself, is nobody's news."""


def happening(type_: str, id_: str, time: datetime, sequence: int, data: dict[str, Any] | None) -> Happening | None:
    """An event as a happening; None where another event tells of it. Raises Undecodable where the data do not fit."""
    if type_ in _SPACE_KINDS:
        return _space_news(type_, id_, time, sequence, data)
    model, kind = _KINDS[type_]
    event = parse(type_, data, model)
    return BoothNews(
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
        price=_money(event.price),
    )


def _money(price: contracts.ReservationPrice | None) -> Money | None:
    if price is None or price.amount_minor is None:
        return None
    return Money(price.amount_minor, price.currency)


def _space_news(type_: str, id_: str, time: datetime, sequence: int, data: dict[str, Any] | None) -> SpaceNews | None:
    model, kind = _SPACE_KINDS[type_]
    event = parse(type_, data, model)
    if event.told_by is not None:
        return None
    return SpaceNews(
        cause=id_,
        at=time,
        sequence=sequence,
        kind=kind,
        venue=event.venue,
        organizer=event.organizer,
        venue_organizer=event.venue_organizer,
        booking=event.booking,
        time_zone=event.time_zone,
        uses=_times(event.venue, event.uses),
        title=event.title,
        rank=event.rank or 0,
        waits=event.waits,
        deadline=getattr(event, "expires_at", None) or getattr(event, "answer_by", None),
        reason=getattr(event, "reason", "") or getattr(event, "override", ""),
        due_percent=getattr(event, "due_percent", 0),
        former=_times(event.venue, getattr(event, "former", ())),
        others=event.others,
        recurs=event.series is not None,
        alternatives=_times(event.venue, getattr(event, "alternatives", ())),
        may_override=tuple(getattr(event, "may_override", ())),
    )


def _times(venue: str, uses: Iterable[contracts.SpaceUse]) -> tuple[SpaceTime, ...]:
    return tuple(
        SpaceTime(f"{venue}/{u.space}", _span(u.show), _phase(u.build_up), _phase(u.dismantling)) for u in uses
    )


def _span(span: contracts.Span) -> Span:
    return Span(span.start, span.end)


def _phase(span: contracts.Span | None) -> Span | None:
    return None if span is None else _span(span)


def invitations(sequence: int, data: dict[str, Any] | None) -> Invitations:
    """Who is invited to a booking. Raises Undecodable."""
    event = parse(contracts.SpaceInvitations.type_, data, contracts.SpaceInvitations)
    spaces: dict[Span, list[str]] = {}
    for use in event.uses:
        spaces.setdefault(_span(use.show), []).append(f"{event.venue}/{use.space}")
    return Invitations(
        booking=event.booking,
        venue=event.venue,
        organizer=event.organizer,
        title=event.title,
        time_zone=event.time_zone,
        sittings=tuple(
            Sitting(span, tuple(dict.fromkeys(found)))
            for span, found in sorted(spaces.items(), key=lambda one: (one[0].start, one[0].end))
        ),
        participants=tuple(Participant(one.name, one.email, one.language) for one in event.participants),
        sequence=sequence,
        over=event.over,
    )


def venue(sequence: int, data: dict[str, Any] | None) -> Place:
    """What a venue is called. Raises Undecodable."""
    event = parse(contracts.VenueDescribed.type_, data, contracts.VenueDescribed)
    return Place(event.venue, event.name, sequence)


def space(sequence: int, data: dict[str, Any] | None) -> Place:
    """What a space is called. Raises Undecodable."""
    event = parse(contracts.SpaceDescribed.type_, data, contracts.SpaceDescribed)
    return Place(f"{event.venue}/{event.space}", event.name, sequence)


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
        # Who takes part is nobody's business, not even as a number that could be compared.
        "recipient": "" if state.recipient.party is Party.PARTICIPANT else state.recipient.id,
        "cause": state.happening.cause,
    }
    match event:
        case Sent():
            data: contracts.Event = contracts.DeliverySent.model_validate(common)
        case Parked():
            data = contracts.DeliveryParked.model_validate({**common, "reason": state.reason})
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a delivery")
    return (OutboxEvent(NOTIFICATION_EVENTS.name, data.type_, id_, data, state.happening.fair or None),)
