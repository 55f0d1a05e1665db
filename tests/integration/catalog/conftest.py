"""The catalog on a real MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.runtime.store import MongoStore
from tests.unit.catalog.kit import Attentive, Catalog, running


@pytest.fixture
def bookings() -> Attentive:
    """Booking, of which all is heard."""
    return Attentive()


@pytest.fixture
async def catalog(mongod: str, mongo_database: str, tmp_path: Path, bookings: Attentive) -> AsyncIterator[Catalog]:
    """A catalog with nothing in it."""
    store = MongoStore(mongod, mongo_database)
    async with running(store, tmp_path, bookings=bookings) as catalog:
        yield catalog
    await store.drop()
    await store.close()


@pytest.fixture
async def rival(catalog: Catalog, mongod: str, mongo_database: str, tmp_path: Path) -> AsyncIterator[Catalog]:
    """A second process, as it were, on the same database."""
    (tmp_path / "rival").mkdir()
    store = MongoStore(mongod, mongo_database)
    async with running(store, tmp_path / "rival", bookings=Attentive()) as second:
        yield second
    await store.close()
