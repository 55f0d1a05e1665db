"""The committer over MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.runtime.committer import COLLECTIONS as OWN
from shared.runtime.store import MongoStore
from tests.builders.counters import COLLECTIONS
from tests.unit.runtime.committer_suite import CommitterSuite


@pytest.fixture
async def store(mongod: str, mongo_database: str) -> AsyncIterator[MongoStore]:
    store = MongoStore(mongod, mongo_database)
    await store.prepare([*OWN, *COLLECTIONS])
    yield store
    await store.drop()
    await store.close()


class TestCommitterOnMongoDB(CommitterSuite):
    pass
