"""What is asked of spaces and what is answered, as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.booking.app.bodies import Reason, Slug
from services.booking.domain.spaces.asking import Wanted
from services.booking.domain.spaces.booking import Contact, Details, Participant, SpaceBooking, SpaceState
from services.booking.domain.spaces.times import Span, minute_of, shown
from services.booking.domain.spaces.venue import Language
from services.booking.handlers.spaces.answers import use_json
from shared.runtime.instants import Instant, instant

SPACE_STATUSES: Final = {
    "venue-unknown": 404,
    "booking-unknown": 404,
    "feed-unknown": 404,
    "space-unknown": 422,
    "space-retired": 422,
    "space-changes": 422,
    "space-twice": 422,
    "time-not-whole": 422,
    "time-skipped": 422,
    "time-ambiguous": 422,
    "time-empty": 422,
    "time-reversed": 422,
    "time-past": 422,
    "changed-meanwhile": 412,
    "setup-unknown": 422,
    "space-too-small": 422,
    "programme-outside": 422,
    "phases-disordered": 422,
    "venue-closed": 422,
    "booking-too-long": 422,
    "booking-too-large": 422,
    "swap-with-itself": 422,
    "rule-unreadable": 422,
    "rule-too-fine": 422,
    "rule-misses-start": 422,
    "exception-unknown": 422,
    "series-endless": 422,
    "series-empty": 422,
    "series-too-long": 422,
    "series-too-large": 422,
    "invitations-too-many": 422,
}
"""The HTTP status of a refusal, by its reason; every other is 409."""

USES_MAX: Final = 200
YEARS: Final = range(1970, 3000)
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\w-]+(\.[\w-]+)+")


def _with_time(value: Any) -> Any:
    if isinstance(value, int | float) or (isinstance(value, str) and "T" not in value.upper() and " " not in value):
        raise PydanticCustomError("moment", "is no date with a time", {"remedy": "write it as 2027-06-10T09:00"})
    return value


def near(moment: datetime) -> datetime:
    """A moment that can be reckoned with; raises for one in a year out of reach."""
    if not YEARS.start <= moment.year < YEARS.stop:
        remedy = {"remedy": f"give a year from {YEARS.start} to {YEARS.stop - 1}"}
        raise PydanticCustomError("moment", "is too far away", remedy)
    return moment


def _mailable(email: str) -> str:
    if _EMAIL.fullmatch(email) is None:
        raise PydanticCustomError("email", "is no plain mail address", {"remedy": "write it as anna.kim@example.org"})
    return email


Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")]
Notes = Annotated[str, StringConstraints(max_length=5_000)]
SpaceId = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^[^/\x00-\x20\x7f]+/[^/\x00-\x20\x7f]+$"),
    Field(description="a space as venue/space", examples=["modern-trade-centre/hall-1"]),
]
When = Annotated[
    datetime,
    BeforeValidator(_with_time),
    AfterValidator(near),
    Field(
        description="an instant with its offset, or a wall time at the venue without one; whole minutes",
        examples=["2027-06-10T09:00", "2027-06-10T09:00+08:00"],
    ),
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Phase(_Request):
    """When a phase begins and ends."""

    start: When
    end: When


class Interval(Phase):
    """When a show begins and ends, with its build-up before and its dismantling after it."""

    build_up: Phase | None = None
    dismantling: Phase | None = None


class UseRequest(Interval):
    """One space for one time."""

    space: SpaceId


class ContactBody(_Request):
    """Somebody to talk to."""

    name: Text
    email: Text = ""
    phone: Text = ""
    role: Text = ""


class ParticipantBody(_Request):
    """Somebody who is invited by mail, to have the booking in their calendar."""

    name: Text = ""
    email: Annotated[
        str,
        StringConstraints(max_length=254),
        AfterValidator(_mailable),
        Field(description="one plain mail address", examples=["anna.kim@example.org"]),
    ]
    language: Language = "en"


class ProgrammeItem(_Request):
    """A line of the running order."""

    at: Annotated[datetime, AfterValidator(near), Field(description="an instant with its offset")]
    text: Text

    @model_validator(mode="after")
    def _with_offset(self) -> Self:
        if self.at.tzinfo is None:
            raise ValueError("at has no offset; write it as 2027-06-10T09:00+08:00")
        return self


class DetailsBody(_Request):
    """What a booking is, for its function sheet."""

    title: Text = ""
    people: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    setup: Annotated[Text, Field(examples=["theatre"])] = ""
    equipment: Annotated[list[Text], Field(max_length=100)] = []
    contacts: Annotated[list[ContactBody], Field(max_length=50)] = []
    programme: Annotated[list[ProgrammeItem], Field(max_length=500)] = []
    notes: Notes = ""
    participants: Annotated[
        list[ParticipantBody],
        Field(max_length=200, description="invited once the booking is definite, and told of what changes"),
    ] = []

    @model_validator(mode="after")
    def _invited_once(self) -> Self:
        seen: set[str] = set()
        for at, one in enumerate(self.participants):
            if one.email.casefold() in seen:
                raise ValueError(f"participants[{at}] is named twice, {one.email}; leave one of them out")
            seen.add(one.email.casefold())
        return self

    def details(self) -> Details:
        """In the domain's words."""
        return Details(
            title=self.title,
            people=self.people,
            setup=self.setup,
            equipment=tuple(self.equipment),
            contacts=tuple(Contact(one.name, one.email, one.phone, one.role) for one in self.contacts),
            programme=tuple((minute_of(one.at), one.text) for one in self.programme),
            notes=self.notes,
            participants=tuple(Participant(one.name, one.email, one.language) for one in self.participants),
        )


def _one_venue(spaces: Sequence[str]) -> None:
    venues = sorted({space.partition("/")[0] for space in spaces})
    if len(venues) > 1:
        raise ValueError(f"spaces of several venues ({', '.join(venues[:3])}); one booking is at one venue")


class Spaces(_Request):
    """Which spaces, and when: `space` or `spaces` with `start` and `end` or `intervals`; or `uses`, one by one.

    Several spaces and several intervals mean every space at every interval.
    """

    space: SpaceId | None = None
    spaces: Annotated[list[SpaceId], Field(max_length=USES_MAX)] = []
    start: When | None = None
    end: When | None = None
    build_up: Phase | None = None
    dismantling: Phase | None = None
    intervals: Annotated[list[Interval], Field(max_length=USES_MAX)] = []
    uses: Annotated[list[UseRequest], Field(max_length=USES_MAX)] = []

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        if self.uses:
            if self.space or self.spaces or self.start or self.end or self.intervals:
                raise ValueError("uses say everything; leave space, spaces, start, end and intervals out")
            _one_venue([use.space for use in self.uses])
            return self
        if bool(self.space) == bool(self.spaces):
            raise ValueError("give space, or spaces, or uses")
        if (self.start is None) != (self.end is None):
            raise ValueError("give both start and end")
        if (self.start is None) == (not self.intervals):
            raise ValueError("give start and end, or intervals")
        if self.intervals and (self.build_up or self.dismantling):
            raise ValueError("build_up and dismantling belong into each of the intervals")
        if len(set(self.spaces)) < len(self.spaces):
            raise ValueError("a space is named twice in spaces")
        _one_venue(self.names)
        if len(self.names) * max(1, len(self.intervals)) > USES_MAX:
            raise ValueError(f"more than {USES_MAX} spaces times intervals; split the booking")
        return self

    @property
    def names(self) -> list[str]:
        """The ids of the spaces."""
        if self.uses:
            return list(dict.fromkeys(use.space for use in self.uses))
        return [self.space] if self.space else list(self.spaces)

    @property
    def venue(self) -> str:
        """The venue that they are all of."""
        return self.names[0].partition("/")[0]

    def wanted(self) -> tuple[Wanted, ...]:
        """In the domain's words, each with its place in the request."""
        if self.uses:
            return tuple(wanted(use.space, use, f"uses[{at}].") for at, use in enumerate(self.uses))
        if self.start is not None and self.end is not None:
            single = Interval(start=self.start, end=self.end, build_up=self.build_up, dismantling=self.dismantling)
            return tuple(wanted(space, single, "") for space in self.names)
        return tuple(
            wanted(space, interval, f"intervals[{at}].")
            for at, interval in enumerate(self.intervals)
            for space in self.names
        )


def wanted(space: str, interval: Interval, at: str) -> Wanted:
    """One space for one time in the domain's words; `at` is its place in the request."""
    return Wanted(
        space,
        (interval.start, interval.end),
        None if interval.build_up is None else (interval.build_up.start, interval.build_up.end),
        None if interval.dismantling is None else (interval.dismantling.start, interval.dismantling.end),
        at,
    )


class Terms(Spaces, DetailsBody):
    """What is asked for beside spaces and times. `organizer` may be left out by organizers: it is they."""

    state: Literal["inquiry", "option", "definite"] = "definite"
    organizer: Slug | None = None
    wait: Annotated[bool, Field(description="let an option stand behind what is definite already")] = False
    retrospective: Annotated[bool, Field(description="enter what has been; for the venue's organizer")] = False
    override: Annotated[Reason, Field(description="why it goes before others or over a blocking; recorded")] = ""


class SpaceBookingRequest(Terms):
    """Spaces to book, all or none."""

    uid: Annotated[Text, Field(description="its name in a calendar that it comes from")] = ""


class BlockingRequest(Spaces):
    """Spaces to take out of use for a time."""

    reason: Reason = ""
    may_override: Annotated[list[Slug], Field(max_length=50)] = []


class RescheduleRequest(Spaces):
    """The spaces and times that a booking is to have instead of its present ones."""

    retrospective: bool = False
    override: Reason = ""
    version: int | None = Field(default=None, ge=1, description="the booking's when it was read; 412 if it is another")


class OverrideRequest(_Request):
    """Why what is in the way does not count."""

    override: Reason = ""


class ReasonRequest(_Request):
    """Why; everyone concerned is told."""

    reason: Reason = ""


class SwapRequest(_Request):
    """Two bookings that change spaces."""

    first: Slug
    second: Slug


class PhaseBody(BaseModel):
    """A phase as it is."""

    start: Instant
    end: Instant


class UseBody(PhaseBody):
    """One space for one time; `start` and `end` are the show's."""

    space: str = Field(description="venue/space")
    atoms: list[str]
    build_up: PhaseBody | None = None
    dismantling: PhaseBody | None = None


class ChallengeBody(BaseModel):
    """Another option's holder asks this one's to go definite, or to yield."""

    challenger: str = Field(description="a booking")
    answer_by: Instant


class SpaceBookingBody(BaseModel):
    """A booking of spaces, or a blocking."""

    id: str
    venue: str
    organizer: str
    state: str = Field(description=", ".join(SpaceState))
    rank: int | None = Field(description="of an option: 1 is first")
    uses: list[UseBody]
    start: Instant = Field(description="when the first phase of all begins")
    end: Instant
    time_zone: str
    details: DetailsBody
    expires_at: Instant | None = Field(description="when an option runs out")
    waits: bool = Field(
        description="of an option: whether something firm is in its way, so that it waits for that to go"
    )
    answer_by: Instant | None = Field(description="until when the most urgent challenge is to be answered")
    challenges: list[ChallengeBody] = Field(description="options behind it that wait for its answer")
    answers_by: Instant | None = Field(description="until when the options that it challenged have to answer")
    override: str = Field(description="why the venue put it before others, where it did")
    may_override: list[str]
    reason: str
    series: str | None = Field(description="those that recur together")
    apart: bool = Field(description="whether it was moved by itself, so that edits of its series leave it")
    uid: str
    version: int
    server_now: Instant


class SpaceBookingPage(BaseModel):
    """A page of bookings, by their ids downwards; `next` is the cursor of the following one."""

    bookings: list[SpaceBookingBody]
    next: str | None
    server_now: Instant


class PairBody(BaseModel):
    """Two bookings after they changed places."""

    bookings: list[SpaceBookingBody]


def booking_json(booking: SpaceBooking, version: int, now: datetime) -> dict[str, Any]:
    """A SpaceBookingBody, as what becomes JSON."""
    return {
        "id": booking.id,
        "venue": booking.venue,
        "organizer": booking.organizer,
        "state": str(booking.state),
        "rank": booking.rank or None,
        "uses": [{**use_json(use), "atoms": list(use.atoms)} for use in booking.uses],
        "start": shown(booking.start),
        "end": shown(booking.end),
        "time_zone": booking.time_zone,
        "details": details_json(booking.details),
        "expires_at": _maybe(booking.expires_at),
        "waits": booking.waits,
        "answer_by": _maybe(booking.answer_by),
        "challenges": [{"challenger": one.challenger, "answer_by": shown(one.answer_by)} for one in booking.challenges],
        "answers_by": _maybe(booking.answers_by),
        "override": booking.override,
        "may_override": list(booking.may_override),
        "reason": booking.reason,
        "series": booking.series or None,
        "apart": booking.apart,
        "uid": booking.uid,
        "version": version,
        "server_now": instant(now),
    }


def details_json(details: Details) -> dict[str, Any]:
    """A DetailsBody, as what becomes JSON."""
    return {
        "title": details.title,
        "people": details.people,
        "setup": details.setup,
        "equipment": list(details.equipment),
        "contacts": [
            {"name": one.name, "email": one.email, "phone": one.phone, "role": one.role} for one in details.contacts
        ],
        "programme": [{"at": shown(minute), "text": text} for minute, text in details.programme],
        "notes": details.notes,
        "participants": [
            {"name": one.name, "email": one.email, "language": one.language} for one in details.participants
        ],
    }


def span_json(span: Span) -> dict[str, str]:
    """A span, as what becomes JSON."""
    return {"start": shown(span.start), "end": shown(span.end)}


def _maybe(minute: int) -> str | None:
    return shown(minute) if minute else None
