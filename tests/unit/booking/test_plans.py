"""Joint stands, floor plans and blocking, decision by decision."""

from __future__ import annotations

from itertools import permutations

import pytest

from services.booking import handlers
from services.booking.domain import commands
from services.booking.domain.actor import Actor
from services.booking.domain.booth import BoothState
from services.booking.domain.fair import Fair
from shared.runtime.decision import Accepted, Rejected

from .ledger import ORGANIZER, Ledger, booth, refused

PAVILION = {"P": ["P1", "P2"]}


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    ledger.list("P", "P1", "P2", "X", parts=PAVILION)
    return ledger


def _admit(ledger: Ledger, id_: str, whom: str, holder: str) -> None:
    outcome = ledger.do(handlers.admit(commands.Admit(Actor(exhibitor=holder), id_, whom)))
    assert isinstance(outcome, Accepted)


def test_a_part_of_a_taken_joint_stand_waits_for_its_holders_consent(ledger: Ledger) -> None:
    whole = ledger.held("host", "P")
    outcome = ledger.hold("guest", "P1")
    assert isinstance(outcome, Rejected)
    assert list(outcome.items) == [
        {"booth": "1/P1", "reason": "joint-stand-taken", "state": "held", "overlapping": "1/P"}
    ]
    assert "host" not in repr(outcome)
    _admit(ledger, whole, "guest", "host")
    ledger.held("guest", "P1")
    assert refused(ledger.hold("other", "P2")) == "joint-stand-taken"


def test_an_outline_over_taken_parts_waits_for_every_holders_consent(ledger: Ledger) -> None:
    first, second = ledger.held("one", "P1"), ledger.held("two", "P2")
    assert refused(ledger.hold("host", "P")) == "joint-stand-taken"
    _admit(ledger, first, "host", "one")
    assert refused(ledger.hold("host", "P")) == "joint-stand-taken"
    _admit(ledger, second, "host", "two")
    ledger.held("host", "P")


def test_the_holder_and_co_exhibitors_of_a_joint_stand_may_take_its_parts(ledger: Ledger) -> None:
    ledger.held("host", "P", co=("friend",))
    ledger.held("host", "P1")
    ledger.held("friend", "P2")


def test_a_joint_stand_and_its_parts_can_be_taken_together(ledger: Ledger) -> None:
    ledger.held("host", "P", "P1", "P2")
    assert ledger.states("P", "P1", "P2") == [BoothState.HELD] * 3


def test_a_neighbours_hold_that_ran_out_ends_before_it_could_object(ledger: Ledger) -> None:
    old = ledger.held("host", "P")
    ledger.wait(seconds=900)
    ledger.held("guest", "P1")
    assert ledger.reservation(old).state == "expired"
    assert ledger.states("P") == [BoothState.FREE]


def test_a_blocked_joint_stand_lets_no_part_go(ledger: Ledger) -> None:
    ledger.do(handlers.block(commands.Block(ORGANIZER, "expo", (booth("P"),), "a pillar")))
    assert refused(ledger.hold("guest", "P1")) == "joint-stand-taken"


@pytest.mark.parametrize("order", list(permutations(["P", "P1", "P2"])))
def test_parts_and_outlines_know_each_other_in_whatever_order_they_are_listed(order: tuple[str, ...]) -> None:
    ledger = Ledger()
    for count, number in enumerate(order, start=1):
        ledger.list(number, parts=PAVILION)
        listed = order[:count]
        if "P" in listed and "P1" in listed:
            assert booth("P") in ledger.booth("P1").related
            assert booth("P1") in ledger.booth("P").related


def test_a_part_knows_of_an_outline_that_was_drawn_later_before_it_is_told_itself() -> None:
    ledger = Ledger()
    ledger.list("P1")
    ledger.list("P", parts=PAVILION)
    ledger.held("host", "P")
    assert refused(ledger.hold("guest", "P1")) == "joint-stand-taken"


def test_a_booth_that_was_only_named_by_another_cannot_be_held_and_is_not_shown_as_listed() -> None:
    ledger = Ledger()
    ledger.list("P", parts=PAVILION)
    assert refused(ledger.hold("guest", "P2")) == "booth-withdrawn"
    ledger.list("P2", parts=PAVILION)
    ledger.held("guest", "P2")


def test_a_relation_ends_when_the_plan_no_longer_names_it(ledger: Ledger) -> None:
    ledger.list("P", "P1", parts={"P": ["P2"]})
    ledger.held("host", "P")
    ledger.held("guest", "P1")
    assert refused(ledger.hold("other", "P2")) == "joint-stand-taken"


def test_a_withdrawn_booth_keeps_its_reservation_and_takes_no_other(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "X")
    ledger.do(handlers.withdraw_booth(commands.WithdrawBooth(booth("X"))))
    assert isinstance(ledger.do(handlers.confirm(commands.Confirm(Actor(exhibitor="acme"), id_))), Accepted)
    assert ledger.booth("X").reservation == id_
    ledger.do(handlers.cancel(commands.Cancel(Actor(exhibitor="acme"), id_)))
    assert refused(ledger.hold("acme", "X")) == "booth-withdrawn"


def test_listing_again_changes_the_plans_side_of_a_booth_only(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "X")
    ledger.do(handlers.withdraw_booth(commands.WithdrawBooth(booth("X"))))
    listing = commands.ListBooth(booth("X"), "expo", "1", "X", 20.5)
    ledger.do(handlers.list_booth(listing))
    found = ledger.booth("X")
    assert (found.area_m2, found.withdrawn, found.reservation) == (20.5, False, id_)
    assert ledger.do(handlers.list_booth(listing)).changes == ()  # type: ignore[union-attr]


def test_withdrawing_what_is_not_there_does_nothing(ledger: Ledger) -> None:
    outcome = ledger.do(handlers.withdraw_booth(commands.WithdrawBooth(booth("nowhere"))))
    assert isinstance(outcome, Accepted)
    assert outcome.changes == ()


def test_blocking_is_all_or_none_and_the_organizers_alone(ledger: Ledger) -> None:
    ledger.held("acme", "X")
    both = (booth("X"), booth("P1"))
    outcome = ledger.do(handlers.block(commands.Block(ORGANIZER, "expo", both)))
    assert refused(outcome) == "booth-taken"
    assert ledger.states("P1") == [BoothState.FREE]
    for other in (Actor(organizer="other"), Actor(exhibitor="acme")):
        assert refused(ledger.do(handlers.block(commands.Block(other, "expo", (booth("P1"),))))) == "not-yours"
        assert refused(ledger.do(handlers.unblock(commands.Unblock(other, "expo", (booth("P1"),))))) == "not-yours"


def test_a_blocked_booth_comes_back_and_asking_twice_changes_nothing(ledger: Ledger) -> None:
    block = handlers.block(commands.Block(ORGANIZER, "expo", (booth("X"),), "wet paint"))
    ledger.do(block)
    assert ledger.booth("X").blocked_for == "wet paint"
    assert refused(ledger.hold("acme", "X")) == "booth-blocked"
    assert ledger.do(block).changes == ()  # type: ignore[union-attr]
    unblock = handlers.unblock(commands.Unblock(ORGANIZER, "expo", (booth("X"),)))
    ledger.do(unblock)
    assert ledger.do(unblock).changes == ()  # type: ignore[union-attr]
    ledger.held("acme", "X")
    assert refused(ledger.do(unblock)) == "booth-taken"


def test_blocking_a_booth_whose_hold_ran_out_ends_the_hold_first(ledger: Ledger) -> None:
    old = ledger.held("acme", "X")
    ledger.wait(seconds=900)
    ledger.do(handlers.block(commands.Block(ORGANIZER, "expo", (booth("X"),))))
    assert ledger.reservation(old).state == "expired"
    assert ledger.states("X") == [BoothState.BLOCKED]


def test_a_fair_told_twice_is_written_once_and_new_settings_count_at_once(ledger: Ledger) -> None:
    same = ledger.do(handlers.publish_fair(ledger.fair()))
    assert same == Accepted()
    ledger.do(handlers.publish_fair(Fair("expo", "sco", held_booths_max=1)))
    assert refused(ledger.hold("acme", "X", "P")) == "held-booths-cap"
    assert ledger.do(handlers.close_fair("nowhere")) == Accepted()
    assert isinstance(ledger.do(handlers.close_fair("expo")), Accepted)
    assert ledger.do(handlers.close_fair("expo")) == Accepted()
