"""Booking processes on one real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from shared.runtime.auth import Issuer
from shared.runtime.clock import ManualClock
from shared.runtime.store import MongoStore, Store
from tests.builders.unguarded import Unguarded
from tests.unit.booking.house import House

Open = Callable[..., Awaitable[House]]


@pytest.fixture
async def open_house(mongod: str, mongo_database: str, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens a booking process: its own connections, committer and pictures; the database and the clock are shared."""
    issuer = Issuer.open(tmp_path / "issuer.pem")
    issuer.write_jwks(tmp_path / "jwks.json")
    clock = ManualClock()
    opened: list[House] = []

    async def open_one(*, guarded: bool = True, **options: Any) -> House:
        mongo = MongoStore(mongod, mongo_database)
        store = mongo if guarded else cast("Store", Unguarded(mongo))
        house = House(store, issuer, tmp_path / "jwks.json", clock, **options)
        await house.start()
        opened.append(house)
        return house

    yield open_one
    for house in opened:
        await house.stop()
    cleaner = MongoStore(mongod, mongo_database)
    await cleaner.drop()
    for store in (cleaner, *(house.store for house in opened)):
        await store.close()
