"""Rivals: two booking processes on one real database, many exhibitors, few booths."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from services.booking.adapters.store import BOOTHS, RESERVATIONS
from shared.runtime.auth import Principal
from tests.chaos.orders import Answer, Order, exhibitor, hold, step
from tests.chaos.rivals import Ring, ring

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIGHT = "fight"
ROUNDS = 20
BOOTHS_A_ROUND = 6
ATTEMPTS_A_ROUND = 100
EXHIBITORS = [exhibitor(f"rival-{n}") for n in range(50)]
REFUSALS = {"booth-taken", "joint-stand-taken"}
Pair = tuple[Order, Answer]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rivals(tmp_path_factory: pytest.TempPathFactory, mongod: str, kafka: str) -> AsyncIterator[Ring]:
    """Two booking processes as they are; each test has a fair of its own."""
    async with ring(tmp_path_factory.mktemp("rivals"), mongod, kafka, "rivals") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def unguarded(tmp_path: Path, mongod: str, kafka: str) -> AsyncIterator[Ring]:
    """Two booking processes whose writes look at no version."""
    module = "tests.chaos.unguarded_booking"
    async with ring(tmp_path, mongod, kafka, "unguarded", module=module) as made:
        yield made


def numbers(round_: int) -> list[str]:
    """The booths that one round is about."""
    return [f"R{round_:02}-{n}" for n in range(BOOTHS_A_ROUND)]


async def race(rivals: Ring, orders: Sequence[Order]) -> list[Pair]:
    """Send all orders at once, by turns to each process."""
    answers = await asyncio.gather(*(rivals.desk.insist(order, place) for place, order in enumerate(orders)))
    return list(zip(orders, answers, strict=True))


def attempts(round_: int, seed: random.Random) -> list[Order]:
    """Single booths and overlapping sets, in no order."""
    booths = [f"1/{number}" for number in numbers(round_)]
    sets: list[tuple[str, ...]] = [(booth,) for booth in booths]
    sets += [tuple(seed.sample(booths, seed.randint(1, 4))) for _ in range(ATTEMPTS_A_ROUND - len(booths))]
    seed.shuffle(sets)
    whose = itertools.cycle(seed.sample(EXHIBITORS, len(EXHIBITORS)))
    return [hold(next(whose), FIGHT, f"{round_}-{n}", *wanted) for n, wanted in enumerate(sets)]


async def fight(rivals: Ring, rounds: int) -> list[Pair]:
    """All rounds, one after the other, each at booths of its own."""
    await rivals.fair(FIGHT, [number for round_ in range(rounds) for number in numbers(round_)])
    seed = random.Random(20_27)
    return [pair for round_ in range(rounds) for pair in await race(rivals, attempts(round_, seed))]


def assert_clear(order: Order, answer: Answer) -> None:
    """A refusal is a problem that names wanted booths and why each cannot be had, and nobody who has them."""
    assert answer.status == 409
    assert answer.media_type.startswith("application/problem+json")
    assert answer.reason in REFUSALS
    assert answer.json["detail"]
    items = answer.json["items"]
    assert items
    assert {item["booth"] for item in items} <= set(order.body["booths"])
    assert {item["reason"] for item in items} <= REFUSALS
    told = answer.body.decode()
    assert not [one.exhibitor for one in EXHIBITORS if f'"{one.exhibitor}"' in told]


def winners(pairs: Sequence[Pair]) -> Counter[str]:
    """How many were told that they have each booth."""
    return Counter(booth for _, answer in pairs if answer.status == 201 for booth in answer.json["booths"])


async def test_of_thousands_of_attempts_each_booth_has_one_winner_and_the_others_are_told_why(rivals: Ring) -> None:
    pairs = await fight(rivals, ROUNDS)
    assert len(pairs) == ROUNDS * ATTEMPTS_A_ROUND
    for order, answer in pairs:
        if answer.status != 201:
            assert_clear(order, answer)
        else:
            assert answer.json["booths"] == order.body["booths"]
    assert winners(pairs) == {f"1/{number}": 1 for round_ in range(ROUNDS) for number in numbers(round_)}
    # The stores say what the answers said.
    told = {answer.json["id"]: answer.json["exhibitor"] for _, answer in pairs if answer.status == 201}
    assert {r["_id"]: r["exhibitor"] for r in await rivals.all(RESERVATIONS, fair=FIGHT)} == told
    assert await rivals.findings() == []


async def test_without_the_version_guard_the_same_fight_sells_booths_twice(unguarded: Ring) -> None:
    """The negative control: were the fight too tame to collide, the test above would prove nothing."""
    pairs = await fight(unguarded, 6)
    twice = [booth for booth, count in winners(pairs).items() if count > 1]
    assert twice, "two processes without guards did not collide once"
    findings = await unguarded.findings()
    assert [said for said in findings if "is in several live reservations" in said]


async def test_a_joint_stand_and_its_parts_never_go_to_strangers(rivals: Ring) -> None:
    stands = {f"J{n:02}": [f"J{n:02}a", f"J{n:02}b"] for n in range(30)}
    booths = [number for whole, inside in stands.items() for number in (whole, *inside)]
    await rivals.fair("joint", booths, stands)
    orders = [hold(exhibitor(f"{number}-{n}"), "joint", "k", f"1/{number}") for number in booths for n in range(3)]
    random.Random(7).shuffle(orders)
    pairs = await race(rivals, orders)
    for order, answer in pairs:
        if answer.status != 201:
            assert_clear(order, answer)
    taken = winners(pairs)
    for whole, inside in stands.items():
        parts = [taken[f"1/{part}"] for part in inside]
        assert (taken[f"1/{whole}"], parts) in ((1, [0, 0]), (0, [1, 1])), whole
    assert {taken[f"1/{whole}"] for whole in stands} == {0, 1}, "one side won everywhere, so nobody raced"
    assert await rivals.findings() == []


async def _held(rivals: Ring, fair: str, who: Principal, count: int) -> list[Answer]:
    orders = [hold(who, fair, f"hold-{n}", f"1/B{n:02}") for n in range(count)]
    answers = [answer for _, answer in await race(rivals, orders)]
    assert {answer.status for answer in answers} == {201}
    return answers


async def _said(rivals: Ring, reservation: str) -> list[str]:
    """The short types of what was told of a reservation, in sequence."""
    rows = await rivals.rows(key=reservation)
    return [row.type.split(".")[3] for row in sorted(rows, key=lambda row: row.sequence)]


async def test_whoever_confirms_and_cancels_at_once_is_heard_in_one_order(rivals: Ring) -> None:
    acme, count = exhibitor("acme-both"), 40
    await rivals.fair("both", [f"B{n:02}" for n in range(count)])
    ids = [answer.json["id"] for answer in await _held(rivals, "both", acme, count)]
    commands = ("confirm", "cancel")
    pairs = await race(rivals, [step(acme, id_, command, f"{command}-{id_}") for id_ in ids for command in commands])
    for id_, (_, confirmed), (_, cancelled) in zip(ids, pairs[::2], pairs[1::2], strict=True):
        assert cancelled.status == 200
        if confirmed.status == 200:
            assert await _said(rivals, id_) == ["held", "confirmed", "cancelled"]
        else:
            assert (confirmed.status, confirmed.reason) == (409, "already-cancelled")
            assert await _said(rivals, id_) == ["held", "cancelled"]
    assert {booth["state"] for booth in await rivals.all(BOOTHS, fair="both")} == {"free"}
    assert await rivals.findings() == []


async def test_of_two_confirmations_at_two_processes_one_confirms(rivals: Ring) -> None:
    acme, count = exhibitor("acme-twice"), 30
    await rivals.fair("twice", [f"B{n:02}" for n in range(count)])
    ids = [answer.json["id"] for answer in await _held(rivals, "twice", acme, count)]
    pairs = await race(rivals, [step(acme, id_, "confirm", f"{key}-{id_}") for id_ in ids for key in ("one", "other")])
    for id_, (_, one), (_, other) in zip(ids, pairs[::2], pairs[1::2], strict=True):
        assert sorted((one.status, other.status)) == [200, 409]
        assert "already-confirmed" in (one.reason, other.reason)
        assert await _said(rivals, id_) == ["held", "confirmed"]
    assert await rivals.findings() == []


async def test_a_hold_is_confirmed_or_expires_and_never_both(rivals: Ring) -> None:
    """Two timers and two confirmations race around the end of each hold."""
    acme, rival, count = exhibitor("acme-ends"), exhibitor("rival"), 40
    await rivals.fair("ends", [f"B{n:02}" for n in range(count)], ttl_seconds=2)
    held = await _held(rivals, "ends", acme, count)

    async def confirm(place: int, answer: Answer) -> tuple[bool, Answer]:
        """Confirm up to a second before the end, or a little after it; whether it was sent too late."""
        ends = datetime.fromisoformat(answer.json["expires_at"])
        before = 1.0 - 1.2 * place / count
        await asyncio.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds() - before))
        late = datetime.now(UTC) >= ends
        order = step(acme, answer.json["id"], "confirm", f"confirm-{place}")
        return late, await rivals.desk.insist(order, place)

    outcomes = await asyncio.gather(*(confirm(place, answer) for place, answer in enumerate(held)))
    assert any(late for late, _ in outcomes)
    taken = {}
    for place, (answer, (late, confirmed)) in enumerate(zip(held, outcomes, strict=True)):
        if late or confirmed.status != 200:
            assert (confirmed.status, confirmed.reason) == (409, "hold-expired")
            again = await rivals.desk.insist(hold(rival, "ends", f"again-{place}", *answer.json["booths"]), place)
            assert again.status == 201
            assert await _said(rivals, answer.json["id"]) == ["held", "expired"]
        else:
            taken[answer.json["id"]] = "confirmed"
            assert await _said(rivals, answer.json["id"]) == ["held", "confirmed"]
    assert {r["_id"]: r["state"] for r in await rivals.all(RESERVATIONS, fair="ends") if r["_id"] in taken} == taken
    assert await rivals.findings() == []
