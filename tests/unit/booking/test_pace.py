"""How often an exhibitor may try to hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.adapters import pacing as module
from services.booking.adapters.pacing import HoldPacing
from services.booking.domain.pace import Pace, TooSoon, try_once
from shared.runtime.auth import Issuer, Principal, Role
from shared.runtime.clock import ManualClock
from shared.runtime.problems import Problem
from shared.runtime.store import MemoryStore

from .house import ADMIN, ORGANIZER, House, exhibitor

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def _wish(booth: str = "A", who: str = "acme") -> dict[str, Any]:
    return {"fair": "expo", "booths": [f"1/{booth}"], "exhibitor": who}


@given(
    tries_max=st.integers(1, 20),
    window_seconds=st.integers(1, 120),
    waits=st.lists(st.integers(0, 5_000), max_size=120),
)
def test_no_window_has_more_than_twice_the_tries_and_whoever_waits_as_told_gets_in(
    tries_max: int, window_seconds: int, waits: list[int]
) -> None:
    pace, now, rested_at = Pace(tries_max, window_seconds), NOW, None
    taken: list[datetime] = []
    for wait_ms in waits:
        now += timedelta(milliseconds=wait_ms)
        after = try_once(rested_at, pace, now)
        if isinstance(after, TooSoon):
            later = now + timedelta(seconds=after.retry_after_seconds)
            assert not isinstance(try_once(rested_at, pace, later), TooSoon)
            assert after.retry_after_seconds <= window_seconds + 1
            continue
        rested_at = after
        taken.append(now)
    window = timedelta(seconds=window_seconds)
    assert all(sum(1 for at in taken if first <= at < first + window) <= 2 * tries_max for first in taken)


def test_all_is_possible_at_once_and_then_one_at_a_time() -> None:
    pace, rested_at = Pace(3, 60), None
    for _ in range(3):
        rested_at = try_once(rested_at, pace, NOW)
        assert isinstance(rested_at, datetime)
    assert try_once(rested_at, pace, NOW) == TooSoon(20)
    assert isinstance(try_once(rested_at, pace, NOW + timedelta(seconds=20)), datetime)
    assert rested_at == NOW + timedelta(seconds=60)


def test_memory_is_bounded_and_the_rested_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_MAX", 2)
    clock = ManualClock(NOW)
    pacing = HoldPacing(Pace(1, 60), clock)
    for name in ("a", "b", "c"):
        pacing.count(exhibitor(name))
    assert list(pacing._rested_at) == ["b", "c"]
    with pytest.raises(Problem, match="too-many-holds"):
        pacing.count(exhibitor("c"))
    clock.advance(seconds=60)
    pacing.count(exhibitor("d"))
    assert list(pacing._rested_at) == ["d"]


@pytest.fixture
async def paced(issuer: Issuer, tmp_path: Path) -> AsyncIterator[House]:
    house = House(MemoryStore(), issuer, tmp_path / "jwks.json", settings={"hold_tries_max": 2})
    await house.start()
    await house.open_fair("A", "B", "C", "D")
    yield house
    await house.stop()


def _slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:pavilion:problem:")


async def test_an_exhibitor_who_tries_too_often_is_told_when_to_come_back(paced: House) -> None:
    client = await paced.http(exhibitor("acme"))
    assert (await client.post("/reservations", json=_wish())).status_code == 201
    assert (await client.post("/reservations", json=_wish())).status_code == 409, "a try that fails is one, too"
    refused = await client.post("/reservations", json=_wish("B"))
    assert (refused.status_code, _slug(refused), refused.headers["retry-after"]) == (429, "too-many-holds", "30")
    assert (await client.get("/reservations", params={"fair": "expo"})).status_code == 200
    assert isinstance(paced.clock, ManualClock)
    paced.clock.advance(seconds=30)
    assert (await client.post("/reservations", json=_wish("B"))).status_code == 201


async def test_the_refusal_is_no_answer_to_an_idempotency_key(paced: House) -> None:
    client = await paced.http(exhibitor("acme"))
    for booth in ("A", "B"):
        assert (await client.post("/reservations", json=_wish(booth))).status_code == 201
    key = {"Idempotency-Key": "one intent"}
    assert (await client.post("/reservations", json=_wish("C"), headers=key)).status_code == 429
    assert isinstance(paced.clock, ManualClock)
    paced.clock.advance(seconds=30)
    assert (await client.post("/reservations", json=_wish("C"), headers=key)).status_code == 201


async def test_accounts_of_one_exhibitor_share_its_tries_and_another_has_its_own(paced: House) -> None:
    for account, status in (("first", 201), ("second", 201), ("third", 429)):
        client = await paced.http(Principal(account, Role.EXHIBITOR, exhibitor="acme"))
        booth = {"first": "A", "second": "B", "third": "C"}[account]
        assert (await client.post("/reservations", json=_wish(booth))).status_code == status
    other = await paced.http(exhibitor("beta"))
    assert (await other.post("/reservations", json=_wish("D", who="beta"))).status_code == 201


@pytest.mark.parametrize("principal", [ORGANIZER, ADMIN, replace(ADMIN, exhibitor="acme")])
async def test_who_acts_for_exhibitors_is_not_held_up(paced: House, principal: Any) -> None:
    client = await paced.http(principal)
    for booth in ("A", "B", "C", "D"):
        assert (await client.post("/reservations", json=_wish(booth))).status_code == 201
