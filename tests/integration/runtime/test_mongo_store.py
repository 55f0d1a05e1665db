"""MongoDB's adapter keeps the promises of the store's port, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.runtime.pages import paged
from shared.runtime.store import (
    ASCENDING,
    Collection,
    Conflict,
    Index,
    MongoStore,
    Put,
    StoreUnavailable,
    WriteRefused,
    Writes,
)
from tests.unit.runtime.store_suite import StoreSuite, put

SCHEMA = {"bsonType": "object", "properties": {"n": {"bsonType": "int"}}}


@pytest.fixture
async def store(mongod: str, mongo_database: str) -> AsyncIterator[MongoStore]:
    store = MongoStore(mongod, mongo_database)
    await store.prepare([*(Collection(name) for name in ("things", "marks", "leases")), paged("pages")])
    yield store
    await store.drop()
    await store.close()


class TestMongoStore(StoreSuite):
    async def test_a_validator_refuses_and_the_batch_is_undone(self, store: MongoStore) -> None:
        await store.prepare([Collection("things", validator=SCHEMA)])
        with pytest.raises(WriteRefused, match="validation"):
            await store.write(Writes(puts=[put("good", 1, n=1), put("bad", 1, n="one")]))
        assert (await store.load({"things": ["good"]}))["things"] == {}

    async def test_a_unique_index_conflicts(self, store: MongoStore) -> None:
        await store.prepare([Collection("things", indexes=(Index((("n", ASCENDING),), unique=True),))])
        await store.write(Writes(puts=[put("a", 1, n=1)]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("b", 1, n=1)]))

    async def test_a_changed_index_is_replaced(self, store: MongoStore) -> None:
        plain = Collection("things", indexes=(Index((("n", ASCENDING),)),))
        unique = Collection("things", indexes=(Index((("n", ASCENDING),), unique=True),))
        for declared in (plain, unique, unique):
            await store.prepare([declared])
        await store.write(Writes(puts=[put("a", 1, n=1)]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("b", 1, n=1)]))

    async def test_of_many_rivals_one_wins(self, store: MongoStore) -> None:
        await store.write(Writes(puts=[put("a", 1, n=0)]))

        async def rival(n: int) -> bool:
            try:
                await store.write(Writes(puts=[put("a", 2, n=n)]))
            except Conflict:
                return False
            return True

        assert sum(await asyncio.gather(*(rival(n) for n in range(1, 9)))) == 1

    async def test_a_watch_wakes_on_inserts(self, store: MongoStore) -> None:
        stream = store.watch("marks")
        await anext(stream)  # opened
        await store.insert_new("marks", [{"_id": "a"}])
        await asyncio.wait_for(anext(stream), 10)

    async def test_a_server_that_is_not_there_is_unavailable(self) -> None:
        store = MongoStore("mongodb://127.0.0.1:9/?replicaSet=none", "nowhere", timeout_ms=200)
        for attempt in (
            store.load({"things": ["a"]}),
            store.write(Writes(puts=[Put("things", {"_id": "a", "v": 1}, 0)])),
            store.ping(),
            store.find("things", {}),
        ):
            with pytest.raises(StoreUnavailable):
                await attempt
        await store.close()
