"""A delivery's life under every order of tries, deaths, late news and revivals, against a model of a few words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.notification import handlers
from services.notification.domain.deliveries import (
    ADDRESS_MISSING,
    ADDRESS_WAIT,
    CONTACT_UNKNOWN,
    FAIR_UNKNOWN,
    Backoff,
    Delivery,
    DeliveryState,
    Parked,
    Sent,
    delivery_of,
)
from services.notification.domain.happenings import Audience
from services.notification.ports import DELIVERY
from shared.runtime.decision import Accepted, Change, Decide, Outcome
from tests.unit.notification.builders import MAIN, NOW, happening

LEASE = timedelta(seconds=60)
TRIES = Backoff(first_seconds=1, longest_seconds=30, tries_max=3)
WAITS = Backoff(first_seconds=1, longest_seconds=30, tries_max=2)
MAILERS = st.sampled_from(["a", "b"])
CHANCE = st.floats(0, 1, exclude_max=True)


class OneDelivery:
    """A view of a single aggregate."""

    def __init__(self, delivery: Delivery) -> None:
        self.state = delivery

    def get(self, kind: str, id_: str) -> Any:
        return self.state if (kind, id_) == (DELIVERY, self.state.id) else None

    peek = get

    def get_many(self, kind: str, ids: Any) -> list[Any]:
        return [self.get(kind, id_) for id_ in ids]

    def version(self, kind: str, id_: str) -> int:
        return 1


class DeliveryLife(RuleBasedStateMachine):
    """Mailers `a` and `b` claim, send, fail, die and come back late; time passes; a person revives."""

    def __init__(self) -> None:
        super().__init__()
        self.view = OneDelivery(delivery_of(happening(), MAIN, Audience.MAIN, NOW))
        self.now: datetime = NOW
        self.holders: dict[str, datetime] = {}
        self.told: list[type] = []
        self.revivals = 0

    def decide(self, decide: Decide) -> Outcome:
        outcome = decide(self.view, self.now)
        if isinstance(outcome, Accepted):
            for change in outcome.changes:
                self._apply(change)
        return outcome

    def _apply(self, change: Change) -> None:
        assert change.kind == DELIVERY
        assert isinstance(change.state, Delivery)
        self.view.state = change.state
        self.told += [type(event) for event in change.events]

    @rule(mailer=MAILERS)
    def claim(self, mailer: str) -> None:
        outcome = self.decide(handlers.claim_delivery(self.view.state.id, mailer, LEASE))
        if isinstance(outcome, Accepted):
            held = [other for other, until in self.holders.items() if until > self.now]
            assert not held, "a claim must not be given while another's lease runs"
            self.holders = {mailer: self.now + LEASE}

    def _step(self, mailer: str, decide: Decide) -> None:
        """A step of a mailer that believes it holds the claim; it counts only if it does."""
        held = self.view.state.claimed_by == mailer and self.view.state.state is DeliveryState.PENDING
        assert isinstance(self.decide(decide), Accepted) is held
        if held:
            self.holders.clear()

    @rule(mailer=MAILERS, chance=CHANCE)
    def put_off(self, mailer: str, chance: float) -> None:
        self._step(mailer, handlers.mark_put_off(self.view.state.id, mailer, "smtp-451", TRIES, chance))

    @rule(mailer=MAILERS, reason=st.sampled_from([CONTACT_UNKNOWN, FAIR_UNKNOWN]), chance=CHANCE)
    def find_no_contact(self, mailer: str, reason: str, chance: float) -> None:
        self._step(mailer, handlers.mark_unknown(self.view.state.id, mailer, reason, WAITS, chance))

    @rule(mailer=MAILERS)
    def find_no_address(self, mailer: str) -> None:
        self._step(mailer, handlers.mark_address_missing(self.view.state.id, mailer, ADDRESS_WAIT))

    @rule()
    def an_address_comes(self) -> None:
        awaited = self.view.state.awaits_address
        assert isinstance(self.decide(handlers.hasten_delivery(self.view.state.id)), Accepted) is awaited
        assert not awaited or self.view.state.due_at == self.now

    @rule()
    def wait_is_over(self) -> None:
        """Without an address it ends when its time has come, and not before."""
        before = self.view.state
        over = before.reason == ADDRESS_MISSING and before.due_at is not None and before.due_at <= self.now
        assert isinstance(self.decide(handlers.settle_unaddressed(before.id)), Accepted) is over
        assert not over or self.view.state.state is DeliveryState.NO_ADDRESS

    @rule(mailer=MAILERS)
    def refuse(self, mailer: str) -> None:
        self._step(mailer, handlers.mark_refused(self.view.state.id, mailer, "smtp-550"))

    @rule(mailer=MAILERS)
    def give_back(self, mailer: str) -> None:
        self._step(mailer, handlers.release_delivery(self.view.state.id, mailer))

    @rule(mailer=MAILERS, chance=CHANCE)
    def fail_once_due(self, mailer: str, chance: float) -> None:
        """The common way of a bad day, in one step: wait until it is due, claim it, and fail."""
        if self.view.state.due_at is not None:
            self.now = max(self.now, self.view.state.due_at)
            self.claim(mailer)
            self.put_off(mailer, chance)

    @precondition(lambda self: self.view.state.attempts > 1)
    @rule()
    def sent(self) -> None:
        """Whoever says that the mail server has it is believed, also when it says so late."""
        assert isinstance(self.decide(handlers.mark_sent(self.view.state.id)), Accepted)
        assert self.view.state.state is DeliveryState.SENT
        self.holders.clear()

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.view.state.state is not DeliveryState.PENDING)
    @rule()
    def revive(self) -> None:
        before = self.view.state.state
        outcome = self.decide(handlers.revive_delivery(self.view.state.id, lambda _: True))
        assert isinstance(outcome, Accepted) is (before is not DeliveryState.SENT)
        self.revivals += isinstance(outcome, Accepted)

    @invariant()
    def settled_or_due(self) -> None:
        delivery = self.view.state
        pending = delivery.state is DeliveryState.PENDING
        assert (delivery.due_at is not None) is pending
        assert (delivery.settled_at is None) is pending
        assert delivery.claimed_by is None or pending

    @invariant()
    def tries_are_bounded(self) -> None:
        delivery = self.view.state
        assert delivery.attempts <= TRIES.tries_max + 1
        assert delivery.waits <= WAITS.tries_max + 1
        if delivery.state is DeliveryState.PENDING:
            assert delivery.attempts < TRIES.tries_max

    @invariant()
    def every_end_is_told_once(self) -> None:
        ends = self.told.count(Parked) + self.told.count(Sent)
        assert self.told.count(Sent) <= 1
        assert self.told.count(Parked) <= self.revivals + 1
        if self.view.state.state is DeliveryState.SENT:
            assert self.told[-1] is Sent
        elif self.view.state.state is not DeliveryState.PENDING:
            assert self.told[-1] is Parked
        else:
            assert ends == self.revivals


DeliveryLife.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestDeliveryLife = DeliveryLife.TestCase
