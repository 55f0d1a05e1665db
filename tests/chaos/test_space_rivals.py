"""Rivals for spaces: three booking processes on one real database, combined halls against their parts."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from services.booking.adapters.space_store import BOOKINGS
from tests.chaos.orders import Answer, Order, book, organizer
from tests.chaos.rivals import Ring, ring

pytestmark = pytest.mark.asyncio(loop_scope="module")

HALLS = {"h1": ["1"], "h2": ["2"], "h3": ["3"], "h12": ["1", "2"], "h23": ["2", "3"], "h123": ["1", "2", "3"]}
PLANNERS = [organizer(f"planner-{n}") for n in range(16)]
BEGIN = datetime(2031, 3, 1, 8, tzinfo=UTC)
SLOTS, RIVALS = 50, 8
Pair = tuple[Order, Answer]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rivals(tmp_path_factory: pytest.TempPathFactory, mongod: str, kafka: str) -> AsyncIterator[Ring]:
    """Three booking processes as they are; each test has a centre of its own."""
    directory = tmp_path_factory.mktemp("space-rivals")
    async with ring(directory, mongod, kafka, "space_rivals", processes=3) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def unguarded(tmp_path: Path, mongod: str, kafka: str) -> AsyncIterator[Ring]:
    """Three booking processes whose writes look at no version."""
    module = "tests.chaos.unguarded_booking"
    async with ring(tmp_path, mongod, kafka, "space_unguarded", processes=3, module=module) as made:
        yield made


async def race(rivals: Ring, orders: Sequence[Order]) -> list[Pair]:
    """Send all orders at once, by turns to each process."""
    answers = await asyncio.gather(*(rivals.desk.insist(order, place) for place, order in enumerate(orders)))
    return list(zip(orders, answers, strict=True))


def at(slot: int, minutes: int = 0) -> str:
    return (BEGIN + timedelta(hours=slot, minutes=minutes)).isoformat()


def same_slots(centre: str) -> list[Order]:
    """Eight rivals for each of fifty hours of one hall, in no order."""
    orders = [
        book(PLANNERS[rival], f"{centre}-{slot}-{rival}", f"{centre}/h1", at(slot), at(slot + 1))
        for slot in range(SLOTS)
        for rival in range(RIVALS)
    ]
    random.Random(31).shuffle(orders)
    return orders


async def test_of_eight_rivals_for_each_of_fifty_slots_one_has_it(rivals: Ring) -> None:
    await rivals.centre("slots", HALLS)
    pairs = await race(rivals, same_slots("slots"))
    won = Counter(order.body["start"] for order, answer in pairs if answer.status == 201)
    assert won == {at(slot): 1 for slot in range(SLOTS)}
    for _, answer in pairs:
        if answer.status != 201:
            assert (answer.status, answer.reason) == (409, "space-taken")
            assert answer.json["items"][0]["booking"]
            assert "alternatives" in answer.json
    assert len(await rivals.all(BOOKINGS, venue="slots")) == SLOTS
    assert await rivals.calendars() == []


async def test_combined_halls_and_their_parts_never_meet(rivals: Ring) -> None:
    """Worse: any hall or combination, at any quarter of an hour, for any time, with buffers, options among them."""
    await rivals.centre("parts", HALLS, buffer_before=15, buffer_after=30)
    seed = random.Random(2031)
    orders = []
    for number in range(700):
        start = seed.randrange(0, 40 * 60, 15)
        state = seed.choice(("definite", "definite", "option"))
        hall, end = seed.choice(sorted(HALLS)), start + seed.randrange(15, 300, 15)
        who = seed.choice(PLANNERS)
        orders.append(book(who, f"parts-{number}", f"parts/{hall}", at(0, start), at(0, end), state=state))
    pairs = await race(rivals, orders)
    states = Counter((answer.status, answer.reason) for _, answer in pairs)
    assert states[201, ""] > 30
    assert set(states) <= {(201, ""), (409, "space-taken"), (409, "options-ahead"), (409, "options-full")}
    assert {use["space"] for _, answer in pairs if answer.status == 201 for use in answer.json["uses"]} > {"parts/h12"}
    assert await rivals.calendars() == []


async def test_without_the_version_guard_the_same_slots_are_sold_twice(unguarded: Ring) -> None:
    """The negative control: were the fight too tame to collide, the tests above would prove nothing."""
    await unguarded.centre("slots", HALLS)
    pairs = await race(unguarded, same_slots("slots"))
    won = Counter(order.body["start"] for order, answer in pairs if answer.status == 201)
    assert [slot for slot, count in won.items() if count > 1], "three processes without guards did not collide once"
    assert [said for said in await unguarded.calendars() if " meet at " in said]
