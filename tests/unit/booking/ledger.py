"""Decisions without a committer: a dictionary of aggregates that checks what every decision must keep to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.booking import handlers
from services.booking.adapters import space_store
from services.booking.adapters.store import KINDS
from services.booking.domain import commands
from services.booking.domain.actor import Actor
from services.booking.domain.booth import Booth, BoothState
from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation
from services.booking.domain.spaces.events import ChallengeMade, Told
from services.booking.ports import BOOTH, FAIR, HOLDER, RESERVATION, SPACE_BOOKING
from shared.contracts.events import BoothNow, Event, ReservationEvent
from shared.runtime.decision import Accepted, Change, Decide, Outcome, Rejected
from shared.runtime.store import OutboxEvent

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
EXPO = Fair("expo", "sco", hold_ttl_seconds=900, hold_extensions_max=2, held_booths_max=4)
ORGANIZER = Actor(organizer="sco")
_KINDS = {kind.name: kind for kind in (*KINDS, *space_store.KINDS)}
_TOLD = {BOOTH: 1, RESERVATION: 1, SPACE_BOOKING: 2}
"""How many wire events tell of a change, by the kind of what changed."""


class Ledger:
    """Aggregates by (kind, id); time stands still until it is moved."""

    def __init__(self, *settings: Fair) -> None:
        self.now = NOON
        self.told: list[OutboxEvent] = []
        self._states: dict[tuple[str, str], tuple[Any, int]] = {}
        self._made = 0
        for fair in settings or (EXPO,):
            self.do(handlers.publish_fair(fair))

    def get(self, kind: str, id_: str) -> Any | None:
        return self._states.get((kind, id_), (None, 0))[0]

    def get_many(self, kind: str, ids: Iterable[str]) -> list[Any | None]:
        return [self.get(kind, id_) for id_ in ids]

    def peek(self, kind: str, id_: str) -> Any | None:
        return self.get(kind, id_)

    def version(self, kind: str, id_: str) -> int:
        return self._states.get((kind, id_), (None, 0))[1]

    def wait(self, **parts: float) -> None:
        self.now += timedelta(**parts)

    def do(self, decide: Decide) -> Outcome:
        """Decide and apply. Each aggregate changes once, and tells of it as often as it should."""
        outcome = decide(self, self.now)
        if isinstance(outcome, Rejected):
            return outcome
        touched = [(change.kind, change.id) for change in outcome.changes]
        assert len(set(touched)) == len(touched), "an aggregate changed twice in one decision"
        for change in outcome.changes:
            kind = _KINDS[change.kind]
            version = self.version(change.kind, change.id) + 1
            document = {"_id": change.id, "v": version, **kind.encode(change.state)}
            assert kind.decode(document) == change.state, "what is stored is not what was decided"
            assert change.state != self.get(change.kind, change.id) or change.kind == RESERVATION or _challenges(change)
            assert not change.fresh or version == 1
            told = [
                out
                for event in change.events
                if kind.wire
                for out in kind.wire(change.id, change.state, event, version, self.now)
            ]
            # Where somebody may have to be invited, that is told too.
            assert len(told) - _TOLD.get(change.kind, 0) in ((0, 1) if change.kind == SPACE_BOOKING else (0,))
            assert all(out.key == change.id for out in told)
            self.told += told
            self._states[change.kind, change.id] = (change.state, version)
        return outcome

    def list(self, *numbers: str, parts: dict[str, list[str]] | None = None, fair: str = "expo") -> None:
        """List booths of hall 1; `parts` names those that lie inside another."""
        parts = parts or {}
        for number in numbers:
            inside = [whole for whole, its in parts.items() if number in its]
            self.do(
                handlers.list_booth(
                    commands.ListBooth(
                        booth=booth(number, fair),
                        fair=fair,
                        hall="1",
                        number=number,
                        area_m2=12.0,
                        parts=tuple(booth(part, fair) for part in parts.get(number, [])),
                        part_of=tuple(booth(whole, fair) for whole in inside),
                    )
                )
            )

    def hold(self, exhibitor: str, *numbers: str, actor: Actor | None = None, co: tuple[str, ...] = ()) -> Outcome:
        self._made += 1
        return self.do(
            handlers.hold(
                commands.Hold(
                    actor=actor or Actor(exhibitor=exhibitor),
                    reservation=f"r{self._made}",
                    fair="expo",
                    booths=tuple(booth(number) for number in numbers),
                    exhibitor=exhibitor,
                    co_exhibitors=co,
                )
            )
        )

    def held(self, exhibitor: str, *numbers: str, co: tuple[str, ...] = ()) -> str:
        """The id of a hold that must succeed."""
        outcome = self.hold(exhibitor, *numbers, co=co)
        assert isinstance(outcome, Accepted), outcome
        found: str = outcome.answer.reservation.id
        return found

    def booth(self, number: str) -> Booth:
        found = self.get(BOOTH, booth(number))
        assert isinstance(found, Booth)
        return found

    def states(self, *numbers: str) -> list[BoothState]:
        return [self.booth(number).state for number in numbers]

    def reservation(self, id_: str) -> Reservation:
        found = self.get(RESERVATION, id_)
        assert isinstance(found, Reservation)
        return found

    def holds(self, exhibitor: str) -> int:
        holder = self.get(HOLDER, f"expo/{exhibitor}")
        return 0 if holder is None else holder.held(self.now)

    def events(self, key: str) -> list[Event]:
        """What was told of one aggregate, in order."""
        return [out.data for out in self.told if out.key == key and isinstance(out.data, ReservationEvent | BoothNow)]

    def fair(self, id_: str = "expo") -> Fair:
        found = self.get(FAIR, id_)
        assert isinstance(found, Fair)
        return found


def booth(number: str, fair: str = "expo") -> str:
    return f"{fair}/1/{number}"


def refused(outcome: Outcome) -> str:
    """The reason of a refusal."""
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


def _challenges(change: Change) -> bool:
    """Two challenges within a minute are two events of a booking that is as it was."""
    return any(isinstance(told, Told) and isinstance(told.event, ChallengeMade) for told in change.events)
