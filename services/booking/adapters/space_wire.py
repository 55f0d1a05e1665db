"""Contracts <-> domain for spaces: the only file that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.booking.adapters.subjects import about_kind, about_organizer, about_space, about_venue
from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import events as happened
from services.booking.domain.spaces.times import Span, moment_of
from services.booking.domain.spaces.venue import Hours, Policy, Space, Venue
from shared.contracts import events as e
from shared.contracts.registry import parse
from shared.contracts.topics import BOOKING_EVENTS, BOOKING_INVITATIONS, BOOKING_SPACES
from shared.runtime.received import Received
from shared.runtime.store import OutboxEvent


def booking_events(
    id_: str, state: b.SpaceBooking, event: happened.Told, version: int, now: datetime
) -> Sequence[OutboxEvent]:
    """What happened to a booking, and the booking as it is now; both keyed by its id, in one sequence."""
    told = _told(state, event)
    former = event.event.former if isinstance(event.event, happened.Rescheduled) else ()
    about = (
        about_kind(told.type_),
        about_venue(state.venue),
        about_organizer(state.organizer),
        about_organizer(state.venue_organizer),
        *(about_space(use.space) for use in (*state.uses, *former)),
    )
    found = [
        OutboxEvent(BOOKING_EVENTS.name, told.type_, id_, told, state.venue, about),
        OutboxEvent(BOOKING_SPACES.name, e.SpaceBookingNow.type_, id_, booking_now(state, version), state.venue),
    ]
    if (invited := _invitations(state, event.event, version, now)) is not None:
        found.append(OutboxEvent(BOOKING_INVITATIONS.name, invited.type_, id_, invited, subject=state.venue))
    return found


def _invitations(
    state: b.SpaceBooking, event: happened.SpaceEvent, version: int, now: datetime
) -> e.SpaceInvitations | None:
    """Who is invited now, where that can have changed: nobody is while a booking is not firm, or once it is over."""
    past = moment_of(state.end) <= now
    firm = state.state is b.DEFINITE and not past
    over = state.state in (b.COMPLETED, b.NO_SHOW) or (past and isinstance(event, happened.DetailsChanged))
    # Moved into the past it is not where it was: whoever expects it must hear that.
    gone = state.state is b.CANCELLED or (past and isinstance(event, happened.Rescheduled))
    had = state.details.participants or isinstance(event, happened.DetailsChanged)
    if not had or not (firm or over or gone):
        return None
    return e.SpaceInvitations(
        booking=state.id,
        venue=state.venue,
        organizer=state.organizer,
        title=state.details.title,
        time_zone=state.time_zone,
        uses=_uses(state.uses),
        participants=[
            e.Participant.model_validate({"name": one.name, "email": one.email, "language": one.language})
            for one in (state.details.participants if firm else ())
        ],
        over=over,
        version=version,
    )


def booking_now(booking: b.SpaceBooking, version: int) -> e.SpaceBookingNow:
    """A booking at a version, as others hear of it."""
    return e.SpaceBookingNow(
        booking=booking.id,
        venue=booking.venue,
        organizer=booking.organizer,
        state=booking.state.value,
        uses=_uses(booking.uses),
        rank=booking.rank or None,
        waits=booking.waits,
        until=moment_of(booking.until) if booking.until else None,
        version=version,
    )


def _told(state: b.SpaceBooking, told: happened.Told) -> e.SpaceBookingEvent:  # noqa: C901 - one line a type
    common: dict[str, Any] = {
        "booking": state.id,
        "venue": state.venue,
        "organizer": state.organizer,
        "venue_organizer": state.venue_organizer,
        "title": state.details.title,
        "time_zone": state.time_zone,
        "uses": _uses(state.uses),
        "rank": state.rank or None,
        "waits": state.waits,
        "series": state.series or None,
        "told_by": told.told_by or None,
        "others": told.others,
    }
    match told.event:
        case happened.Requested():
            return e.SpaceRequested(**common)
        case happened.Optioned(override):
            return e.SpaceOptioned(**common, expires_at=moment_of(state.expires_at), override=override)
        case happened.WentDefinite(override):
            return e.SpaceDefinite(**common, override=override)
        case happened.Challenged(challenger):
            return e.SpaceChallenged(**common, answer_by=moment_of(state.answer_by), challenger=challenger)
        case happened.ChallengeMade(challenged):
            return e.SpaceChallengeMade(**common, answer_by=moment_of(state.answers_by), challenged=list(challenged))
        case happened.ChallengeLifted():
            return e.SpaceChallengeLifted(**common, answer_by=moment_of(state.answer_by) if state.answer_by else None)
        case happened.RankChanged(former):
            return e.SpaceRankChanged(**common, former_rank=former)
        case happened.Overtaken(by, reason, former):
            return e.SpaceOvertaken(**common, by=by, reason=reason, former_rank=former)
        case happened.Yielded(in_silence):
            return e.SpaceYielded(**common, in_silence=in_silence)
        case happened.OptionExpired():
            return e.SpaceOptionExpired(**common)
        case happened.Rescheduled(former_uses, override):
            return e.SpaceRescheduled(**common, former=_uses(former_uses), override=override)
        case happened.DetailsChanged():
            return e.SpaceDetailsChanged(**common)
        case happened.SpaceCancelled(due_percent):
            return e.SpaceCancelled(**common, reason=state.reason, due_percent=due_percent)
        case happened.Declined(alternatives):
            return e.SpaceDeclined(**common, reason=state.reason, alternatives=_uses(alternatives))
        case happened.Completed():
            return e.SpaceCompleted(**common)
        case happened.NobodyCame():
            return e.SpaceNoShow(**common)
        case happened.Blocked():
            return e.SpaceBlocked(**common, reason=state.reason, may_override=list(state.may_override))
        case happened.Unblocked():
            return e.SpaceUnblocked(**common)


def _uses(uses: Iterable[b.Use]) -> list[e.SpaceUse]:
    return [
        e.SpaceUse(
            space=use.space.partition("/")[2],
            atoms=list(use.atoms),
            show=_span(use.show),
            build_up=None if use.build_up is None else _span(use.build_up),
            dismantling=None if use.dismantling is None else _span(use.dismantling),
        )
        for use in uses
    ]


def _span(span: Span) -> e.Span:
    return e.Span(start=moment_of(span.start), end=moment_of(span.end))


def described_venue(event: Received) -> Venue:
    """The venue that the catalog describes. Raises Undecodable."""
    told = parse(event.type, event.data, e.VenueDescribed)
    policy = told.policy
    return Venue(
        id=told.venue,
        organizer=told.organizer,
        time_zone=told.time_zone,
        name=told.name,
        opening=_week(told.opening_hours),
        exceptions={one.date.isoformat(): _hours(one.hours) for one in told.opening_exceptions},
        office=_week(told.office_hours),
        policy=Policy(
            option_days=policy.option_days,
            options_max=policy.options_max,
            challenge_minutes=policy.challenge_hours * 60,
            approval_required=policy.approval_required,
            cancellation=tuple((term.days_before, term.percent) for term in policy.cancellation),
        ),
    )


def described_space(event: Received) -> Space:
    """The space that the catalog describes. Raises Undecodable."""
    told = parse(event.type, event.data, e.SpaceDescribed)
    return Space(
        id=f"{told.venue}/{told.space}",
        venue=told.venue,
        compositions=tuple(
            (one.starts.isoformat() if one.starts else "", tuple(one.atoms)) for one in told.compositions
        ),
        kind=told.kind,
        name=told.name,
        buffer_before=told.buffer_before_minutes,
        buffer_after=told.buffer_after_minutes,
        area_m2=told.area_m2,
        capacity=told.capacity,
        equipment=tuple(told.equipment),
        accessible=told.accessible,
        retired_from=told.retired_from.isoformat() if told.retired_from else "",
    )


def _week(hours: Iterable[e.WeeklyHours]) -> dict[int, tuple[Hours, ...]]:
    found: dict[int, tuple[Hours, ...]] = {}
    for one in hours:
        found[one.weekday] = (*found.get(one.weekday, ()), *_hours((one,)))
    return found


def _hours(hours: Iterable[e.Hours | e.WeeklyHours]) -> tuple[Hours, ...]:
    return tuple(Hours(_minute(one.opens), _minute(one.closes)) for one in hours)


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)
