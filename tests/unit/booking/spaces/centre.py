"""A made-up exchange centre on a ledger: its settings, and short ways to ask for its spaces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.booking.domain.actor import Actor
from services.booking.domain.spaces import commands
from services.booking.domain.spaces.asking import Wanted
from services.booking.domain.spaces.booking import DEFINITE, Details, SpaceBooking, SpaceState
from services.booking.domain.spaces.venue import Policy, Space, Venue
from services.booking.handlers import spaces as handlers
from services.booking.ports import SPACE_BOOKING
from shared.runtime.decision import Accepted, Outcome, Rejected
from tests.unit.booking.ledger import Ledger

KEEPER = Actor(organizer="centre")
POLICY = Policy(option_days=2, options_max=9, challenge_minutes=300, cancellation=((30, 50), (7, 100)))
CENTRE = Venue("c", "centre", "Europe/Berlin", policy=POLICY)


def space(name: str, *atoms: str, **more: Any) -> Space:
    return Space(id=f"c/{name}", venue="c", compositions=(("", atoms or (name,)),), **more)


def organizer(name: str) -> Actor:
    return Actor(organizer=name)


class Centre:
    """The ledger of one venue with these spaces."""

    def __init__(self, *spaces: Space, venue: Venue = CENTRE, now: datetime | None = None) -> None:
        self.ledger = Ledger()
        if now is not None:
            self.ledger.now = now
        self.ledger.do(handlers.describe_venue(venue))
        for one in spaces:
            self.ledger.do(handlers.describe_space(one))
        self._made = 0

    def book(
        self,
        spaces: str | tuple[str, ...],
        start: datetime | str,
        end: datetime | str,
        *,
        who: str = "ann",
        state: SpaceState = DEFINITE,
        actor: Actor | None = None,
        phases: Mapping[str, tuple[datetime | str, datetime | str]] | None = None,
        **more: Any,
    ) -> Outcome:
        """Ask for spaces; times may be text in ISO 8601."""
        names = (spaces,) if isinstance(spaces, str) else spaces
        around = {name: (moment(first), moment(last)) for name, (first, last) in (phases or {}).items()}
        wanted = tuple(Wanted(f"c/{name}", (moment(start), moment(end)), **around) for name in names)
        return self.ask(wanted, who=who, state=state, actor=actor, **more)

    def ask(
        self,
        wanted: tuple[Wanted, ...],
        *,
        who: str = "ann",
        state: SpaceState = DEFINITE,
        actor: Actor | None = None,
        title: str = "",
        **more: Any,
    ) -> Outcome:
        self._made += 1
        command = commands.BookSpaces(
            actor or organizer(who),
            f"b{self._made}",
            "c",
            who,
            wanted,
            state,
            **{"details": Details(title=title), **more},
        )
        return self.ledger.do(handlers.book(command))

    def booked(self, *asked: Any, **more: Any) -> str:
        """The id of a booking that must succeed."""
        return only(self.book(*asked, **more)).id

    def booking(self, id_: str) -> SpaceBooking:
        found = self.ledger.get(SPACE_BOOKING, id_)
        assert isinstance(found, SpaceBooking)
        return found

    def state(self, id_: str) -> tuple[str, int]:
        """The state and rank of a booking."""
        found = self.booking(id_)
        return str(found.state), found.rank


def moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def only(outcome: Outcome) -> SpaceBooking:
    """The one booking that an accepted command tells of."""
    assert isinstance(outcome, Accepted), outcome
    [(found, _)] = outcome.answer.bookings
    assert isinstance(found, SpaceBooking)
    return found


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason
