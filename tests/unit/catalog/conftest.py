"""The catalog on a store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.runtime.store import MemoryStore
from tests.unit.catalog.kit import Attentive, Catalog, running


@pytest.fixture
def bookings() -> Attentive:
    """Booking, of which all is heard."""
    return Attentive()


@pytest.fixture
async def catalog(tmp_path: Path, bookings: Attentive) -> AsyncIterator[Catalog]:
    """A catalog with nothing in it."""
    async with running(MemoryStore(), tmp_path, bookings=bookings) as catalog:
        yield catalog
