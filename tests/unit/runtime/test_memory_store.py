"""The in-memory store keeps the same promises as MongoDB's adapter."""

from __future__ import annotations

import pytest

from shared.runtime.store import MemoryStore, Put, StoreUnavailable, Writes
from tests.unit.runtime.store_suite import StoreSuite


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


class TestMemoryStore(StoreSuite):
    async def test_it_can_be_switched_off(self, store: MemoryStore) -> None:
        store.available = False
        with pytest.raises(StoreUnavailable):
            await store.write(Writes(puts=[Put("things", {"_id": "a", "v": 1}, 0)]))
