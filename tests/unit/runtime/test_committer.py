"""The committer over the store in memory."""

from __future__ import annotations

import asyncio

import pytest

from shared.runtime.store import MemoryStore, StoreUnavailable, Writes
from tests.builders.counters import add
from tests.builders.unguarded import Unguarded
from tests.unit.runtime.committer_suite import CommitterSuite, committer, totals


class SlowStore(MemoryStore):
    """Lets other tasks in between reading and writing, as a network does."""

    async def write(self, writes: Writes) -> None:
        await asyncio.sleep(0)
        await super().write(writes)


@pytest.fixture
def store() -> MemoryStore:
    return SlowStore()


class TestCommitter(CommitterSuite):
    async def test_without_the_guard_updates_are_lost(self, store: MemoryStore) -> None:
        """The negative control: the guard is what keeps rivals apart."""
        rivals = [committer(Unguarded(store)) for _ in range(3)]
        for n in range(20):
            await asyncio.gather(*(rival.commit(add("a", key=f"{n}-{i}")) for i, rival in enumerate(rivals)))
        assert (await totals(store))["a"] < 60

    async def test_a_store_that_is_away_is_told_to_the_caller(self, store: MemoryStore) -> None:
        store.available = False
        with pytest.raises(StoreUnavailable):
            await committer(store).commit(add("a"))
