"""What happened is found on a real database by its index, however much else there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.booking.adapters.happenings import _NEWEST_FIRST, _subjects, _where
from services.booking.ports import Before, Sought
from shared.runtime.auth import TenantScope
from shared.runtime.outbox import OUTBOX
from shared.runtime.store import MongoStore
from tests.unit.booking.house import ORGANIZER, House, exhibitor
from tests.unit.booking.test_http_happenings import asked, hold, kinds

from .conftest import Open

NUMBERS = [f"B{n}" for n in range(40)]
EVERYBODY = TenantScope(everything=True)
ORGANIZERS = TenantScope(organizer="sco")


@pytest.fixture
async def busy(open_house: Open) -> House:
    """Forty exhibitors, each of whom holds a booth and confirms it."""
    house = await open_house()
    await house.open_fair(*NUMBERS)
    for number in NUMBERS:
        client = await house.http(exhibitor(number.lower()))
        held = await hold(client, number.lower(), number)
        assert (await client.post(f"/reservations/{held['id']}/confirm")).status_code == 200
        house.advance(seconds=1)
    await house.number()
    return house


async def test_what_happened_is_read_in_pages_by_whoever_may(busy: House) -> None:
    read: list[str] = []
    query: dict[str, Any] = {"limit": 7, "fair": "expo"}
    while True:
        page = await asked(busy, ORGANIZER, **query)
        read += [one["event"]["id"] for one in page["happenings"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(read) == len(set(read)) == 2 * len(NUMBERS)
    assert await kinds(busy, exhibitor("b7"), fair="expo") == ["reservation.confirmed", "reservation.held"]


@pytest.mark.parametrize(
    ("scope", "sought", "rows"),
    [
        (ORGANIZERS, Sought(booth="expo/1/B7"), 2),
        (ORGANIZERS, Sought(fair="expo", exhibitor="b7"), 2),
        (TenantScope(exhibitor="b7"), Sought(), 2),
        (ORGANIZERS, Sought(fair="expo"), 80),
        (EVERYBODY, Sought(), 80),
        (EVERYBODY, Sought(kind="reservation.held"), 40),
    ],
)
async def test_every_search_walks_the_index_in_its_order(
    busy: House, scope: TenantScope, sought: Sought, rows: int
) -> None:
    store = busy.store
    assert isinstance(store, MongoStore)
    newest = busy.clock.now() + timedelta(days=1)
    for before in (None, Before(newest, 10_000)):
        where = _where(_subjects(scope, sought), sought, before)
        cursor = store._of(OUTBOX).find(where).sort(list(_NEWEST_FIRST))
        told = await cursor.explain()
        stages = _stages(told["queryPlanner"]["winningPlan"])
        assert stages == ["FETCH", "IXSCAN"], "no scan of the collection, and nothing sorted in memory"
        counted = told["executionStats"]
        assert counted["nReturned"] == rows
        # The rarest of what is sought decides, not the fair: what is looked at is about as much as what is found.
        assert counted["totalDocsExamined"] <= rows + 2


def _stages(plan: dict[str, Any]) -> list[str]:
    if "queryPlan" in plan:
        return _stages(plan["queryPlan"])
    return [plan["stage"], *(_stages(plan["inputStage"]) if "inputStage" in plan else [])]
