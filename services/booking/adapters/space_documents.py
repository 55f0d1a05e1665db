"""Venues, spaces, calendars and bookings of spaces as MongoDB documents and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.booking.domain.spaces.booking import (
    Challenge,
    Contact,
    Details,
    Participant,
    Recorded,
    SpaceBooking,
    SpaceState,
    Use,
)
from services.booking.domain.spaces.calendar import Claim, Page
from services.booking.domain.spaces.feed import CalendarFeed
from services.booking.domain.spaces.times import Span, minute_of, moment_of
from services.booking.domain.spaces.venue import Hours, Policy, Space, Venue
from shared.runtime.store import Document


def venue_to(venue: Venue) -> Document:
    """A venue as a document; hours are [opens, closes] in minutes of the local day."""
    policy = venue.policy
    return {
        "organizer": venue.organizer,
        "time_zone": venue.time_zone,
        "name": dict(venue.name),
        "opening": _week_to(venue.opening),
        "exceptions": [{"date": day, "hours": _hours_to(hours)} for day, hours in venue.exceptions.items()],
        "office": _week_to(venue.office),
        "policy": {
            "option_days": policy.option_days,
            "options_max": policy.options_max,
            "challenge_minutes": policy.challenge_minutes,
            "approval_required": policy.approval_required,
            "cancellation": [list(term) for term in policy.cancellation],
        },
    }


def venue_from(document: Document) -> Venue:
    """A venue from its document."""
    policy = document["policy"]
    return Venue(
        id=document["_id"],
        organizer=document["organizer"],
        time_zone=document["time_zone"],
        name=document["name"],
        opening=_week_from(document["opening"]),
        exceptions={one["date"]: _hours_from(one["hours"]) for one in document["exceptions"]},
        office=_week_from(document["office"]),
        policy=Policy(
            option_days=policy["option_days"],
            options_max=policy["options_max"],
            challenge_minutes=policy["challenge_minutes"],
            approval_required=policy["approval_required"],
            cancellation=tuple((days, percent) for days, percent in policy["cancellation"]),
        ),
    )


def feed_to(feed: CalendarFeed) -> Document:
    """A calendar feed as a document."""
    return {
        "viewer": feed.viewer,
        "secret": feed.secret,
        "language": feed.language,
        "made_at": feed.made_at,
        "venue": feed.venue,
        "space": feed.space,
        "organizer": feed.organizer,
        "revoked": feed.revoked,
    }


def feed_from(document: Document) -> CalendarFeed:
    """A calendar feed from its document."""
    return CalendarFeed(
        id=document["_id"],
        viewer=document["viewer"],
        secret=document["secret"],
        language=document["language"],
        made_at=document["made_at"],
        venue=document["venue"],
        space=document["space"],
        organizer=document["organizer"],
        revoked=document["revoked"],
    )


def space_to(space: Space) -> Document:
    """A space as a document."""
    return {
        "venue": space.venue,
        "compositions": [{"starts": starts, "atoms": list(atoms)} for starts, atoms in space.compositions],
        "kind": space.kind,
        "name": dict(space.name),
        "buffer_before": space.buffer_before,
        "buffer_after": space.buffer_after,
        "area_m2": space.area_m2,
        "capacity": dict(space.capacity),
        "equipment": list(space.equipment),
        "accessible": space.accessible,
        "retired_from": space.retired_from,
    }


def space_from(document: Document) -> Space:
    """A space from its document."""
    return Space(
        id=document["_id"],
        venue=document["venue"],
        compositions=tuple((one["starts"], tuple(one["atoms"])) for one in document["compositions"]),
        kind=document["kind"],
        name=document["name"],
        buffer_before=document["buffer_before"],
        buffer_after=document["buffer_after"],
        area_m2=document["area_m2"],
        capacity=document["capacity"],
        equipment=tuple(document["equipment"]),
        accessible=document["accessible"],
        retired_from=document["retired_from"],
    )


def directory_to(spaces: tuple[Space, ...]) -> Document:
    """A venue's spaces as one document."""
    return {"spaces": [{"_id": space.id, **space_to(space)} for space in spaces]}


def directory_from(document: Document) -> tuple[Space, ...]:
    """A venue's spaces from their document."""
    return tuple(space_from(one) for one in document["spaces"])


def page_to(page: Page) -> Document:
    """A calendar page as a document; a claim is a list in the order of Claim's fields, in minutes since 1970."""
    return {"claims": [list(claim) for claim in page.claims]}


def page_from(document: Document) -> Page:
    """A calendar page from its document."""
    return Page(document["_id"], tuple(map(Claim._make, document["claims"])))


def claims_within(document: Document, window: Span) -> list[Claim]:
    """What of a calendar page's document touches a window, buffers included.

    A page has many more claims than a window, and making a claim costs more than looking at its times.
    """
    return [
        Claim._make(claim)
        for claim in document["claims"]
        if claim[1] - claim[3] < window.end and claim[2] + claim[4] > window.start
    ]


def booking_to(booking: SpaceBooking) -> Document:
    """A booking as a document; `due_at` is there only where time alone will change it."""
    document = {
        "venue": booking.venue,
        "organizer": booking.organizer,
        "venue_organizer": booking.venue_organizer,
        "time_zone": booking.time_zone,
        "uses": [_use_to(use) for use in booking.uses],
        "spaces": sorted({use.space for use in booking.uses}),
        "starts": moment_of(booking.start),
        "ends": moment_of(booking.end),
        "state": str(booking.state),
        "details": _details_to(booking.details),
        "wanted": str(booking.wanted),
        "order": booking.order,
        "rank": booking.rank,
        "expires_at": booking.expires_at,
        "waits": booking.waits,
        "challenges": [list(challenge) for challenge in booking.challenges],
        "answers_by": booking.answers_by,
        "override": booking.override,
        "may_override": list(booking.may_override),
        "reason": booking.reason,
        "series": booking.series,
        "apart": booking.apart,
        "uid": booking.uid,
    }
    return {**document, "due_at": moment_of(booking.due_at)} if booking.due_at else document


def booking_from(document: Document) -> SpaceBooking:
    """A booking from its document."""
    return SpaceBooking(
        id=document["_id"],
        venue=document["venue"],
        organizer=document["organizer"],
        venue_organizer=document["venue_organizer"],
        time_zone=document["time_zone"],
        uses=tuple(_use_from(use) for use in document["uses"]),
        state=SpaceState(document["state"]),
        details=_details_from(document["details"]),
        wanted=SpaceState(document["wanted"]),
        order=document["order"],
        rank=document["rank"],
        expires_at=document["expires_at"],
        waits=document["waits"],
        challenges=tuple(Challenge._make(challenge) for challenge in document["challenges"]),
        answers_by=document["answers_by"],
        override=document["override"],
        may_override=tuple(document["may_override"]),
        reason=document["reason"],
        series=document["series"],
        apart=document["apart"],
        uid=document["uid"],
    )


def record_to(record: Recorded) -> Document:
    """A booking as it became, as a document; its own id stands in `booking`."""
    document = booking_to(record.booking)
    document.pop("due_at", None)
    return {**document, "booking": record.booking.id, "version": record.version, "at": record.at}


def record_from(document: Document) -> Recorded:
    """A booking as it became, from its document."""
    booking = booking_from({**document, "_id": document["booking"]})
    return Recorded(booking, document["version"], document["at"])


def _use_to(use: Use) -> Document:
    return {
        "space": use.space,
        "atoms": list(use.atoms),
        "show": _span_to(use.show),
        "build_up": None if use.build_up is None else _span_to(use.build_up),
        "dismantling": None if use.dismantling is None else _span_to(use.dismantling),
        "before": use.before,
        "after": use.after,
    }


def _use_from(document: Document) -> Use:
    return Use(
        space=document["space"],
        atoms=tuple(document["atoms"]),
        show=_span_from(document["show"]),
        build_up=None if document["build_up"] is None else _span_from(document["build_up"]),
        dismantling=None if document["dismantling"] is None else _span_from(document["dismantling"]),
        before=document["before"],
        after=document["after"],
    )


def _span_to(span: Span) -> Document:
    return {"start": moment_of(span.start), "end": moment_of(span.end)}


def _span_from(document: Document) -> Span:
    return Span(minute_of(document["start"]), minute_of(document["end"]))


def _details_to(details: Details) -> Document:
    return {
        "title": details.title,
        "people": details.people,
        "setup": details.setup,
        "equipment": list(details.equipment),
        "contacts": [
            {"name": one.name, "email": one.email, "phone": one.phone, "role": one.role} for one in details.contacts
        ],
        "programme": [{"at": moment_of(minute), "text": text} for minute, text in details.programme],
        "notes": details.notes,
        "participants": [
            {"name": one.name, "email": one.email, "language": one.language} for one in details.participants
        ],
    }


def _details_from(document: Document) -> Details:
    return Details(
        title=document["title"],
        people=document["people"],
        setup=document["setup"],
        equipment=tuple(document["equipment"]),
        contacts=tuple(Contact(one["name"], one["email"], one["phone"], one["role"]) for one in document["contacts"]),
        programme=tuple((minute_of(one["at"]), one["text"]) for one in document["programme"]),
        notes=document["notes"],
        participants=tuple(Participant(one["name"], one["email"], one["language"]) for one in document["participants"]),
    )


def _hours_to(hours: tuple[Hours, ...]) -> list[list[int]]:
    return [[one.opens, one.closes] for one in hours]


def _hours_from(hours: list[list[int]]) -> tuple[Hours, ...]:
    return tuple(Hours(opens, closes) for opens, closes in hours)


def _week_to(week: Mapping[int, tuple[Hours, ...]]) -> list[Document]:
    return [{"weekday": day, "hours": _hours_to(hours)} for day, hours in sorted(week.items())]


def _week_from(week: list[Any]) -> dict[int, tuple[Hours, ...]]:
    return {one["weekday"]: _hours_from(one["hours"]) for one in week}
