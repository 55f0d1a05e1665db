"""A reservation's life, decision by decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.booking import handlers
from services.booking.domain import commands
from services.booking.domain.actor import Actor
from services.booking.domain.booth import BoothState
from services.booking.domain.fair import Fair
from services.booking.domain.limits import ADMITTED_MAX
from services.booking.domain.reservation import ReservationState
from services.booking.ports import BOOTH, HOLDER, RESERVATION
from shared.contracts import events as e
from shared.runtime.decision import Accepted, Decide, Outcome, Rejected

from .ledger import NOON, ORGANIZER, Ledger, booth, refused

ACME = Actor(exhibitor="acme")


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    ledger.list("A", "B", "C", "D", "E", "F")
    return ledger


def _command(name: str, id_: str, actor: Actor = ACME) -> Decide:
    match name:
        case "extend":
            return handlers.extend(commands.Extend(actor, id_))
        case "confirm":
            return handlers.confirm(commands.Confirm(actor, id_))
        case "sell":
            return handlers.sell(commands.Sell(ORGANIZER if actor is ACME else actor, id_))
        case "cancel":
            return handlers.cancel(commands.Cancel(actor, id_, "changed our minds"))
        case "co":
            return handlers.change_co_exhibitors(commands.ChangeCoExhibitors(actor, id_, ("beta",)))
        case "admit":
            return handlers.admit(commands.Admit(actor, id_, "beta"))
    raise AssertionError(name)


def _in_state(ledger: Ledger, state: str) -> str:
    id_ = ledger.held("acme", "A", "B")
    match state:
        case "overdue":
            ledger.wait(seconds=900)
        case "confirmed":
            ledger.do(_command("confirm", id_))
        case "sold":
            ledger.do(_command("confirm", id_))
            ledger.do(_command("sell", id_))
        case "cancelled":
            ledger.do(_command("cancel", id_))
        case "expired":
            ledger.wait(seconds=900)
            ledger.do(handlers.expire(commands.Expire(id_)))
    return id_


OUTCOMES = {
    #             extend                confirm              sell                 cancel               co / admit
    "held": ("", "", "not-confirmed", "", ""),
    "overdue": ("hold-expired", "hold-expired", "hold-expired", "hold-expired", "hold-expired"),
    "confirmed": ("already-confirmed", "already-confirmed", "", "", ""),
    "sold": ("already-sold", "already-sold", "already-sold", "already-sold", ""),
    "cancelled": ("already-cancelled",) * 5,
    "expired": ("hold-expired",) * 5,
}


@pytest.mark.parametrize("state", OUTCOMES)
@pytest.mark.parametrize(
    ("column", "name"), [(0, "extend"), (1, "confirm"), (2, "sell"), (3, "cancel"), (4, "co"), (4, "admit")]
)
def test_each_command_meets_each_state_as_the_table_says(ledger: Ledger, state: str, column: int, name: str) -> None:
    id_ = _in_state(ledger, state)
    expected = OUTCOMES[state][column]
    outcome = ledger.do(_command(name, id_))
    assert isinstance(outcome, Accepted) if not expected else refused(outcome) == expected


def test_a_hold_takes_all_its_booths_until_the_fairs_ttl_has_passed(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A", "B", co=("beta",))
    until = NOON + timedelta(seconds=900)
    assert ledger.states("A", "B", "C") == [BoothState.HELD, BoothState.HELD, BoothState.FREE]
    assert ledger.booth("A").until == until
    [told] = ledger.events(id_)
    assert told == e.ReservationHeld(
        reservation=id_,
        fair="expo",
        organizer="sco",
        booths=[booth("A"), booth("B")],
        exhibitor="acme",
        co_exhibitors=["beta"],
        expires_at=until,
    )


def test_each_booths_row_tells_how_it_is_and_at_which_version(ledger: Ledger) -> None:
    ledger.held("acme", "A")
    rows = ledger.events(booth("A"))
    assert [(row.state, row.version) for row in rows if isinstance(row, e.BoothNow)] == [("free", 1), ("held", 2)]


def test_one_booth_that_is_taken_refuses_all_and_every_one_in_the_way_is_named(ledger: Ledger) -> None:
    ledger.held("rival", "B")
    outcome = ledger.hold("acme", "A", "B", "nowhere")
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "booth-taken"
    assert list(outcome.items) == [
        {"booth": "1/B", "reason": "booth-taken", "state": "held"},
        {"booth": "1/nowhere", "reason": "booth-unknown"},
    ]
    assert ledger.states("A") == [BoothState.FREE]


def test_a_late_confirmation_is_refused_even_if_no_timer_ran(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    ledger.wait(seconds=899.999)
    assert isinstance(_command("confirm", id_)(ledger, ledger.now), Accepted)
    ledger.wait(seconds=0.001)
    assert refused(ledger.do(_command("confirm", id_))) == "hold-expired"
    assert ledger.reservation(id_).state is ReservationState.HELD


def test_an_extension_adds_a_ttl_to_the_end_and_is_capped(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    ledger.wait(seconds=300)
    for count in (1, 2):
        ledger.do(_command("extend", id_))
        until = NOON + timedelta(seconds=900 * (count + 1))
        assert (ledger.reservation(id_).expires_at, ledger.booth("A").until) == (until, until)
    assert refused(ledger.do(_command("extend", id_))) == "extensions-used-up"


def test_a_booth_whose_hold_ran_out_is_taken_by_the_next_and_the_old_hold_ends_whole(ledger: Ledger) -> None:
    old = ledger.held("acme", "A", "B")
    ledger.wait(seconds=900)
    outcome = ledger.hold("rival", "A")
    assert isinstance(outcome, Accepted)
    assert ledger.reservation(old).state is ReservationState.EXPIRED
    assert isinstance(ledger.events(old)[-1], e.ReservationExpired)
    assert ledger.booth("A").exhibitor == "rival"
    assert ledger.states("B") == [BoothState.FREE]
    assert [change.id for change in outcome.changes if change.kind == BOOTH].count(booth("A")) == 1
    assert (ledger.holds("acme"), ledger.holds("rival")) == (0, 1)


def test_an_exhibitor_may_take_their_own_lapsed_booth_again(ledger: Ledger) -> None:
    ledger.held("acme", "A", "B", "C", "D")
    ledger.wait(seconds=901)
    ledger.held("acme", "A", "B", "C", "D")
    assert ledger.holds("acme") == 4


def test_expiry_comes_once_and_never_early(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    expire = handlers.expire(commands.Expire(id_))
    ledger.wait(seconds=899)
    assert ledger.do(expire) == Accepted()
    ledger.wait(seconds=1)
    assert isinstance(ledger.do(expire), Accepted)
    assert ledger.states("A") == [BoothState.FREE]
    assert ledger.do(expire) == Accepted()
    assert [type(told) for told in ledger.events(id_)] == [e.ReservationHeld, e.ReservationExpired]


def test_expiry_of_an_extended_or_unknown_hold_does_nothing(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    ledger.do(_command("extend", id_))
    ledger.wait(seconds=900)
    assert ledger.do(handlers.expire(commands.Expire(id_))) == Accepted()
    assert ledger.do(handlers.expire(commands.Expire("nobody"))) == Accepted()


def test_the_cap_counts_what_is_held_now_not_what_is_confirmed_or_lapsed(ledger: Ledger) -> None:
    first = ledger.held("acme", "A", "B", "C")
    assert refused(ledger.hold("acme", "D", "E")) == "held-booths-cap"
    ledger.held("acme", "D")
    assert refused(ledger.hold("acme", "E")) == "held-booths-cap"
    ledger.do(_command("confirm", first))
    ledger.held("acme", "E", "F")
    ledger.wait(seconds=900)
    assert ledger.holds("acme") == 0


def test_the_cap_is_each_exhibitors_own(ledger: Ledger) -> None:
    ledger.held("acme", "A", "B", "C", "D")
    ledger.held("beta", "E", "F")
    assert (ledger.holds("acme"), ledger.holds("beta")) == (4, 2)


def test_a_hold_changes_its_holder_too_so_that_rivals_for_the_cap_collide(ledger: Ledger) -> None:
    outcome = ledger.hold("acme", "A")
    assert isinstance(outcome, Accepted)
    assert {change.kind for change in outcome.changes} == {RESERVATION, BOOTH, HOLDER}


def test_a_sold_stand_comes_back_only_by_its_organizer(ledger: Ledger) -> None:
    id_ = _in_state(ledger, "sold")
    assert refused(ledger.do(_command("cancel", id_))) == "already-sold"
    assert isinstance(ledger.do(_command("cancel", id_, ORGANIZER)), Accepted)
    assert ledger.states("A", "B") == [BoothState.FREE, BoothState.FREE]


@pytest.mark.parametrize("name", ["extend", "confirm", "cancel", "co", "admit", "sell"])
@pytest.mark.parametrize(
    "actor", [Actor(exhibitor="rival"), Actor(exhibitor="beta"), Actor(organizer="other"), Actor()]
)
def test_nobody_but_the_holder_and_the_organizer_changes_a_reservation(ledger: Ledger, name: str, actor: Actor) -> None:
    id_ = ledger.held("acme", "A", co=("beta",))
    assert refused(ledger.do(_command(name, id_, actor))) == "not-yours"


def test_a_reservation_admits_a_bounded_number_of_exhibitors(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    for n in range(ADMITTED_MAX):
        assert isinstance(ledger.do(handlers.admit(commands.Admit(ACME, id_, f"guest-{n}"))), Accepted)
    assert refused(ledger.do(handlers.admit(commands.Admit(ACME, id_, "one-more")))) == "admissions-used-up"
    # Who is admitted already may be admitted again.
    assert isinstance(ledger.do(handlers.admit(commands.Admit(ACME, id_, "guest-0"))), Accepted)


@pytest.mark.parametrize("actor", [ORGANIZER, Actor(everything=True)])
def test_an_organizer_holds_and_confirms_for_an_exhibitor(ledger: Ledger, actor: Actor) -> None:
    outcome = ledger.hold("acme", "A", actor=actor)
    assert isinstance(outcome, Accepted)
    assert isinstance(ledger.do(_command("confirm", outcome.answer.reservation.id, actor)), Accepted)


@pytest.mark.parametrize("actor", [Actor(exhibitor="rival"), Actor(organizer="other"), Actor()])
def test_nobody_holds_in_anothers_name(ledger: Ledger, actor: Actor) -> None:
    assert refused(ledger.hold("acme", "A", actor=actor)) == "not-yours"


def test_a_holder_sells_nothing(ledger: Ledger) -> None:
    id_ = _in_state(ledger, "confirmed")
    assert refused(ledger.do(handlers.sell(commands.Sell(ACME, id_)))) == "not-yours"


def test_a_fair_that_is_unknown_or_closed_takes_no_hold_but_lets_holds_be_confirmed(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    ledger.do(handlers.close_fair("expo"))
    assert refused(ledger.hold("acme", "B")) == "fair-not-open"
    assert isinstance(ledger.do(_command("confirm", id_)), Accepted)
    assert refused(Ledger(Fair("other", "sco")).hold("acme", "A")) == "fair-unknown"


def test_the_answer_carries_the_reservation_at_its_new_version(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    outcome: Outcome = ledger.do(_command("confirm", id_))
    assert isinstance(outcome, Accepted)
    assert (outcome.answer.version, outcome.answer.now) == (2, ledger.now)
    assert outcome.answer.reservation == ledger.reservation(id_)
    assert ledger.version(RESERVATION, id_) == 2


def test_a_change_of_co_exhibitors_leaves_the_booths_alone(ledger: Ledger) -> None:
    id_ = ledger.held("acme", "A")
    outcome = ledger.do(_command("co", id_))
    assert isinstance(outcome, Accepted)
    assert [change.kind for change in outcome.changes] == [RESERVATION]
    assert ledger.reservation(id_).co_exhibitors == ("beta",)
