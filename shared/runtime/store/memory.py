"""The store in memory, for tests without servers; it passes the same suite as MongoDB's adapter."""

from __future__ import annotations

import asyncio
import copy
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Any

from shared.runtime.store.model import (
    ASCENDING,
    Collection,
    Conflict,
    Document,
    Index,
    Reads,
    Remove,
    Sort,
    StoreUnavailable,
    Touch,
    Writes,
    entries_by_id,
)

_MISSING = object()
_ENTRY_ID = Index((("entries.id", ASCENDING),), unique=True, sparse=True)


class MemoryStore:
    """Collections as dictionaries; every write is atomic because nothing awaits inside it."""

    def __init__(self) -> None:
        self._documents: dict[str, dict[str, Document]] = defaultdict(dict)
        self._unique: dict[str, tuple[Index, ...]] = {}
        self._owners: dict[tuple[str, str], dict[Any, str]] = defaultdict(dict)
        self._woken: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.available = True

    async def prepare(self, collections: Sequence[Collection]) -> None:
        """Remember unique indexes; the rest of a declaration means nothing in memory."""
        for collection in collections:
            self._unique[collection.name] = tuple(index for index in collection.indexes if index.unique)
            for document in self._documents[collection.name].values():
                self._file(collection.name, document)

    async def load(self, reads: Reads) -> dict[str, dict[str, Document]]:
        """See Store.load."""
        await self.ping()
        return {
            name: {id_: copy.deepcopy(self._documents[name][id_]) for id_ in ids if id_ in self._documents[name]}
            for name, ids in reads.items()
        }

    async def entries(self, reads: Reads) -> dict[str, dict[str, Document]]:
        """See Store.entries."""
        await self.ping()
        return {name: self._entries_of(name, set(ids)) for name, ids in reads.items()}

    def _entries_of(self, name: str, ids: set[str]) -> dict[str, Document]:
        pages = [page for page in self._documents[name].values() if any(e["id"] in ids for e in page["entries"])]
        found = entries_by_id(pages)
        return {id_: copy.deepcopy(found[id_]) for id_ in ids if id_ in found}

    async def write(self, writes: Writes) -> None:
        """See Store.write."""
        await self.ping()
        staged: dict[str, dict[str, Document | None]] = defaultdict(dict)
        for put in writes.puts:
            self._expect(put.collection, put.document["_id"], put.expected)
            staged[put.collection][put.document["_id"]] = copy.deepcopy(put.document)
        held_still: list[Remove | Touch] = [*writes.removes, *writes.touches]
        for held in held_still:
            self._expect(held.collection, held.id, held.expected)
        for remove in writes.removes:
            staged[remove.collection][remove.id] = None
        self._stage_inserts(writes, staged)
        self._stage_marks(writes, staged)
        self._check_unique(staged)
        for name, documents in staged.items():
            for id_, staged_document in documents.items():
                self._keep(name, id_, staged_document)
            self._wake(name)

    def _keep(self, name: str, id_: str, document: Document | None) -> None:
        """Put a document where it belongs, or take it away, and its values out of and into the unique indexes."""
        before = self._documents[name].pop(id_, None)
        if before is not None:
            for index in self._indexes(name):
                for value in _values(index, before):
                    self._owners[name, index.name].pop(value, None)
        if document is not None:
            self._documents[name][id_] = document
            self._file(name, document)

    def _file(self, name: str, document: Document) -> None:
        for index in self._indexes(name):
            for value in _values(index, document):
                self._owners[name, index.name][value] = document["_id"]

    def _stage_inserts(self, writes: Writes, staged: dict[str, dict[str, Document | None]]) -> None:
        for insert in writes.inserts:
            for document in insert.documents:
                id_ = document["_id"]
                if id_ in self._documents[insert.collection] or id_ in staged[insert.collection]:
                    raise Conflict(f"{insert.collection} has {id_} already")
                staged[insert.collection][id_] = copy.deepcopy(document)

    def _stage_marks(self, writes: Writes, staged: dict[str, dict[str, Document | None]]) -> None:
        for mark in writes.marks:
            stored = self._documents[mark.collection].get(mark.id)
            if stored is None or not matches(stored, mark.where):
                raise Conflict(f"{mark.collection} has no {mark.id}")
            staged[mark.collection][mark.id] = {**stored, **copy.deepcopy(dict(mark.fields))}

    def _expect(self, collection: str, id_: str, version: int) -> None:
        stored = self._documents[collection].get(id_)
        if (stored["v"] if stored else 0) != version:
            raise Conflict(f"{collection}/{id_} is not at version {version}")

    def _check_unique(self, staged: Mapping[str, Mapping[str, Document | None]]) -> None:
        for name, changed in staged.items():
            for index in self._indexes(name):
                kept, taken = self._owners[name, index.name], dict[Any, str]()
                for id_, document in changed.items():
                    for value in _values(index, document) if document is not None else ():
                        owner = kept.get(value, id_)
                        if taken.setdefault(value, id_) != id_ or (owner != id_ and owner not in changed):
                            raise Conflict(f"{name} has {value} twice in {index.name}")

    def _indexes(self, name: str) -> tuple[Index, ...]:
        """The unique indexes of a collection; entries' ids are unique also where nothing was declared."""
        return self._unique.get(name, (_ENTRY_ID,))

    async def find(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort = (), limit: int = 0, skip: int = 0
    ) -> list[Document]:
        """See Store.find."""
        await self.ping()
        found = [document for document in self._documents[collection].values() if matches(document, where)]
        for path, order in reversed(sort):
            found.sort(key=lambda document: _sortable(_field(document, path)), reverse=order < 0)
        return copy.deepcopy(found[skip : skip + limit if limit else None])

    async def find_in_snapshot(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort, limit: int
    ) -> list[Document]:
        """See Store.find_in_snapshot."""
        return await self.find(collection, where, sort=sort, limit=limit)

    async def find_in_pages(
        self, collection: str, where: Mapping[str, Any], *, holding: Mapping[str, Sequence[str]], sort: Sort, limit: int
    ) -> list[Document]:
        """See Store.find_in_pages."""
        found = await self.find(collection, where, sort=sort, limit=limit)
        for page in found:
            held = [e for e in page["entries"] if all(set(v) <= set(e.get(name, ())) for name, v in holding.items())]
            page["entries"] = held
        return found

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """See Store.count."""
        await self.ping()
        return sum(matches(document, where) for document in self._documents[collection].values())

    async def total(self, collection: str, where: Mapping[str, Any], field: str) -> int:
        """See Store.total."""
        await self.ping()
        return sum(document[field] for document in self._documents[collection].values() if matches(document, where))

    async def update_one(
        self, collection: str, where: Mapping[str, Any], set_: Mapping[str, Any], *, upsert: bool = False
    ) -> Document | None:
        """See Store.update_one."""
        await self.ping()
        for document in self._documents[collection].values():
            if matches(document, where):
                document.update(copy.deepcopy(dict(set_)))
                return copy.deepcopy(document)
        if not upsert or where["_id"] in self._documents[collection]:
            return None
        self._documents[collection][where["_id"]] = {"_id": where["_id"], **copy.deepcopy(dict(set_))}
        return copy.deepcopy(self._documents[collection][where["_id"]])

    async def insert_new(self, collection: str, documents: Sequence[Document]) -> int:
        """See Store.insert_new."""
        await self.ping()
        new = [document for document in documents if document["_id"] not in self._documents[collection]]
        for document in new:
            self._keep(collection, document["_id"], copy.deepcopy(document))
        self._wake(collection)
        return len(new)

    async def delete(self, collection: str, where: Mapping[str, Any], *, limit: int = 0) -> int:
        """See Store.delete."""
        doomed = await self.find(collection, where, limit=limit)
        for document in doomed:
            self._keep(collection, document["_id"], None)
        return len(doomed)

    async def watch(self, collection: str) -> AsyncGenerator[None, None]:
        """See Store.watch."""
        while True:
            await self._woken[collection].wait()
            self._woken[collection].clear()
            yield

    async def ping(self) -> None:
        """Raises StoreUnavailable while a test has set `available` to False."""
        if not self.available:
            raise StoreUnavailable("the in-memory store is switched off")

    async def close(self) -> None:
        """Nothing to give back."""

    def _wake(self, collection: str) -> None:
        self._woken[collection].set()


def _values(index: Index, document: Document) -> set[Any]:
    """What a document has in an index: of an array, each element."""
    if index.where and not matches(document, index.where):
        return set()
    fields = [_field(document, path) for path, _ in index.keys]
    if index.sparse and fields == [_MISSING]:
        return set()
    if len(fields) == 1 and isinstance(fields[0], list):
        return set(fields[0])
    return {repr(fields)}


def matches(document: Document, where: Mapping[str, Any]) -> bool:
    """Whether a document matches a filter in the language that Store.find names."""
    for path, condition in where.items():
        if path == "$or":
            if not any(matches(document, branch) for branch in condition):
                return False
        elif path == "$and":
            if not all(matches(document, branch) for branch in condition):
                return False
        elif not _holds(_field(document, path), condition):
            return False
    return True


def _holds(value: Any, condition: Any) -> bool:
    if isinstance(condition, Mapping) and any(name.startswith("$") for name in condition):
        return all(_operator(name, value, operand) for name, operand in condition.items() if name != "$options")
    return any(candidate == condition for candidate in _candidates(value))


def _candidates(value: Any) -> Iterator[Any]:
    yield None if value is _MISSING else value
    if isinstance(value, list):
        yield from value


def _operator(name: str, value: Any, operand: Any) -> bool:
    candidates = list(_candidates(value))
    comparable = [c for c in candidates if c is not None and not isinstance(c, list | dict)]
    match name:
        case "$in":
            return any(candidate in operand for candidate in candidates)
        case "$nin":
            return not any(candidate in operand for candidate in candidates)
        case "$ne":
            return all(candidate != operand for candidate in candidates)
        case "$exists":
            return (value is not _MISSING) is bool(operand)
        case "$gt":
            return any(candidate > operand for candidate in comparable)
        case "$gte":
            return any(candidate >= operand for candidate in comparable)
        case "$lt":
            return any(candidate < operand for candidate in comparable)
        case "$lte":
            return any(candidate <= operand for candidate in comparable)
        case "$regex":
            return any(isinstance(c, str) and re.search(operand, c) is not None for c in candidates)
    raise ValueError(f"the stores' common language has no operator {name}")


def _field(document: Any, path: str) -> Any:
    value: Any = document
    for i, name in enumerate(parts := path.split(".")):
        if isinstance(value, list):
            rest = ".".join(parts[i:])
            found = [v for v in (_field(element, rest) for element in value) if v is not _MISSING]
            return found or _MISSING
        if not isinstance(value, dict) or name not in value:
            return _MISSING
        value = value[name]
    return value


def _sortable(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is _MISSING or value is None else (1, value)
