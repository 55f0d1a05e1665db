"""Who is asked to decide, by whom, until when, and when nobody waits for the answer any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from services.booking.domain.spaces import commands
from services.booking.domain.spaces.asking import Wanted
from services.booking.domain.spaces.booking import OPTION
from services.booking.domain.spaces.venue import Policy
from services.booking.handlers import spaces as handlers
from services.booking.ports import SPACE_BOOKING
from shared.contracts import events as e
from shared.runtime.decision import Accepted, Outcome

from .centre import CENTRE, KEEPER, Centre, moment, only, reason, space, utc

E = TypeVar("E", bound=e.Event)
HALLS = (space("h1"), space("h2"), space("h12", "h1", "h2"))
TEN, TWELVE = "2027-06-20T10:00", "2027-06-20T12:00"
NOW = utc(2027, 6, 7, 8, 0)
PATIENT = replace(CENTRE, policy=Policy(option_days=9, options_max=9, challenge_minutes=300))


@pytest.fixture
def centre() -> Centre:
    return Centre(*HALLS, venue=PATIENT, now=NOW)


def options(centre: Centre, *who: str, at: str = "h1") -> list[str]:
    return [centre.booked(at, TEN, TWELVE, who=one, state=OPTION) for one in who]


def challenge(centre: Centre, id_: str) -> Outcome:
    return centre.ledger.do(handlers.challenge(commands.Challenge(KEEPER, id_)))


def give_way(centre: Centre, id_: str) -> None:
    only(centre.ledger.do(handlers.give_way(commands.Yield(KEEPER, id_))))


def later(centre: Centre, hours: float) -> None:
    centre.ledger.now += timedelta(hours=hours)


def challengers(centre: Centre, id_: str) -> list[str]:
    return [one.challenger for one in centre.booking(id_).challenges]


def told(centre: Centre, id_: str, type_: type[E]) -> list[E]:
    return [out.data for out in centre.ledger.told if out.key == id_ and isinstance(out.data, type_)]


def test_who_challenges_learns_until_when_and_whom(centre: Centre) -> None:
    first, second, third = options(centre, "ann", "bob", "eve")
    asked = only(challenge(centre, third))
    assert asked.answers_by == centre.booking(first).answer_by == centre.booking(second).answer_by
    [made] = told(centre, third, e.SpaceChallengeMade)
    assert (made.challenged, made.answer_by) == ([first, second], NOW + timedelta(minutes=300))
    assert reason(challenge(centre, third)) == "challenged-already"


@pytest.mark.parametrize("how", ["cancels", "yields", "goes definite by override", "moves away", "swaps away"])
def test_a_challenge_ends_with_whoever_made_it(centre: Centre, how: str) -> None:
    first, second = options(centre, "ann", "bob")
    only(challenge(centre, second))
    match how:
        case "cancels":
            only(centre.ledger.do(handlers.cancel(commands.CancelSpaces(KEEPER, second))))
        case "yields":
            give_way(centre, second)
        case "goes definite by override":
            only(centre.ledger.do(handlers.go_definite(commands.GoDefinite(KEEPER, second, "the summit"))))
        case "moves away":
            wanted = (Wanted("c/h2", (moment(TEN), moment(TWELVE))),)
            only(centre.ledger.do(handlers.reschedule(commands.Reschedule(KEEPER, second, wanted))))
        case _:
            other = centre.booked("h2", TEN, TWELVE, who="eve", state=OPTION)
            outcome = centre.ledger.do(handlers.swap(commands.Swap(KEEPER, second, other)))
            assert isinstance(outcome, Accepted), outcome
    assert challengers(centre, first) == []
    [lifted] = [*told(centre, first, e.SpaceChallengeLifted), *told(centre, first, e.SpaceOvertaken)]
    assert isinstance(lifted, e.SpaceOvertaken) == (how == "goes definite by override")
    later(centre, 24)
    assert not centre.ledger.do(handlers.pass_time(first)).changes  # type: ignore[union-attr]
    assert centre.booking(first).state is OPTION


def test_of_two_challenges_the_other_stands(centre: Centre) -> None:
    first, second, third = options(centre, "ann", "bob", "eve")
    only(challenge(centre, second))
    later(centre, 1)
    only(challenge(centre, third))
    assert challengers(centre, first) == [second, third]
    assert centre.booking(first).answer_by * 60 == (NOW + timedelta(hours=5)).timestamp()
    give_way(centre, second)
    [lifted] = told(centre, first, e.SpaceChallengeLifted)
    assert lifted.answer_by == NOW + timedelta(hours=6)
    later(centre, 5)
    centre.ledger.do(handlers.pass_time(first))
    assert [centre.state(one) for one in (first, third)] == [("yielded", 0), ("option", 1)]


def test_whoever_moves_out_of_the_way_is_challenged_no_more(centre: Centre) -> None:
    first, second = options(centre, "ann", "bob")
    only(challenge(centre, second))
    wanted = (Wanted("c/h2", (moment(TEN), moment(TWELVE))),)
    moved = only(centre.ledger.do(handlers.reschedule(commands.Reschedule(KEEPER, first, wanted))))
    assert (moved.challenges, moved.answer_by) == ((), 0)
    assert centre.booking(second).answers_by == 0, "nobody is before it any more"


def test_a_challenge_stands_while_the_option_that_made_it_waits_anywhere_behind(centre: Centre) -> None:
    [both] = options(centre, "ann", at="h12")
    [half] = options(centre, "bob", at="h1")
    only(challenge(centre, half))
    wanted = (Wanted("c/h2", (moment(TEN), moment(TWELVE))),)
    only(centre.ledger.do(handlers.reschedule(commands.Reschedule(KEEPER, half, wanted))))
    assert challengers(centre, both) == [half]


def test_nobody_yields_to_an_option_that_had_run_out_by_then_however_late_the_timers_are() -> None:
    hasty = replace(PATIENT, policy=replace(PATIENT.policy, option_days=1, challenge_minutes=21 * 60 + 30))
    centre = Centre(*HALLS, venue=hasty, now=NOW)
    [second] = options(centre, "bob")
    later(centre, 2)
    first = centre.booked("h1", TEN, TWELVE, who="ann", state=OPTION, actor=KEEPER, override="the summit")
    later(centre, 1)
    only(challenge(centre, second))
    later(centre, 21.75)
    times = [centre.booking(second).expires_at, centre.booking(first).answer_by, centre.ledger.now.timestamp() / 60]
    assert times == sorted(times)
    assert times[-1] < centre.booking(first).expires_at
    lifted = only(centre.ledger.do(handlers.pass_time(first)))
    assert (lifted.state, lifted.challenges) == (OPTION, ())


def test_whom_time_has_ended_goes_before_what_a_decision_does_to_others(centre: Centre) -> None:
    """The challenge was not answered in time: that its challenger moves away later undoes nothing."""
    first, second = options(centre, "ann", "bob")
    only(challenge(centre, second))
    later(centre, 6)
    wanted = (Wanted("c/h2", (moment(TEN), moment(TWELVE))),)
    only(centre.ledger.do(handlers.reschedule(commands.Reschedule(KEEPER, second, wanted))))
    assert centre.state(first) == ("yielded", 0)


def test_whoever_is_overtaken_is_told_by_whom_and_why(centre: Centre) -> None:
    first, second = options(centre, "ann", "bob")
    vip = centre.booked("h12", TEN, TWELVE, who="vip", actor=KEEPER, override="the summit needs the hall")
    for id_, rank in ((first, 1), (second, 2)):
        [event] = told(centre, id_, e.SpaceOvertaken)
        assert (event.by, event.reason, event.rank, event.waits) == (vip, "the summit needs the hall", rank, True)
    assert centre.booking(vip).override == "the summit needs the hall"
    third = centre.booked("h1", TEN, TWELVE, who="eve", state=OPTION, wait=True)
    assert (centre.booking(third).rank, centre.booking(third).waits) == (3, True)
    only(centre.ledger.do(handlers.cancel(commands.CancelSpaces(KEEPER, vip))))
    for id_, rank in ((first, 1), (second, 2), (third, 3)):
        [event] = told(centre, id_, e.SpaceRankChanged)
        assert (event.former_rank, event.rank, event.waits) == (rank, rank, False)


def test_an_option_moved_before_others_by_override_says_why(centre: Centre) -> None:
    [first] = options(centre, "ann")
    [other] = options(centre, "bob", at="h2")
    wanted = (Wanted("c/h1", (moment(TEN), moment(TWELVE))),)
    command = commands.Reschedule(KEEPER, other, wanted, override="the summit")
    only(centre.ledger.do(handlers.reschedule(command)))
    [moved] = told(centre, other, e.SpaceRescheduled)
    [event] = told(centre, first, e.SpaceOvertaken)
    assert (moved.override, moved.rank, event.rank, event.former_rank) == ("the summit", 1, 2, 1)


def test_many_challengers_of_one_option_cost_one_round_of_reading(centre: Centre) -> None:
    """A decision has few rounds; whoever is challenged by many must still yield."""
    first, *others = options(centre, "ann", *(f"o{n}" for n in range(8)))
    for other in others:
        only(challenge(centre, other))
    later(centre, 6)
    rounds: list[list[str]] = []
    read_many = centre.ledger.get_many

    def counted(kind: str, ids: Sequence[str]) -> Sequence[object]:
        if kind == SPACE_BOOKING and len(ids) > 1:
            rounds.append(list(ids))
        return read_many(kind, ids)

    centre.ledger.get_many = counted  # type: ignore[method-assign]
    alone: list[str] = []
    read_one = centre.ledger.get
    known: set[str] = set()

    def one(kind: str, id_: str) -> object:
        if kind == SPACE_BOOKING and id_ not in {known_id for read in rounds for known_id in read} | known | {first}:
            alone.append(id_)
        return read_one(kind, id_)

    centre.ledger.get = one  # type: ignore[method-assign]
    decided = handlers.pass_time(first)(centre.ledger, centre.ledger.now)
    assert isinstance(decided, Accepted)
    assert decided.changes
    assert alone == [], "read one by one"


def test_an_override_that_nobody_needed_overtakes_nobody(centre: Centre) -> None:
    first, second = options(centre, "ann", "bob")
    only(centre.ledger.do(handlers.go_definite(commands.GoDefinite(KEEPER, first, "to be sure"))))
    assert told(centre, second, e.SpaceOvertaken) == []
    [event] = told(centre, second, e.SpaceRankChanged)
    assert (event.former_rank, event.rank, event.waits) == (2, 1, True)


def test_whoever_challenges_nobody_any_more_waits_for_no_answer(centre: Centre) -> None:
    first, second = options(centre, "ann", "bob")
    only(challenge(centre, second))
    centre.booked("h1", TEN, TWELVE, who="vip", state=OPTION, actor=KEEPER, override="the summit")
    assert centre.booking(second).answers_by == centre.booking(first).answer_by > 0
    give_way(centre, first)
    assert (centre.booking(second).rank, centre.booking(second).answers_by) == (2, 0)


def test_an_inquiry_concerns_no_option() -> None:
    asks = replace(PATIENT, policy=replace(PATIENT.policy, approval_required=True))
    centre = Centre(*HALLS, venue=asks, now=NOW)
    option = centre.booked("h1", TEN, TWELVE, who="ann", state=OPTION, actor=KEEPER)
    before = centre.ledger.version(SPACE_BOOKING, option)
    inquiry = centre.booked("h1", TEN, TWELVE, who="bob", state=OPTION)
    only(centre.ledger.do(handlers.decline(commands.Decline(KEEPER, inquiry, "no"))))
    assert centre.ledger.version(SPACE_BOOKING, option) == before
