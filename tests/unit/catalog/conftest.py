"""The catalog on a store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.runtime.store import MemoryStore
from tests.unit.catalog.kit import Catalog, running


@pytest.fixture
async def catalog(tmp_path: Path) -> AsyncIterator[Catalog]:
    """A catalog with nothing in it."""
    async with running(MemoryStore(), tmp_path) as catalog:
        yield catalog
