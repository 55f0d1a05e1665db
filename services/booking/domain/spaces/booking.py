"""A booking of spaces, and its life.

inquiry -> option | definite, option -> definite -> completed | no-show; every live one may be cancelled. An inquiry may
be declined, an option may yield or expire: its deadlines are part of every rule, timer or no timer. A blocking is kept
in the same way, because it claims the same minutes; it is blocked, then unblocked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from services.booking.domain.spaces.calendar import Claim, Standing
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import DAY, Span, merged
from services.booking.domain.spaces.venue import Policy


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


@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody asks for spaces."""


@dataclass(frozen=True, slots=True)
class Optioned:
    """Spaces are kept provisionally; `override` is why before others, if so."""

    override: str = ""


@dataclass(frozen=True, slots=True)
class WentDefinite:
    """A booking is firm; `override` is why what was in its way did not count, if so."""

    override: str = ""


@dataclass(frozen=True, slots=True)
class Challenged:
    """An option's holder must answer."""

    challenger: str


@dataclass(frozen=True, slots=True)
class ChallengeMade:
    """An option's holder asked those before it to decide."""

    challenged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChallengeLifted:
    """Somebody who challenged an option waits for it no longer."""


@dataclass(frozen=True, slots=True)
class RankChanged:
    """An option moved in the order, or waits behind something firm, or does so no more."""

    former: int


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The venue put another booking before an option, and says why."""

    by: str
    reason: str
    former: int


@dataclass(frozen=True, slots=True)
class Yielded:
    """An option gave way."""

    in_silence: bool = False


@dataclass(frozen=True, slots=True)
class OptionExpired:
    """An option ran out, or a request that nobody answered."""


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """Other spaces or times than before; `override` is why before others, if so."""

    former: tuple[Use, ...]
    override: str = ""


@dataclass(frozen=True, slots=True)
class DetailsChanged:
    """Its spaces and times are the same."""


@dataclass(frozen=True, slots=True)
class SpaceCancelled:
    """Given up."""

    due_percent: int


@dataclass(frozen=True, slots=True)
class Declined:
    """A request was refused; `alternatives` could be had."""

    alternatives: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Completed:
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """A no-show."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Spaces are out of use."""


@dataclass(frozen=True, slots=True)
class Unblocked:
    """Spaces are in use again."""


SpaceEvent = (
    Requested
    | Optioned
    | WentDefinite
    | Challenged
    | ChallengeMade
    | ChallengeLifted
    | RankChanged
    | Overtaken
    | Yielded
    | OptionExpired
    | Rescheduled
    | DetailsChanged
    | SpaceCancelled
    | Declined
    | Completed
    | NobodyCame
    | Blocked
    | Unblocked
)
SpaceStep = tuple[SpaceBooking, SpaceEvent]
"""A booking's new state, and the one event that tells of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: of `others` too, or by that of another booking to which the same decision did the same.

    So that whoever books a series hears of it once.
    """

    event: SpaceEvent
    told_by: str = ""
    others: int = 0


def together(steps: Mapping[str, SpaceStep]) -> dict[str, Told]:
    """How each of one decision's events is told: what recurs, and what was imported for the same spaces, is told of by
    the earliest, as far as there is the same to be told.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for id_, (state, event) in steps.items():
        imported = bool(state.uid) and isinstance(event, Requested | WentDefinite)
        batch = state.series or ("imported" if imported else id_)
        spaces = tuple(sorted({use.space for use in state.uses}))
        alike = (state.rank, state.waits, state.expires_at, state.challenges, state.reason, spaces, _same(state, event))
        groups.setdefault((batch, state.organizer, state.venue_organizer, type(event), alike), []).append(id_)
    found = {}
    for ids in groups.values():
        first, *others = sorted(ids, key=lambda id_: (steps[id_][0].start, id_))
        found[first] = Told(steps[first][1], others=len(others))
        found.update({id_: Told(steps[id_][1], told_by=first) for id_ in others})
    return found


def _same(state: SpaceBooking, event: SpaceEvent) -> object:
    """What an event tells beside the booking, as it must agree for one to be told of by another."""
    if isinstance(event, Rescheduled):
        shifts = tuple(sorted(new.start - old.start for old, new in zip(event.former, state.uses, strict=False)))
        return shifts, tuple(sorted({use.space for use in event.former})), event.override
    return event


def definite(booking: SpaceBooking, override: str = "") -> SpaceStep:
    """The booking, firm."""
    return replace(_settled(booking), state=DEFINITE, order=0, override=override), WentDefinite(override)


def optioned(booking: SpaceBooking, *, order: int, expires_at: int, override: str = "") -> SpaceStep:
    """The booking, as an option in that place."""
    return replace(booking, state=OPTION, order=order, expires_at=expires_at, override=override), Optioned(override)


def challenge(booking: SpaceBooking, challenger: str, answer_by: int) -> SpaceStep | None:
    """The option, asked to go definite or yield; None where the same one has asked already."""
    if any(known.challenger == challenger for known in booking.challenges):
        return None
    challenges = tuple(sorted((*booking.challenges, Challenge(answer_by, challenger))))
    return replace(booking, challenges=challenges), Challenged(challenger)


def challenge_made(booking: SpaceBooking, answers_by: int, challenged: tuple[str, ...]) -> SpaceStep:
    """The option whose holder asked those before it to decide until then."""
    return replace(booking, answers_by=answers_by), ChallengeMade(challenged)


def challenged_by(booking: SpaceBooking, challengers: Collection[str]) -> SpaceBooking:
    """The option, with only the challenges of these."""
    challenges = tuple(known for known in booking.challenges if known.challenger in challengers)
    return booking if challenges == booking.challenges else replace(booking, challenges=challenges)


def overdue(booking: SpaceBooking, now: int) -> SpaceStep | None:
    """What time alone made of it, if its challengers wait still; None where nothing is due, or not yet."""
    if not 0 < booking.due_at <= now:
        return None
    match booking.state:
        case SpaceState.DEFINITE:
            return replace(booking, state=COMPLETED), Completed()
        case SpaceState.OPTION if booking.answer_by and booking.answer_by == booking.until:
            return yielded(booking, in_silence=True)
        case _:
            return replace(_settled(booking), state=EXPIRED), OptionExpired()


def yielded(booking: SpaceBooking, *, in_silence: bool) -> SpaceStep:
    """The option, gone out of the way."""
    return replace(_settled(booking), state=YIELDED), Yielded(in_silence)


def declined(booking: SpaceBooking, reason: str, alternatives: tuple[Use, ...]) -> SpaceStep:
    """The request, refused."""
    return replace(booking, state=DECLINED, reason=reason), Declined(alternatives)


def cancelled(booking: SpaceBooking, policy: Policy, now: int, reason: str) -> SpaceStep:
    """The booking, given up; a definite one by the venue's terms, counted in whole days before it begins."""
    due = policy.due_percent(max(0, booking.start - now) // DAY) if booking.state is DEFINITE else 0
    return replace(_settled(booking), state=CANCELLED, reason=reason), SpaceCancelled(due)


def nobody_came(booking: SpaceBooking, now: int) -> SpaceStep | Refused:
    """A no-show, once its show has begun."""
    if booking.state not in (DEFINITE, COMPLETED):
        return Refused("not-definite", f"The booking is {booking.state}; only a definite one can be a no-show.")
    if min(use.show.start for use in booking.uses) > now:
        return Refused("not-begun", "Its show has not begun yet; cancel it instead.")
    return replace(booking, state=NO_SHOW), NobodyCame()


def unblocked(booking: SpaceBooking) -> SpaceStep:
    """The blocking, lifted."""
    return replace(booking, state=UNBLOCKED), Unblocked()


def rescheduled(booking: SpaceBooking, uses: tuple[Use, ...], override: str = "") -> SpaceStep:
    """The booking, at other spaces or times."""
    return replace(booking, uses=uses, override=override or booking.override), Rescheduled(booking.uses, override)


def with_details(booking: SpaceBooking, details: Details) -> SpaceStep | None:
    """The booking, saying something else of itself; None where that is the same."""
    return None if details == booking.details else (replace(booking, details=details), DetailsChanged())


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


def _settled(booking: SpaceBooking) -> SpaceBooking:
    return replace(booking, rank=0, waits=False, expires_at=0, challenges=(), answers_by=0)
