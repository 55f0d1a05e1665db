"""A booking of spaces, and its life.

inquiry -> option | definite, option -> definite -> completed | no-show; every live one may be cancelled. An inquiry may
be declined, an option may yield or expire: its deadlines are part of every rule, timer or no timer. A blocking is kept
in the same way, because it claims the same minutes; it is blocked, then unblocked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from services.booking.domain.spaces.calendar import Claim, Standing
from services.booking.domain.spaces.times import Span, merged


class SpaceState(StrEnum):
    """Where a booking stands in its life."""

    INQUIRY = "inquiry"
    OPTION = "option"
    DEFINITE = "definite"
    COMPLETED = "completed"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    YIELDED = "yielded"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


INQUIRY, OPTION, DEFINITE, COMPLETED, NO_SHOW, CANCELLED, DECLINED, EXPIRED, YIELDED, BLOCKED, UNBLOCKED = SpaceState

OTHER_APPROVED: Final = "another-request-was-approved"
GONE_FROM_CALENDAR: Final = "cancelled-in-its-calendar"
"""Reasons that nobody wrote: whoever shows them has words for them."""

STANDINGS: Final[Mapping[SpaceState, Standing]] = {
    INQUIRY: Standing.INQUIRY,
    OPTION: Standing.OPTION,
    DEFINITE: Standing.DEFINITE,
    # What has been stays in the calendar, so that nothing is entered over it afterwards.
    COMPLETED: Standing.DEFINITE,
    NO_SHOW: Standing.DEFINITE,
    BLOCKED: Standing.BLOCKED,
}
"""What a booking's claims are worth by its state; in every other state it claims nothing."""

IN_CALENDARS: Final = frozenset(SpaceState) - {INQUIRY, DECLINED}
"""What others' calendars show: whatever may have been kept for somebody once, and nothing that is only asked for."""


@dataclass(frozen=True, slots=True)
class Use:
    """One space for one time. `atoms` are its parts and the buffers its needs at the time of booking, in minutes."""

    space: str
    atoms: tuple[str, ...]
    show: Span
    build_up: Span | None = None
    dismantling: Span | None = None
    before: int = 0
    after: int = 0

    @property
    def spans(self) -> list[Span]:
        """The minutes that it takes, phases that touch as one."""
        return merged(span for span in (self.build_up, self.show, self.dismantling) if span is not None)

    @property
    def start(self) -> int:
        """When its first phase begins."""
        return (self.build_up or self.show).start

    @property
    def end(self) -> int:
        """When its last phase ends."""
        return (self.dismantling or self.show).end


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to talk to. Personal data."""

    name: str
    email: str = ""
    phone: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is to have the booking in their calendar. Personal data."""

    name: str
    email: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Details:
    """What a function sheet tells beyond spaces and times. `programme` is (minute, text)."""

    title: str = ""
    people: int | None = None
    setup: str = ""
    equipment: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    programme: tuple[tuple[int, str], ...] = ()
    notes: str = ""
    participants: tuple[Participant, ...] = ()


class Challenge(NamedTuple):
    """An option behind this one wants it to go definite until then, or to yield."""

    answer_by: int
    challenger: str


@dataclass(frozen=True, slots=True)
class SpaceBooking:
    """Spaces of one venue booked together by an organizer.

    `order` is an option's place among all, `rank` what that makes it at its worst minute; it `waits` where something
    firm is in its way. `expires_at` is when an option runs out, 0 for never; `challenges` are those that it has to
    answer, the most urgent first, `answers_by` is when those whom it challenged have to. `override` is why it was put
    before others. `wanted` is what an inquiry asks for. `series` names those that recur together; one that was moved by
    itself since stands `apart`. `uid` is its name in the calendar that it was imported from.
    """

    id: str
    venue: str
    organizer: str
    venue_organizer: str
    time_zone: str
    uses: tuple[Use, ...]
    state: SpaceState
    details: Details = field(default_factory=Details)
    wanted: SpaceState = DEFINITE
    order: int = 0
    rank: int = 0
    waits: bool = False
    expires_at: int = 0
    challenges: tuple[Challenge, ...] = ()
    answers_by: int = 0
    override: str = ""
    may_override: tuple[str, ...] = ()
    reason: str = ""
    series: str = ""
    apart: bool = False
    uid: str = ""

    @property
    def start(self) -> int:
        """When the first of its phases begins."""
        return min(use.start for use in self.uses)

    @property
    def end(self) -> int:
        """When the last of its phases ends."""
        return max(use.end for use in self.uses)

    @property
    def live(self) -> bool:
        """Whether something may still become of it."""
        return self.state in (INQUIRY, OPTION, DEFINITE, BLOCKED)

    @property
    def invitations(self) -> int:
        """To how many mails it leads that its participants are invited: one a person and time, once it is definite."""
        if self.state is not DEFINITE:
            return 0
        return len(self.details.participants) * len({use.show for use in self.uses})

    @property
    def answer_by(self) -> int:
        """Until when its holder has to answer whoever challenged it; 0 where nobody did."""
        return self.challenges[0].answer_by if self.challenges else 0

    @property
    def until(self) -> int:
        """When an option ends by itself; 0 where it does not."""
        if self.state is not OPTION:
            return 0
        return min((minute for minute in (self.expires_at, self.answer_by) if minute), default=0)

    @property
    def due_at(self) -> int:
        """When time alone changes it; 0 for never."""
        match self.state:
            case SpaceState.OPTION:
                return self.until
            case SpaceState.DEFINITE:
                return self.end
            case SpaceState.INQUIRY:
                return self.start
        return 0

    def claims(self) -> list[tuple[str, Claim]]:
        """What it claims, as (atom, claim)."""
        standing = STANDINGS.get(self.state)
        if standing is None:
            return []
        return claims_of(self.uses, self.id, standing, self.order, self.until)


def claims_of(
    uses: Iterable[Use], booking: str = "", standing: Standing = Standing.INQUIRY, order: int = 0, until: int = 0
) -> list[tuple[str, Claim]]:
    """What uses claim, as (atom, claim); nobody's, and worth nothing, unless it is said whose and how much."""
    return [
        (atom, Claim(booking, span.start, span.end, use.before, use.after, standing, order, until))
        for use in uses
        for span in use.spans
        for atom in use.atoms
    ]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A booking as it became at an instant: what was so, for questions about the past."""

    booking: SpaceBooking
    version: int
    at: datetime


def twice(uses: Iterable[Use]) -> tuple[str, Use, Use] | None:
    """An atom that a booking would take twice at once, with the two uses; None where there is none."""
    taken: dict[str, list[tuple[Span, Use]]] = {}
    for use in uses:
        for atom in use.atoms:
            taken.setdefault(atom, []).extend((span, use) for span in use.spans)
    for atom, spans in taken.items():
        spans.sort(key=lambda found: found[0])
        for (span, use), (following, other) in pairwise(spans):
            if following.start < span.end:
                return atom, use, other
    return None
