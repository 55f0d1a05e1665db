"""Booking stands over HTTP: once each, by whom the plan shows, with consent where floor is shared."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pytest

from deploy.client.progress import Silent
from deploy.fairs.model import Stand
from deploy.fairs.report import JointStand
from deploy.rehearsal.booking import Desk, Fate, Outcome, Reservation, reservations_of
from deploy.rehearsal.plan import Booking, groups
from tests.unit.rehearsal.conftest import BookingHall

PARTS = {"A-1": ["A-1a"]}
JOINTS = [JointStand("1/A-1", ("1/A-1a",))]


def booking(number: str, exhibitor: str, *others: str, related: Sequence[str] = ()) -> Booking:
    return Booking(Stand("1", number, (exhibitor, *others)), exhibitor, others, tuple(f"1/{r}" for r in related))


async def desk(hall: BookingHall, *, cap: int = 10) -> Desk:
    made = Desk("expo", functools.cache(functools.partial(hall.access.exhibitor, hall.http)), cap)
    made.knows(await reservations_of(hall.access.organizer(hall.http, "sco"), "expo"))
    return made


async def book(hall: BookingHall, *wanted: Booking, cap: int = 10) -> dict[str, Outcome]:
    with Silent().step("") as step:
        outcomes = await (await desk(hall, cap=cap)).book_all(groups(wanted, JOINTS), 8, step)
    return {outcome.booking.label: outcome for outcome in outcomes}


async def live(hall: BookingHall) -> list[Reservation]:
    found = await reservations_of(hall.access.organizer(hall.http, "sco"), "expo")
    return [reservation for reservation in found if reservation.state in {"held", "confirmed"}]


async def test_every_stand_is_booked_by_its_first_exhibitor_with_the_others(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1", "B-2")
    outcomes = await book(hall, booking("A-1", "altai", "orda", "kazan"), booking("B-2", "orda"))
    assert {outcome.fate for outcome in outcomes.values()} == {Fate.BOOKED}
    assert {(r.booths, r.exhibitor, r.co_exhibitors, r.state) for r in await live(hall)} == {
        (("1/A-1",), "altai", frozenset({"orda", "kazan"}), "confirmed"),
        (("1/B-2",), "orda", frozenset(), "confirmed"),
    }


async def test_a_second_run_books_nothing_and_finds_everything(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1", "B-2")
    wanted = (booking("A-1", "altai", "orda"), booking("B-2", "orda"))
    first = await book(hall, *wanted)
    again = await book(hall, *wanted)
    assert {outcome.fate for outcome in again.values()} == {Fate.THERE}
    assert {o.reservation for o in first.values()} == {o.reservation for o in again.values()}
    assert len(await live(hall)) == 2


async def test_a_run_that_was_cut_off_between_hold_and_confirm_is_taken_up(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1")
    held = await (await desk(hall))._hold(booking("A-1", "altai"))
    outcomes = await book(hall, booking("A-1", "altai"))
    assert (outcomes["1/A-1"].fate, outcomes["1/A-1"].reservation) == (Fate.BOOKED, held.id)


async def test_a_run_that_never_saw_its_answers_doubles_nothing(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1")
    blind = Desk("expo", functools.partial(hall.access.exhibitor, hall.http), 10)
    blinder = Desk("expo", functools.partial(hall.access.exhibitor, hall.http), 10)
    first, second = await blind.book(booking("A-1", "altai")), await blinder.book(booking("A-1", "altai"))
    assert first.reservation == second.reservation
    assert len(await live(hall)) == 1


async def test_a_stand_that_was_given_up_is_booked_anew(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1")
    first = (await book(hall, booking("A-1", "altai")))["1/A-1"]
    await hall.access.exhibitor(hall.http, "altai").post(f"/api/booking/reservations/{first.reservation}/cancel")
    again = (await book(hall, booking("A-1", "altai")))["1/A-1"]
    assert again.fate is Fate.BOOKED
    assert again.reservation != first.reservation


async def test_a_stand_that_another_has_is_a_difference(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1")
    await book(hall, booking("A-1", "kazan"))
    outcome = (await book(hall, booking("A-1", "altai")))["1/A-1"]
    assert (outcome.fate, outcome.why) == (Fate.REFUSED, "confirmed by kazan, not by altai")


async def test_other_co_exhibitors_than_the_plans_are_a_difference(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1")
    await book(hall, booking("A-1", "altai", "orda"))
    outcome = (await book(hall, booking("A-1", "altai", "kazan")))["1/A-1"]
    assert outcome.why == "confirmed with other co-exhibitors: missing ['kazan'], beyond ['orda']"


async def test_a_blocked_stand_is_a_difference_and_says_so(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1")
    organizer = hall.access.organizer(hall.http, "sco")
    await organizer.post("/api/booking/fairs/expo/booths/block", {"booths": ["1/A-1"], "reason": "pillar"})
    outcome = (await book(hall, booking("A-1", "altai")))["1/A-1"]
    assert (outcome.fate, outcome.why) == (Fate.REFUSED, "booth-blocked: 1/A-1 is blocked")


async def test_the_holder_of_a_joint_stand_admits_whom_the_plan_shows_on_its_part(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1", "A-1a", parts=PARTS)
    wanted = (booking("A-1a", "orda", related=["A-1"]), booking("A-1", "altai", related=["A-1a"]))
    outcomes = await book(hall, *wanted)
    assert [outcomes["1/A-1a"].admitted, outcomes["1/A-1"].admitted] == [1, 0]
    assert {r.exhibitor: r.admitted for r in await live(hall)} == {"altai": {"orda"}, "orda": set()}


async def test_a_co_exhibitor_of_a_joint_stand_needs_no_admission(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1", "A-1a", parts=PARTS)
    wanted = (booking("A-1", "altai", "orda", related=["A-1a"]), booking("A-1a", "orda", related=["A-1"]))
    assert {outcome.admitted for outcome in (await book(hall, *wanted)).values()} == {0}


async def test_where_the_part_is_taken_first_its_holder_admits_who_takes_the_whole(hall: BookingHall) -> None:
    await hall.house.open_fair("A-1", "A-1a", parts=PARTS)
    await book(hall, booking("A-1a", "orda", related=["A-1"]))
    outcomes = await book(hall, booking("A-1", "altai", related=["A-1a"]), booking("A-1a", "orda", related=["A-1"]))
    assert (outcomes["1/A-1"].fate, outcomes["1/A-1"].admitted) == (Fate.BOOKED, 1)
    assert outcomes["1/A-1a"].fate is Fate.THERE


async def test_more_stands_than_may_be_held_at_once_are_booked_in_turns(hall: BookingHall) -> None:
    numbers = [f"A-{n}" for n in range(1, 9)]
    await hall.house.open_fair(*numbers, held_booths_max=2)
    outcomes = await book(hall, *(booking(number, "altai") for number in numbers), cap=2)
    assert {outcome.fate for outcome in outcomes.values()} == {Fate.BOOKED}


def test_stands_that_share_floor_go_together_the_outer_before_the_inner() -> None:
    wanted = [
        booking("P", "p", related=["Q", "R"]),
        booking("X", "x"),
        booking("R", "r", related=["P", "Q"]),
        booking("Q", "q", related=["P", "R"]),
    ]
    joints = [JointStand("1/R", ("1/P", "1/Q")), JointStand("1/Q", ("1/P",))]
    assert [[b.stand.number for b in group] for group in groups(wanted, joints)] == [["R", "Q", "P"], ["X"]]


@pytest.mark.parametrize("empty", [[], [booking("A-1", "altai")]])
def test_no_stand_makes_no_group_and_one_makes_one(empty: list[Booking]) -> None:
    assert groups(empty, []) == [[each] for each in empty]
