"""The life of reservations against a model that knows nothing of booths' documents, holders or versions.

The model keeps a list of reservations and asks of each moment: who holds which floor now? Several exhibitors, a joint
stand and its parts, time that passes, and expiry that sometimes has a sweeper and sometimes has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, consumes, invariant, multiple, rule

from services.booking import handlers
from services.booking.domain import commands
from services.booking.domain.actor import Actor
from services.booking.ports import BOOTH
from shared.contracts.events import BoothNow
from shared.runtime.decision import Accepted, Decide, Outcome, Rejected

from .ledger import EXPO, ORGANIZER, Ledger, booth

PARTS = {"P": ["P1", "P2"]}
NUMBERS = ["P", "P1", "P2", "A", "B", "C"]
OVERLAPS = {"P": {"P1", "P2"}, "P1": {"P"}, "P2": {"P"}}
EXHIBITORS = ["acme", "beta", "coop"]

exhibitors = st.sampled_from(EXHIBITORS)
some_booths = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3, unique=True)


@dataclass
class Kept:
    """A reservation as the model sees it."""

    exhibitor: str
    booths: list[str]
    until: datetime
    state: str = "held"
    extensions: int = 0
    friends: set[str] = field(default_factory=set)
    admitted: set[str] = field(default_factory=set)

    def alive(self, now: datetime) -> bool:
        return self.state in {"confirmed", "sold"} or (self.state == "held" and now < self.until)

    def welcomes(self, exhibitor: str) -> bool:
        return exhibitor in {self.exhibitor, *self.friends, *self.admitted}


class Life(RuleBasedStateMachine):
    """Every command at any time, in any order; the model says what must come of it."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.ledger.list(*NUMBERS, parts=PARTS)
        self.model: dict[str, Kept] = {}
        self.blocked: set[str] = set()

    def _holder(self, number: str) -> Kept | None:
        [*alive] = (kept for kept in self.model.values() if number in kept.booths and kept.alive(self.ledger.now))
        assert len(alive) <= 1
        return alive[0] if alive else None

    def _why_not(self, number: str, asker: str) -> str | None:
        if number in self.blocked:
            return "booth-blocked"
        if self._holder(number):
            return "booth-taken"
        for other in OVERLAPS.get(number, set()):
            holder = self._holder(other)
            if other in self.blocked or (holder and not holder.welcomes(asker)):
                return "joint-stand-taken"
        return None

    def _held(self, exhibitor: str) -> int:
        mine = (kept for kept in self.model.values() if kept.exhibitor == exhibitor and kept.state == "held")
        return sum(len(kept.booths) for kept in mine if kept.alive(self.ledger.now))

    def _expect(self, outcome: Outcome, reason: str | None) -> None:
        if reason is None:
            assert isinstance(outcome, Accepted), outcome
        else:
            assert isinstance(outcome, Rejected), (reason, outcome)
            assert outcome.reason == reason

    @rule(target=ids, exhibitor=exhibitors, numbers=some_booths, friends=st.sets(exhibitors, max_size=1))
    def hold(self, exhibitor: str, numbers: list[str], friends: set[str]) -> str | MultipleResults[str]:
        friends = friends - {exhibitor}
        expected = {f"1/{n}": why for n in numbers if (why := self._why_not(n, exhibitor))}
        full = self._held(exhibitor) + len(numbers) > EXPO.held_booths_max
        outcome = self.ledger.hold(exhibitor, *numbers, co=tuple(friends))
        if isinstance(outcome, Rejected):
            assert {item["booth"]: item["reason"] for item in outcome.items} == expected
            assert expected or (full and outcome.reason == "held-booths-cap")
            return multiple()
        assert not expected
        assert not full
        id_: str = outcome.answer.reservation.id
        until = self.ledger.now + timedelta(seconds=EXPO.hold_ttl_seconds)
        self.model[id_] = Kept(exhibitor, numbers, until, friends=friends)
        return id_

    def _command(self, id_: str, decide: Decide, allowed: set[str], *, otherwise: dict[str, str]) -> Kept | None:
        """Do it, and expect the refusal that the model's state calls for; the model's reservation if it was done."""
        outcome = self.ledger.do(decide)
        kept = self.model.get(id_)
        if kept is None:
            self._expect(outcome, "reservation-unknown")
            return None
        lapsed = kept.state == "held" and not kept.alive(self.ledger.now)
        state = "expired" if lapsed else kept.state
        told = {"expired": "hold-expired", "confirmed": "already-confirmed", "sold": "already-sold"}
        told |= {"cancelled": "already-cancelled", **otherwise}
        self._expect(outcome, None if state in allowed else told[state])
        return kept if state in allowed else None

    @rule(id_=ids)
    def extend(self, id_: str) -> None:
        kept = self.model.get(id_)
        used_up = kept is not None and kept.extensions >= EXPO.hold_extensions_max
        decide = handlers.extend(commands.Extend(self._owner(id_), id_))
        allowed = set() if used_up else {"held"}
        if done := self._command(id_, decide, allowed, otherwise={"held": "extensions-used-up"}):
            done.until += timedelta(seconds=EXPO.hold_ttl_seconds)
            done.extensions += 1

    @rule(id_=ids)
    def confirm(self, id_: str) -> None:
        decide = handlers.confirm(commands.Confirm(self._owner(id_), id_))
        if done := self._command(id_, decide, {"held"}, otherwise={}):
            done.state = "confirmed"

    @rule(id_=ids)
    def sell(self, id_: str) -> None:
        decide = handlers.sell(commands.Sell(ORGANIZER, id_))
        if done := self._command(id_, decide, {"confirmed"}, otherwise={"held": "not-confirmed"}):
            done.state = "sold"

    @rule(id_=ids, by_organizer=st.booleans())
    def cancel(self, id_: str, by_organizer: bool) -> None:
        actor = ORGANIZER if by_organizer else self._owner(id_)
        allowed = {"held", "confirmed", "sold"} if by_organizer else {"held", "confirmed"}
        if done := self._command(id_, handlers.cancel(commands.Cancel(actor, id_)), allowed, otherwise={}):
            done.state = "cancelled"

    @rule(id_=ids, whom=exhibitors)
    def admit(self, id_: str, whom: str) -> None:
        decide = handlers.admit(commands.Admit(self._owner(id_), id_, whom))
        if done := self._command(id_, decide, {"held", "confirmed", "sold"}, otherwise={}):
            done.admitted.add(whom)

    @rule(target=ids, id_=ids, whom=exhibitors)
    def a_guest_is_admitted_and_asks(self, id_: str, whom: str) -> str | MultipleResults[str]:
        kept = self.model.get(id_)
        beside = sorted({other for number in (kept.booths if kept else []) for other in OVERLAPS.get(number, set())})
        self.admit(id_, whom)
        return self.hold(whom, beside[:1], set()) if beside else multiple()

    @rule(id_=ids, friends=st.sets(exhibitors, max_size=2))
    def change_co_exhibitors(self, id_: str, friends: set[str]) -> None:
        command = commands.ChangeCoExhibitors(self._owner(id_), id_, tuple(sorted(friends)))
        live = {"held", "confirmed", "sold"}
        if done := self._command(id_, handlers.change_co_exhibitors(command), live, otherwise={}):
            done.friends = friends - {done.exhibitor}

    @rule(id_=ids, whom=exhibitors)
    def meddle(self, id_: str, whom: str) -> None:
        kept = self.model.get(id_)
        if kept is not None and kept.exhibitor != whom:
            outcome = self.ledger.do(handlers.cancel(commands.Cancel(Actor(exhibitor=whom), id_)))
            self._expect(outcome, "not-yours")

    @rule(number=st.sampled_from(NUMBERS))
    def block(self, number: str) -> None:
        taken = self._holder(number) is not None
        outcome = self.ledger.do(handlers.block(commands.Block(ORGANIZER, "expo", (booth(number),))))
        self._expect(outcome, "booth-taken" if taken else None)
        if not taken:
            self.blocked.add(number)

    @rule()
    def unblock_all(self) -> None:
        if self.blocked:
            ids = tuple(booth(number) for number in sorted(self.blocked))
            self._expect(self.ledger.do(handlers.unblock(commands.Unblock(ORGANIZER, "expo", ids))), None)
            self.blocked.clear()

    @rule(seconds=st.sampled_from([1, 299, 450, 899, 900]))
    def time_passes(self, seconds: int) -> None:
        self.ledger.wait(seconds=seconds)

    @rule(id_=consumes(ids))
    def a_timer_fires(self, id_: str) -> None:
        self._expect(self.ledger.do(handlers.expire(commands.Expire(id_))), None)

    @rule()
    def the_sweeper_comes_by(self) -> None:
        for id_ in self.model:
            self._expect(self.ledger.do(handlers.expire(commands.Expire(id_))), None)
        for number in NUMBERS:
            assert not self.ledger.booth(number).overdue(self.ledger.now)

    def _owner(self, id_: str) -> Actor:
        kept = self.model.get(id_)
        return Actor(exhibitor=kept.exhibitor if kept else "acme")

    @invariant()
    def every_booth_is_in_the_hands_that_the_model_says(self) -> None:
        for number in NUMBERS:
            found = self.ledger.booth(number)
            holder = self._holder(number)
            if found.overdue(self.ledger.now) or found.state == "free":
                assert holder is None
                assert number not in self.blocked
            elif found.state == "blocked":
                assert number in self.blocked
            else:
                assert holder is not None
                told = {"held": "held", "confirmed": "reserved", "sold": "sold"}[holder.state]
                assert (found.exhibitor, found.state) == (holder.exhibitor, told)

    @invariant()
    def holders_count_what_is_held(self) -> None:
        for exhibitor in EXHIBITORS:
            assert self.ledger.holds(exhibitor) == self._held(exhibitor) <= EXPO.held_booths_max

    @invariant()
    def every_change_was_told_once_in_order(self) -> None:
        for number in NUMBERS:
            rows = self.ledger.events(booth(number))
            versions = [row.version for row in rows if isinstance(row, BoothNow)]
            assert versions == list(range(1, self.ledger.version(BOOTH, booth(number)) + 1))


Life.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
