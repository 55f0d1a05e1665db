"""What happened to a reservation of booths or to a booking of spaces, who is invited to it, and whom it concerns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.notification.domain.recipients import Party, Recipient


class Kind(StrEnum):
    """The kinds of news; each has its texts and its preferences."""

    HELD = "held"
    EXTENDED = "extended"
    CONFIRMED = "confirmed"
    SOLD = "sold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CO_EXHIBITORS_CHANGED = "co-exhibitors-changed"
    ADMITTED = "admitted"
    SPACE_REQUESTED = "space-requested"
    SPACE_OPTIONED = "space-optioned"
    SPACE_DEFINITE = "space-definite"
    SPACE_CHALLENGED = "space-challenged"
    SPACE_CHALLENGE_MADE = "space-challenge-made"
    SPACE_CHALLENGE_LIFTED = "space-challenge-lifted"
    SPACE_RANK_CHANGED = "space-rank-changed"
    SPACE_OVERTAKEN = "space-overtaken"
    SPACE_YIELDED = "space-yielded"
    SPACE_EXPIRED = "space-expired"
    SPACE_RESCHEDULED = "space-rescheduled"
    SPACE_CANCELLED = "space-cancelled"
    SPACE_DECLINED = "space-declined"
    SPACE_NO_SHOW = "space-no-show"
    SPACE_BLOCKED = "space-blocked"
    SPACE_UNBLOCKED = "space-unblocked"
    INVITED = "invited"
    UNINVITED = "uninvited"

    @property
    def of_spaces(self) -> bool:
        """Whether it is news of a booking of spaces."""
        return self.value.startswith("space-")

    @property
    def of_invitations(self) -> bool:
        """Whether it goes to participants, who have no inbox and no preferences."""
        return self in (Kind.INVITED, Kind.UNINVITED)


class Audience(StrEnum):
    """As whom somebody is told; the same news reads differently to each."""

    MAIN = "main"
    CO = "co"
    REMOVED = "removed"
    ADMITTED = "admitted"
    ORGANIZER = "organizer"
    BOOKER = "booker"
    VENUE = "venue"
    ALLOWED = "allowed"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of an ISO 4217 currency."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class BoothNews:
    """One event of a reservation: `cause` is its id, `at` its time (UTC), `sequence` its place among them.

    `price` is that of all its booths; None where it is not known.
    """

    cause: str
    at: datetime
    sequence: int
    kind: Kind
    fair: str
    organizer: str
    reservation: str
    booths: tuple[str, ...]
    exhibitor: str
    co_exhibitors: tuple[str, ...] = ()
    admitted: str | None = None
    expires_at: datetime | None = None
    extensions: int = 0
    reason: str = ""
    price: Money | None = None

    @property
    def places(self) -> frozenset[str]:
        """No venues or spaces."""
        return frozenset()

    @property
    def ends_reservation(self) -> bool:
        """Whether nothing more can happen to the reservation's companions."""
        return self.kind in (Kind.CANCELLED, Kind.EXPIRED)

    def named(self, co_exhibitors_max: int) -> set[str]:
        """The exhibitors whom a text about it names, of the co-exhibitors the first few."""
        return {self.exhibitor, *self.co_exhibitors[:co_exhibitors_max], *filter(None, (self.admitted,))}

    def booth_labels(self) -> tuple[str, ...]:
        """The booths as people say them: `hall/number`, without the fair."""
        return tuple(booth.removeprefix(f"{self.fair}/") for booth in self.booths)

    def audience(self, companions_before: tuple[str, ...]) -> dict[Recipient, Audience]:
        """Everybody whom it concerns, as whom they are told; see `concerned`."""
        told: dict[Recipient, Audience] = {}

        def tell(exhibitor: str, audience: Audience) -> None:
            told.setdefault(Recipient(Party.EXHIBITOR, exhibitor), audience)

        tell(self.exhibitor, Audience.MAIN)
        if self.admitted:
            tell(self.admitted, Audience.ADMITTED)
        for exhibitor in self.co_exhibitors:
            tell(exhibitor, Audience.CO)
        if self.kind is Kind.CO_EXHIBITORS_CHANGED:
            for exhibitor in companions_before:
                tell(exhibitor, Audience.REMOVED)
        told.setdefault(Recipient(Party.ORGANIZER, self.organizer), Audience.ORGANIZER)
        return told


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open interval of instants (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SpaceTime:
    """One space (venue/space) for one time."""

    space: str
    show: Span
    build_up: Span | None = None
    dismantling: Span | None = None


@dataclass(frozen=True, slots=True)
class SpaceNews:
    """One event of a booking of spaces, or of a blocking. `organizer` books, `venue_organizer` runs the venue.

    An option `waits` where something firm is in its way. `deadline` is until when an option or a challenge runs,
    `due_percent` what a cancellation costs, `former` where a booking was before. The same happened to `others` more;
    whether these are of one series it says with `recurs`.
    """

    cause: str
    at: datetime
    sequence: int
    kind: Kind
    venue: str
    organizer: str
    venue_organizer: str
    booking: str
    time_zone: str
    uses: tuple[SpaceTime, ...]
    title: str = ""
    rank: int = 0
    waits: bool = False
    deadline: datetime | None = None
    reason: str = ""
    due_percent: int = 0
    former: tuple[SpaceTime, ...] = ()
    others: int = 0
    recurs: bool = False
    alternatives: tuple[SpaceTime, ...] = ()
    may_override: tuple[str, ...] = ()

    @property
    def fair(self) -> str:
        """No fair's."""
        return ""

    @property
    def places(self) -> frozenset[str]:
        """Ids of the venue and the spaces that a text about it names."""
        return frozenset({self.venue, *(use.space for use in (*self.uses, *self.former, *self.alternatives))})

    def named(self, co_exhibitors_max: int) -> set[str]:  # noqa: ARG002 - no exhibitor is named, however many may be
        """No exhibitors."""
        return set()

    def audience(self, companions_before: tuple[str, ...]) -> dict[Recipient, Audience]:  # noqa: ARG002 - nor these
        """Everybody whom it concerns, as whom they are told; see `concerned`."""
        told = {Recipient(Party.ORGANIZER, self.venue_organizer): Audience.VENUE}
        if self.kind is not Kind.SPACE_BLOCKED:
            told.setdefault(Recipient(Party.ORGANIZER, self.organizer), Audience.BOOKER)
        for organizer in self.may_override:
            told.setdefault(Recipient(Party.ORGANIZER, organizer), Audience.ALLOWED)
        return told


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is invited. Personal data."""

    name: str
    email: str
    language: str

    @property
    def address(self) -> str:
        """The address by which two invitations are to the same person."""
        return self.email.casefold()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One time of a booking, and the spaces (venue/space) that it is in."""

    span: Span
    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvitationNews:
    """One participant is invited to one time of a booking, anew or as it has become; or is so no more.

    `place` is the time's among those of the booking: with the booking it is what a calendar knows the event by.
    `sequence` rises with every change of the booking, as RFC 5546 section 2.1.4 wants it.
    """

    cause: str
    at: datetime
    sequence: int
    kind: Kind
    venue: str
    organizer: str
    booking: str
    time_zone: str
    title: str
    place: int
    sitting: Sitting
    participant: Participant

    @property
    def fair(self) -> str:
        """No fair's."""
        return ""

    @property
    def places(self) -> frozenset[str]:
        """Ids of the venue and the spaces that a text about it names."""
        return frozenset({self.venue, *self.sitting.spaces})

    def named(self, co_exhibitors_max: int) -> set[str]:  # noqa: ARG002 - no exhibitor is named, however many may be
        """No exhibitors."""
        return set()

    def audience(self, companions_before: tuple[str, ...]) -> dict[Recipient, Audience]:  # noqa: ARG002 - nor these
        """The participant, by an id that is no address."""
        known = f"{self.booking}\0{self.place}\0{self.participant.address}"
        id_ = hashlib.sha256(known.encode()).hexdigest()[:24]
        return {Recipient(Party.PARTICIPANT, id_): Audience.PARTICIPANT}


Happening = BoothNews | SpaceNews | InvitationNews
"""One event that somebody is to hear of."""


def concerned(happening: Happening, companions_before: tuple[str, ...] = ()) -> tuple[tuple[Recipient, Audience], ...]:
    """Everybody whom a happening concerns, each once, as whom they are told.

    `companions_before` are the co-exhibitors before it; who is not among them any more is told so.
    """
    return tuple(happening.audience(companions_before).items())
