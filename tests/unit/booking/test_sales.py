"""How a fair's sale is counted: by day, by hall and by size, with floor that counts once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.domain import reservation as r
from services.booking.domain import sales
from services.booking.domain.booth import BLOCKED, FREE, HELD, RESERVED, SOLD, Booth, BoothState
from services.booking.domain.fair import Fair
from services.booking.domain.prices import Price
from services.booking.domain.sales import Day, Floor, Step, Tally

EXPO = Fair("expo", "sco", time_zone="Asia/Shanghai", currency="CNY")
# 23:30 in Shanghai: half an hour later it is another day there, and the same one in UTC.
LATE = datetime(2027, 3, 1, 15, 30, tzinfo=UTC)
FIRST, SECOND = date(2027, 3, 1), date(2027, 3, 2)
NOTHING = Tally()


def booth(number: str, area_m2: float = 12.0, hall: str = "1", **more: object) -> Booth:
    return Booth(f"expo/{hall}/{number}", "expo", hall, number, area_m2, **more)  # type: ignore[arg-type]


def held(name: str, *booths: str, at: datetime = LATE, price: Price | None = None) -> r.Reservation:
    ids = tuple(f"expo/1/{number}" for number in booths)
    return r.Reservation(name, "expo", "sco", ids, "acme", at + timedelta(minutes=15), at, price=price)


def stepped(state: r.Reservation, *steps: tuple[str, datetime]) -> r.Reservation:
    for name, now in steps:
        state = _step(state, name, now)
    return state


def _step(state: r.Reservation, name: str, now: datetime) -> r.Reservation:
    match name:
        case "confirm":
            step = r.confirm(state, now)
        case "sell":
            step = r.sell(state, now)
        case _:
            step = r.cancel(state, now, reason="", by_organizer=True)
    assert isinstance(step, tuple), step
    return step[0]


def counted(booths: list[Booth], reservations: list[r.Reservation], now: datetime, **window: date) -> list[Day]:
    told = sales.moves(reservations, now)
    return sales.days(EXPO, Floor(booths, "CNY"), told, window.get("first"), window.get("last", EXPO.day(now)))


def test_days_begin_at_the_venues_midnight_and_what_stands_goes_on_until_it_moves() -> None:
    sold = stepped(
        held("r1", "A", "B"), ("confirm", LATE + timedelta(minutes=10)), ("sell", LATE + timedelta(minutes=40))
    )
    first, second, third = counted([booth("A"), booth("B", 20.0)], [sold], LATE + timedelta(days=2))
    assert (first.on, second.on) == (FIRST, SECOND)
    assert first.moved[Step.HELD] == first.moved[Step.CONFIRMED] == Tally(2, 32.0)
    assert first.standing == {HELD: NOTHING, RESERVED: Tally(2, 32.0), SOLD: NOTHING}
    assert second.moved[Step.SOLD] == Tally(2, 32.0)
    assert second.standing[SOLD] == third.standing[SOLD] == Tally(2, 32.0)
    assert set(map(str, third.moved)) == {"held", "confirmed", "sold", "cancelled", "expired"}
    assert all(tally == NOTHING for tally in third.moved.values())


def test_what_is_cancelled_after_its_sale_leaves_the_day_that_it_was_sold_on_as_it_was() -> None:
    sold = stepped(held("r1", "A"), ("confirm", LATE), ("sell", LATE))
    gone = stepped(sold, ("cancel", LATE + timedelta(days=1)))
    again = stepped(held("r2", "A", at=LATE + timedelta(days=1)), ("confirm", LATE + timedelta(days=1)))
    first, second = counted([booth("A")], [again, gone], LATE + timedelta(days=1, minutes=5))
    assert first.standing[SOLD] == Tally(1, 12.0)
    assert second.moved[Step.CANCELLED] == second.moved[Step.HELD] == Tally(1, 12.0)
    assert second.standing == {HELD: NOTHING, RESERVED: Tally(1, 12.0), SOLD: NOTHING}


@pytest.mark.parametrize("swept", [True, False], ids=["the timer ran", "no timer ran"])
def test_a_hold_that_ran_out_did_so_when_its_time_was_up(*, swept: bool) -> None:
    lapsed = held("r1", "A")
    later = LATE + timedelta(days=3)
    expired = r.expire(lapsed, later)
    assert expired is not None
    found = counted([booth("A")], [expired[0] if swept else lapsed], later)
    assert [day.moved[Step.EXPIRED].booths for day in found] == [1, 0, 0, 0]
    assert [day.standing[HELD].booths for day in found] == [0, 0, 0, 0]


def test_who_gives_a_booth_back_by_a_clock_that_is_ahead_takes_it_from_nobody() -> None:
    ahead = stepped(held("r1", "A"), ("cancel", LATE + timedelta(seconds=2)))
    [day] = counted([booth("A")], [ahead, held("r2", "A", at=LATE + timedelta(seconds=1))], LATE + timedelta(minutes=1))
    assert day.standing[HELD] == Tally(1, 12.0, 0)


def test_a_booth_stays_with_the_next_though_the_last_seems_to_end_later() -> None:
    lapsed = held("r1", "A", "B")
    expired = r.expire(lapsed, lapsed.expires_at)
    assert expired is not None
    early = lapsed.expires_at - timedelta(milliseconds=40)
    following = stepped(held("r2", "A", at=early, price=Price("CNY", (700,))), ("confirm", early))
    [day] = counted([booth("A"), booth("B", 20.0)], [following, expired[0]], lapsed.expires_at)
    assert day.moved[Step.EXPIRED] == Tally(2, 32.0)
    assert day.standing == {HELD: NOTHING, RESERVED: Tally(1, 12.0, 700), SOLD: NOTHING}
    late = replace(
        stepped(lapsed, ("confirm", LATE), ("cancel", early)), confirmed_at=early + timedelta(milliseconds=1)
    )
    [day] = counted([booth("A"), booth("B", 20.0)], [following, late], lapsed.expires_at)
    assert day.standing == {HELD: NOTHING, RESERVED: Tally(1, 12.0, 700), SOLD: NOTHING}


def test_steps_of_one_reservation_keep_their_order_whatever_the_clocks_say() -> None:
    sold = stepped(held("r1", "A"), ("confirm", LATE - timedelta(milliseconds=40)), ("sell", LATE))
    [day] = counted([booth("A")], [replace(sold, sold_at=LATE - timedelta(milliseconds=50))], LATE)
    assert day.standing == {HELD: NOTHING, RESERVED: NOTHING, SOLD: Tally(1, 12.0)}


def test_amounts_are_of_what_had_a_price_in_the_fairs_currency() -> None:
    cases = {Price("CNY", (1_000, None)): 1_000, Price("EUR", (7, 7)): 0, None: 0}
    for price, amount in cases.items():
        [day] = counted([booth("A"), booth("B")], [held("r1", "A", "B", price=price)], LATE)
        assert (day.moved[Step.HELD].amount_minor, day.standing[HELD].amount_minor) == (amount, amount)


def test_a_joint_stand_counts_whole_once_and_its_parts_alone_where_nobody_has_it() -> None:
    parts = ("expo/1/P1", "expo/1/P2")
    stand = booth("P", 100.0, parts=parts)
    inside = [booth(number, 30.0, part_of=("expo/1/P",)) for number in ("P1", "P2")]
    whole, part = held("r1", "P"), held("r2", "P1", at=LATE + timedelta(minutes=1))
    [day] = counted([stand, *inside], [whole, part], LATE + timedelta(minutes=2))
    assert day.standing[HELD] == Tally(2, 100.0)
    [day] = counted([stand, *inside], [stepped(whole, ("cancel", LATE)), part], LATE + timedelta(minutes=2))
    assert day.standing[HELD] == Tally(1, 30.0)
    [day] = counted([stand, *inside], [held("r3", "P", "P1")], LATE)
    assert day.moved[Step.HELD] == Tally(2, 100.0)


def test_old_days_are_folded_into_the_first_that_is_told() -> None:
    sold = stepped(held("r1", "A"), ("confirm", LATE), ("sell", LATE))
    years = counted([booth("A")], [sold], LATE + timedelta(days=1000))
    assert len(years) == sales.DAYS_MAX
    assert years[0].standing[SOLD] == years[-1].standing[SOLD] == Tally(1, 12.0)
    assert all(after.on - before.on == timedelta(days=1) for before, after in pairwise(years))
    [one] = counted([booth("A")], [sold], LATE + timedelta(days=9), first=SECOND, last=SECOND)
    assert (one.on, one.standing[SOLD].booths) == (SECOND, 1)
    assert counted([booth("A")], [sold], LATE, first=SECOND, last=FIRST) == []


def test_nothing_sold_yet_is_one_empty_day() -> None:
    [day] = counted([booth("A")], [], LATE)
    assert (day.on, day.standing[SOLD]) == (FIRST, NOTHING)


def test_halls_are_told_in_the_order_in_which_people_count_them() -> None:
    floor = [booth("A", hall=hall) for hall in ("10", "2", "N1", "1")]
    assert list(sales.by_hall(floor, {})) == ["1", "2", "10", "N1"]


def test_the_floor_now_is_told_by_hall_and_by_size() -> None:
    floor = [
        booth("A", 9.0, state=SOLD),
        booth("B", 9.1),
        booth("C", 200.0, hall="2", state=BLOCKED),
        booth("D", 18.0, hall="2", withdrawn=True),
        booth("E", 18.0, hall="2", withdrawn=True, state=RESERVED),
    ]
    halls = sales.by_hall(floor, {"expo/1/A": 50, "expo/1/B": 7})
    assert list(halls) == ["1", "2"]
    assert halls["1"].states[SOLD] == Tally(1, 9.0, 50)
    assert halls["1"].states[FREE] == Tally(1, 9.1)
    assert (halls["2"].states[BLOCKED], halls["2"].states[RESERVED]) == (Tally(1, 200.0), Tally(1, 18.0))
    sizes = sales.by_size(floor, {})
    assert [sum(one.booths for one in size.states.values()) for size in sizes] == [1, 2, 0, 0, 1]


STATES = st.sampled_from(list(BoothState))


@given(st.lists(STATES, min_size=7, max_size=7))
def test_however_nested_stands_are_taken_the_states_add_up_to_the_floor(states: list[BoothState]) -> None:
    """Q (100) holds P (60) and Q1 (40); P holds P1 and P2 (25 each) and leaves 10 over; X (12) stands alone."""
    q, p = "expo/1/Q", "expo/1/P"
    floor = [
        booth("Q", 100.0, parts=(p, "expo/1/Q1", "expo/1/P1", "expo/1/P2")),
        booth("P", 60.0, parts=("expo/1/P1", "expo/1/P2"), part_of=(q,)),
        booth("Q1", 40.0, part_of=(q,)),
        booth("P1", 25.0, part_of=(p, q)),
        booth("P2", 25.0, part_of=(p, q)),
        booth("X", 12.0),
        booth("Y", 3.0),
    ]
    by_id = dict(zip((one.id for one in floor), states, strict=True))
    areas = sales.shares(floor, by_id.__getitem__)
    assert sum(areas.values()) == pytest.approx(115.0)
    if by_id[q] is not FREE:
        assert areas[q] == 100.0
