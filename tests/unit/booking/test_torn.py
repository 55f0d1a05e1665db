"""What a decision read may have changed between two reads; then it reads again instead of failing or misjudging."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from services.booking.adapters.store import RESERVATIONS
from shared.runtime.auth import Issuer
from tests.builders.rows import outbox_rows

from .house import House, exhibitor


@pytest.fixture
async def other(house: House, issuer: Issuer, tmp_path: Path) -> AsyncIterator[House]:
    """A second process on the same store, which remembers nothing of what the first one did."""
    other = House(house.store, issuer, tmp_path / "jwks.json", house.clock)
    yield other
    await other.stop()


async def _hold(house: House, who: str) -> int:
    client = await house.http(exhibitor(who))
    wish = {"fair": "expo", "booths": ["1/A", "1/B"], "exhibitor": who}
    return (await client.post("/reservations", json=wish)).status_code


def _between_reads(house: House, meanwhile: Callable[[], Awaitable[Any]]) -> None:
    """After the next read, let something else happen before the reader reads on."""
    load = house.store.load

    async def load_once(reads: Any) -> Any:
        found = await load(reads)
        house.store.load = load  # type: ignore[method-assign]
        await meanwhile()
        return found

    house.store.load = load_once  # type: ignore[method-assign]


async def test_a_timer_that_reads_amid_anothers_sweep_ends_the_hold_once(house: House, other: House) -> None:
    await house.open_fair("A", "B")
    assert await _hold(house, "acme") == 201
    house.advance(seconds=900)
    _between_reads(other, house.sweep)
    await other.sweep()
    expired = await outbox_rows(house.store, type="pavilion.booking.reservation.expired.v1")
    assert len(expired) == 1


async def test_a_hold_that_reads_amid_anothers_sweep_still_gets_the_lapsed_booths(house: House, other: House) -> None:
    await house.open_fair("A", "B")
    assert await _hold(house, "acme") == 201
    house.advance(seconds=900)
    _between_reads(other, house.sweep)
    assert await _hold(other, "rival") == 201
    states = {r["exhibitor"]: r["state"] for r in await house.store.find(RESERVATIONS, {})}
    assert states == {"acme": "expired", "rival": "held"}


async def test_a_store_whose_aggregates_do_not_fit_is_a_fault_and_says_so(house: House) -> None:
    await house.open_fair("A", "B")
    assert await _hold(house, "acme") == 201
    await house.store.update_one("booths", {"_id": "expo/1/A"}, {"reservation": "res-other"})
    [reservation] = await house.store.find(RESERVATIONS, {})
    client = await house.http(exhibitor("acme"))
    answer = await client.post(f"/reservations/{reservation['_id']}/confirm")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:pavilion:problem:unexpected")
    assert (await client.get(f"/reservations/{reservation['_id']}")).json()["state"] == "held"
