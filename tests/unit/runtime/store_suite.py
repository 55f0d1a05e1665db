"""What every store must do; run against the in-memory one here and against MongoDB in tests/integration."""

from __future__ import annotations

from typing import Any

import pytest

from shared.runtime.store import Conflict, Insert, Mark, Put, Remove, Store, Touch, Writes


def put(id_: str, version: int, **fields: object) -> Put:
    return Put("things", {"_id": id_, "v": version, **fields}, version - 1)


class StoreSuite:
    async def test_what_is_written_is_loaded(self, store: Store) -> None:
        await store.write(Writes(puts=[put("a", 1, n=1), put("b", 1, n=2)]))
        assert (
            await store.load({"things": ["a", "b", "c"], "others": []})
            == {"things": {"a": {"_id": "a", "v": 1, "n": 1}, "b": {"_id": "b", "v": 1, "n": 2}}}
            or (await store.load({"things": ["c"]}))["things"] == {}
        )
        found = await store.load({"things": ["a", "b", "c"]})
        assert set(found["things"]) == {"a", "b"}

    async def test_a_write_that_saw_an_old_version_writes_nothing_at_all(self, store: Store) -> None:
        await store.write(Writes(puts=[put("a", 1)]))
        await store.write(Writes(puts=[put("a", 2, n=2)]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("new", 1), put("a", 2, n=99)]))
        assert await store.load({"things": ["a", "new"]}) == {"things": {"a": {"_id": "a", "v": 2, "n": 2}}}

    async def test_a_new_document_conflicts_with_one_that_is_there(self, store: Store) -> None:
        await store.write(Writes(puts=[put("a", 1)]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("a", 1)]))

    async def test_a_touched_document_must_not_have_moved(self, store: Store) -> None:
        await store.write(Writes(puts=[put("read", 1), put("written", 1)]))
        await store.write(Writes(puts=[put("written", 2)], touches=[Touch("things", "read", 1)]))
        await store.write(Writes(puts=[put("read", 2)]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("written", 3)], touches=[Touch("things", "read", 1)]))
        assert (await store.load({"things": ["written"]}))["things"]["written"]["v"] == 2

    async def test_a_removed_document_is_gone_and_must_have_been_as_seen(self, store: Store) -> None:
        await store.write(Writes(puts=[put("a", 1)]))
        with pytest.raises(Conflict):
            await store.write(Writes(removes=[Remove("things", "a", 2)]))
        await store.write(Writes(removes=[Remove("things", "a", 1)]))
        assert (await store.load({"things": ["a"]}))["things"] == {}

    async def test_an_insert_twice_is_a_conflict_and_undoes_the_rest(self, store: Store) -> None:
        await store.write(Writes(inserts=[Insert("marks", ({"_id": "m"},))]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("a", 1)], inserts=[Insert("marks", ({"_id": "m"},))]))
        assert (await store.load({"things": ["a"]}))["things"] == {}

    async def test_an_entry_is_found_by_its_id_with_the_fields_of_its_page(self, store: Store) -> None:
        many = [{"_id": f"p{n}", "at": n, "entries": [{"id": f"{n}-{i}", "n": i} for i in range(3)]} for n in range(3)]
        await store.write(Writes(inserts=[Insert("pages", tuple(many))]))
        found = await store.entries({"pages": ["0-1", "2-0", "2-2", "nowhere"]})
        assert found["pages"] == {
            "0-1": {"_id": "p0", "at": 0, "id": "0-1", "n": 1},
            "2-0": {"_id": "p2", "at": 2, "id": "2-0", "n": 0},
            "2-2": {"_id": "p2", "at": 2, "id": "2-2", "n": 2},
        }
        assert (await store.entries({"pages": ["nowhere"]}))["pages"] == {}

    async def test_pages_are_found_with_those_entries_alone_that_hold_what_is_wanted(self, store: Store) -> None:
        tags = [["a", "b"], ["a"], ["b", "a", "c"], None]

        def page(at: int) -> dict[str, Any]:
            entries = [{"id": f"{at}-{n}", **({"tags": told} if told else {})} for n, told in enumerate(tags)]
            return {"_id": f"p{at}", "at": at, "entries": entries}

        other = {"_id": "q", "at": 9, "entries": [{"id": "q", "tags": ["z"]}]}
        await store.write(Writes(inserts=[Insert("pages", (page(0), page(1), page(2), other))]))
        recent = {"at": {"$gte": 1}}
        found = await store.find_in_pages("pages", recent, holding={"tags": ["a", "b"]}, sort=[("at", -1)], limit=2)
        assert [(page["_id"], [entry["id"] for entry in page["entries"]]) for page in found] == [
            ("q", []),
            ("p2", ["2-0", "2-2"]),
        ]

    async def test_an_entry_that_is_on_another_page_is_a_conflict_and_undoes_the_rest(self, store: Store) -> None:
        def page(id_: str, *entries: str) -> Insert:
            return Insert("pages", ({"_id": id_, "entries": [{"id": entry} for entry in entries]},))

        await store.write(Writes(inserts=[page("p", "a", "b")]))
        with pytest.raises(Conflict):
            await store.write(Writes(puts=[put("a", 1)], inserts=[page("q", "c", "b")]))
        assert (await store.load({"things": ["a"]}))["things"] == {}
        await store.delete("pages", {"_id": "p"})
        await store.write(Writes(inserts=[page("q", "c", "b")]))

    async def test_a_field_is_summed_over_what_matches(self, store: Store) -> None:
        await store.insert_new("marks", [{"_id": str(n), "count": n, "old": n < 3} for n in range(5)])
        assert await store.total("marks", {"old": True}, "count") == 3
        assert await store.total("marks", {"_id": "none"}, "count") == 0

    async def test_a_mark_finds_its_document_or_conflicts(self, store: Store) -> None:
        await store.write(Writes(inserts=[Insert("marks", ({"_id": "m", "n": 1},))]))
        await store.write(Writes(marks=[Mark("marks", "m", {"n": 2}, {"n": 1})]))
        with pytest.raises(Conflict):
            await store.write(Writes(marks=[Mark("marks", "m", {"n": 3}, {"n": 1})]))
        assert await store.find("marks", {}) == [{"_id": "m", "n": 2}]

    async def test_finding_speaks_the_common_language(self, store: Store) -> None:
        things = [
            {"_id": "1", "v": 1, "n": 1, "tags": ["x", "y"], "in": {"deep": "q"}},
            {"_id": "2", "v": 1, "n": 2, "tags": [], "in": {"deep": "r"}, "due": 5},
            {"_id": "3", "v": 1, "n": 3, "tags": ["y"]},
        ]
        await store.insert_new("things", things)

        async def ids(where: dict[str, object]) -> list[str]:
            return [d["_id"] for d in await store.find("things", where, sort=[("_id", 1)])]

        assert await ids({"n": 2}) == ["2"]
        assert await ids({"tags": "y"}) == ["1", "3"]
        assert await ids({"in.deep": "q"}) == ["1"]
        assert await ids({"n": {"$in": [1, 3]}}) == ["1", "3"]
        assert await ids({"n": {"$nin": [1, 3]}}) == ["2"]
        assert await ids({"n": {"$ne": 1}}) == ["2", "3"]
        assert await ids({"n": {"$gt": 1, "$lte": 3}}) == ["2", "3"]
        assert await ids({"due": {"$exists": True}}) == ["2"]
        assert await ids({"due": {"$lte": 5}}) == ["2"]
        assert await ids({"due": None}) == ["1", "3"]
        assert await ids({"$or": [{"n": 1}, {"due": 5}]}) == ["1", "2"]
        assert await ids({"tags": {"$regex": "^x"}}) == ["1"]
        assert [d["_id"] for d in await store.find("things", {}, sort=[("n", -1)], limit=2)] == ["3", "2"]
        assert [d["_id"] for d in await store.find("things", {}, sort=[("n", 1)], skip=1)] == ["2", "3"]
        assert [d["_id"] for d in await store.find_in_snapshot("things", {}, sort=[("_id", 1)], limit=2)] == ["1", "2"]
        assert await store.count("things", {"tags": "y"}) == 2

    async def test_marks_outside_a_batch_find_one_or_none(self, store: Store) -> None:
        assert await store.update_one("leases", {"_id": "l", "owner": "me"}, {"n": 1}) is None
        assert await store.update_one("leases", {"_id": "l"}, {"owner": "me"}, upsert=True) == {
            "_id": "l",
            "owner": "me",
        }
        assert await store.update_one("leases", {"_id": "l", "owner": "other"}, {"n": 1}, upsert=True) is None

    async def test_inserting_what_is_new_counts_it(self, store: Store) -> None:
        assert await store.insert_new("marks", [{"_id": "a"}, {"_id": "b"}]) == 2
        assert await store.insert_new("marks", [{"_id": "b"}, {"_id": "c"}]) == 1
        assert await store.insert_new("marks", []) == 0
        assert await store.count("marks", {}) == 3

    async def test_deleting_is_bounded(self, store: Store) -> None:
        await store.insert_new("marks", [{"_id": str(n), "old": True} for n in range(5)])
        assert await store.delete("marks", {"old": True}, limit=2) == 2
        assert await store.delete("marks", {"old": True}) == 3
