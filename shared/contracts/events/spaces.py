"""Bookings of spaces, as booking tells of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.contracts.events.base import Event, Part

SpaceBookingState = Literal[
    "inquiry",
    "option",
    "definite",
    "completed",
    "no-show",
    "cancelled",
    "declined",
    "expired",
    "yielded",
    "blocked",
    "unblocked",
]


class Span(Part):
    """A half-open interval of instants."""

    start: datetime
    end: datetime


class SpaceUse(Part):
    """One space for one time: the show, and build-up and dismantling where there are such."""

    space: str
    atoms: list[str] = Field(description="what the space was made of when it was booked")
    show: Span
    build_up: Span | None = None
    dismantling: Span | None = None


class SpaceBookingEvent(Event):
    """What every event of a space booking tells."""

    key_ = "id of the space booking"

    booking: str
    venue: str
    organizer: str = Field(description="who books")
    venue_organizer: str = Field(description="who runs the venue")
    title: str = ""
    time_zone: str = Field(description="the venue's IANA zone")
    uses: list[SpaceUse]
    rank: int | None = Field(default=None, description="of an option: how many are before it, and one")
    waits: bool = Field(default=False, description="of an option: whether something firm is in its way")
    series: str | None = None
    told_by: str | None = Field(
        default=None, description="the booking whose event of the same decision tells of this one too"
    )
    others: int = Field(default=0, description="of how many more bookings this event tells")


class SpaceRequested(SpaceBookingEvent):
    """Somebody asks for spaces; nothing is kept for them yet."""

    type_ = "pavilion.booking.space.requested.v1"


class SpaceOptioned(SpaceBookingEvent):
    """Spaces are kept provisionally, in the order of options, until `expires_at`."""

    type_ = "pavilion.booking.space.optioned.v1"
    expires_at: datetime
    override: str = Field(default="", description="why it was put before others, where it was")


class SpaceDefinite(SpaceBookingEvent):
    """A booking is firm."""

    type_ = "pavilion.booking.space.definite.v1"
    override: str = Field(default="", description="why options before it or a blocking did not count, where so")


class SpaceChallenged(SpaceBookingEvent):
    """An option's holder is asked to go definite until `answer_by`, or to yield."""

    type_ = "pavilion.booking.space.challenged.v1"
    answer_by: datetime
    challenger: str = Field(description="the booking that waits behind it")


class SpaceChallengeMade(SpaceBookingEvent):
    """An option's holder asked those before it to go definite until `answer_by`, or to yield."""

    type_ = "pavilion.booking.space.challenge_made.v1"
    answer_by: datetime
    challenged: list[str] = Field(description="the bookings before it")


class SpaceChallengeLifted(SpaceBookingEvent):
    """Who challenged an option waits for it no longer."""

    type_ = "pavilion.booking.space.challenge_lifted.v1"
    answer_by: datetime | None = Field(default=None, description="until when another challenge is to be answered")


class SpaceRankChanged(SpaceBookingEvent):
    """An option moved in the order, or something firm came into its way or went."""

    type_ = "pavilion.booking.space.rank_changed.v1"
    former_rank: int


class SpaceOvertaken(SpaceBookingEvent):
    """The venue put another booking before an option, by override."""

    type_ = "pavilion.booking.space.overtaken.v1"
    by: str = Field(description="the other booking")
    reason: str
    former_rank: int


class SpaceYielded(SpaceBookingEvent):
    """An option gave way, by its holder's word or because a challenge was not answered in time."""

    type_ = "pavilion.booking.space.yielded.v1"
    in_silence: bool = False


class SpaceOptionExpired(SpaceBookingEvent):
    """An option ran out."""

    type_ = "pavilion.booking.space.expired.v1"


class SpaceRescheduled(SpaceBookingEvent):
    """A booking moved to other spaces or times, or became longer or shorter; `former` is what it was."""

    type_ = "pavilion.booking.space.rescheduled.v1"
    former: list[SpaceUse]
    override: str = Field(default="", description="why it was put before others, where it was")


class SpaceDetailsChanged(SpaceBookingEvent):
    """What a booking says of itself changed; its spaces and times did not."""

    type_ = "pavilion.booking.space.details_changed.v1"


class SpaceCancelled(SpaceBookingEvent):
    """A booking was given up; `due_percent` of its price is due by the venue's terms."""

    type_ = "pavilion.booking.space.cancelled.v1"
    reason: str = ""
    due_percent: int = 0


class SpaceDeclined(SpaceBookingEvent):
    """A request was refused; `alternatives` are what could be had instead."""

    type_ = "pavilion.booking.space.declined.v1"
    reason: str = ""
    alternatives: list[SpaceUse] = Field(default=[])


class SpaceCompleted(SpaceBookingEvent):
    """A booking's time is over."""

    type_ = "pavilion.booking.space.completed.v1"


class SpaceNoShow(SpaceBookingEvent):
    """Nobody came."""

    type_ = "pavilion.booking.space.no_show.v1"


class SpaceBlocked(SpaceBookingEvent):
    """Spaces are out of use for a time; only `may_override` may book over it."""

    type_ = "pavilion.booking.space.blocked.v1"
    reason: str = ""
    may_override: list[str] = Field(default=[], description="organizers")


class SpaceUnblocked(SpaceBookingEvent):
    """Spaces are in use again."""

    type_ = "pavilion.booking.space.unblocked.v1"


class Participant(Part):
    """Somebody who is invited. Personal data."""

    name: str
    email: str
    language: Literal["zh", "ru", "en"] = "en"


class SpaceInvitations(Event):
    """Whom a definite booking is to be in the calendars of, and what they are told of it (compacted topic).

    Nobody is invited any more where `participants` is empty; where it is `over`, nobody needs to hear that.
    Personal data: names and addresses.
    """

    type_ = "pavilion.booking.space.invitations.v1"
    booking: str
    venue: str
    organizer: str
    title: str = ""
    time_zone: str = Field(description="the venue's IANA zone")
    uses: list[SpaceUse]
    participants: list[Participant] = Field(default=[])
    over: bool = False
    version: int


class SpaceBookingNow(Event):
    """A booking of spaces, or a blocking, as it is now (compacted topic)."""

    type_ = "pavilion.booking.space.state.v1"
    booking: str
    venue: str
    organizer: str
    state: SpaceBookingState
    uses: list[SpaceUse]
    rank: int | None = None
    waits: bool = Field(default=False, description="whether something firm is in an option's way")
    until: datetime | None = Field(default=None, description="when an option ends by itself")
    version: int
