"""Sales are counted one at a time, and who asks for the same gets the same."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from services.booking.domain.booth import Booth
from services.booking.domain.fair import Fair
from services.booking.domain.reservation import Reservation, ReservationState
from services.booking.ports import Scope
from services.booking.queries import sales
from services.booking.queries.sales import Asked, ManyWaitError, SalesCount
from shared.runtime.auth.policy import TenantScope
from shared.runtime.clock import ManualClock

EXPO = Fair("expo", "sco", time_zone="Asia/Shanghai", currency="CNY")
OWN = TenantScope(organizer="sco")
HELD_AT = datetime(2027, 3, 1, tzinfo=UTC)


class _Slow:
    """A SalesReader whose reads take until they are let go; it knows how many there were, and were at once."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.floors = 0
        self.at_once = 0
        self.at_once_most = 0
        self.fault: Exception | None = None
        self.kept: list[Reservation] = []

    async def floor(self, fair: str) -> list[Booth]:
        self.floors += 1
        self.at_once += 1
        self.at_once_most = max(self.at_once, self.at_once_most)
        await self.go_on.wait()
        self.at_once -= 1
        if self.fault is not None:
            raise self.fault
        return []

    async def of_fair(
        self, fair: str, scope: Scope, *, states: Collection[ReservationState], before: str | None, limit: int
    ) -> list[Reservation]:
        return [one for one in self.kept if before is None or one.id < before][:limit]


@pytest.fixture
def reader() -> _Slow:
    return _Slow()


@pytest.fixture
def count(reader: _Slow) -> SalesCount:
    return SalesCount(reader, ManualClock())


async def begun(*tasks: asyncio.Task[object]) -> None:
    """Let tasks come as far as they do without the reader."""
    for _ in range(5):
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)


async def test_who_asks_for_what_is_being_counted_gets_that_answer(reader: _Slow, count: SalesCount) -> None:
    first, second = (asyncio.create_task(count.of(Asked(EXPO, OWN))) for _ in range(2))
    await begun(first, second)
    reader.go_on.set()
    assert await first is await second
    assert reader.floors == 1
    await count.of(Asked(EXPO, OWN))
    assert reader.floors == 2, "what has been told is counted anew"


async def test_one_who_leaves_does_not_take_it_from_the_others(reader: _Slow, count: SalesCount) -> None:
    first, second = (asyncio.create_task(count.of(Asked(EXPO, OWN))) for _ in range(2))
    await begun(first, second)
    first.cancel()
    reader.go_on.set()
    assert (await second).complete
    assert reader.floors == 1


async def test_different_sales_are_counted_one_after_the_other(reader: _Slow, count: SalesCount) -> None:
    tasks = [asyncio.create_task(count.of(Asked(EXPO, OWN, hall))) for hall in ("1", "2", "3")]
    await begun(*tasks)
    reader.go_on.set()
    await asyncio.gather(*tasks)
    assert (reader.floors, reader.at_once_most) == (3, 1)


async def test_a_fault_is_told_to_all_and_not_kept(reader: _Slow, count: SalesCount) -> None:
    reader.fault = RuntimeError("the store went away")
    tasks = [asyncio.create_task(count.of(Asked(EXPO, OWN))) for _ in range(2)]
    await begun(*tasks)
    reader.go_on.set()
    assert await asyncio.gather(*tasks, return_exceptions=True) == [reader.fault] * 2
    reader.fault = None
    assert (await count.of(Asked(EXPO, OWN))).complete


async def test_no_more_than_some_wait(reader: _Slow, count: SalesCount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales, "_WAITING_MAX", 2)
    tasks = [asyncio.create_task(count.of(Asked(EXPO, OWN, hall))) for hall in ("1", "2")]
    await begun(*tasks)
    with pytest.raises(ManyWaitError):
        await count.of(Asked(EXPO, OWN, "3"))
    reader.go_on.set()
    await asyncio.gather(*tasks)


async def test_what_is_beyond_the_most_is_left_out_and_said(
    reader: _Slow, count: SalesCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sales.RESERVATIONS_MAX == 50_000
    monkeypatch.setattr(sales, "RESERVATIONS_MAX", 3)
    reader.go_on.set()
    ends = HELD_AT + timedelta(minutes=15)
    for number, complete in ((3, True), (4, False)):
        reader.kept = [Reservation(f"r{n}", "expo", "sco", (), "acme", ends, HELD_AT) for n in range(number, 0, -1)]
        assert (await count.of(Asked(EXPO, OWN))).complete is complete
