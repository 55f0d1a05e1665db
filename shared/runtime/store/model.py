"""What a store is asked for: collections with their indexes, guarded writes, and one way to read.

A document of an aggregate is `{"_id": id, "v": version, ...}`. `v` starts at 1 and rises by one with every change,
so that a write names the version that it saw and fails, whole, where another process was faster.

What is small, many and never changed (events on their way, answers, inbox marks) is kept as *entries* of *pages*: one
document for many, `{"_id": ..., "entries": [{"id": ...}, ...]}`, with a unique index over `entries.id`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel

ASCENDING = 1
DESCENDING = -1

Document = dict[str, Any]
Key = tuple[str, str]
Sort = Sequence[tuple[str, int]]


class StoreError(Exception):
    """The store did not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be reached or did not answer in time; whether a write in flight took effect is unknown."""


class Conflict(StoreError):
    """Another process changed what a write was guarded by; nothing was written."""


class WriteRefused(StoreError):
    """The store refuses a document for what it holds (schema, size); nothing was written."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index over `keys`, `[(field, ASCENDING)]`; `ttl_seconds` lets MongoDB clean up, once a minute."""

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    sparse: bool = False
    where: Mapping[str, Any] | None = None
    ttl_seconds: int | None = None

    @property
    def name(self) -> str:
        """The index's name, made of its fields."""
        return "_".join(f"{name}_{order}" for name, order in self.keys)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, declared beside the documents that it holds; applied when a service starts."""

    name: str
    indexes: tuple[Index, ...] = ()
    validator: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """One event on its way out: `data` is the wire model, None for a tombstone on a compacted topic.

    `subject` scopes it for change feeds (the fair's slug). `type` is the CloudEvents type. `about` are the things by
    which it is found among what happened, each as `kind/id`; one that is about nothing is only how something is now.
    """

    topic: str
    type: str
    key: str
    data: BaseModel | None
    subject: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of aggregate: where it is kept, how it is written down, and how its events are told to others.

    `wire(id, state, event, version, now)` turns one domain event into what goes out; `state` is the new state,
    or the last one where the change deletes the aggregate.
    """

    name: str
    collection: str
    encode: Callable[[Any], Document]
    decode: Callable[[Document], Any]
    wire: Callable[[str, Any, Any, int, datetime], Sequence[OutboxEvent]] | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """Write a document; `expected` is the version that was seen, 0 for a new one."""

    collection: str
    document: Document
    expected: int


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete a document that was seen at version `expected`."""

    collection: str
    id: str
    expected: int


@dataclass(frozen=True, slots=True)
class Touch:
    """Hold a document that a decision read at version `expected` still while the rest is written."""

    collection: str
    id: str
    expected: int


@dataclass(frozen=True, slots=True)
class Insert:
    """Append documents with ids of their own; an id that is there already, also an entry's, is a conflict."""

    collection: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Set fields of a document that has no version, found by id and `where`; a missing one is a conflict."""

    collection: str
    id: str
    fields: Mapping[str, Any]
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Writes:
    """Everything that one batch writes, in one transaction."""

    puts: list[Put] = field(default_factory=list)
    removes: list[Remove] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.puts or self.removes or self.inserts or self.marks)


Reads = Mapping[str, Sequence[str]]
"""What to read: collection -> ids."""


class Store(Protocol):
    """A service's own store."""

    async def prepare(self, collections: Sequence[Collection]) -> None:
        """Create collections, validators and indexes where they are missing or differ."""
        ...

    async def load(self, reads: Reads) -> dict[str, dict[str, Document]]:
        """The documents asked for, as collection -> id -> document, one read per collection.

        Raises StoreUnavailable.
        """
        ...

    async def entries(self, reads: Reads) -> dict[str, dict[str, Document]]:
        """The entries asked for, as collection -> id -> entry with the fields of its page beside its own.

        Raises StoreUnavailable.
        """
        ...

    async def write(self, writes: Writes) -> None:
        """Write all or nothing, durably on a majority.

        Raises Conflict, WriteRefused (nothing written) or StoreUnavailable (outcome unknown).
        """
        ...

    async def find(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort = (), limit: int = 0, skip: int = 0
    ) -> list[Document]:
        """Documents that match; `where` speaks the part of MongoDB's language that both adapters know:
        equality (also with an element of an array), $in, $nin, $ne, $gt, $gte, $lt, $lte, $exists, $or, $and,
        $regex (prefixes), dotted fields.

        Raises StoreUnavailable.
        """
        ...

    async def find_in_snapshot(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort, limit: int
    ) -> list[Document]:
        """Like find, as of one instant: where a document is there, so is every one written before it, as far as
        `limit` reaches.

        Raises StoreUnavailable.
        """
        ...

    async def find_in_pages(
        self, collection: str, where: Mapping[str, Any], *, holding: Mapping[str, Sequence[str]], sort: Sort, limit: int
    ) -> list[Document]:
        """Pages that match, each with those of its entries alone that hold, in each of the fields named, which are
        arrays, all the values given; a page may have none.

        Raises StoreUnavailable.
        """
        ...

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        """How many documents match. Raises StoreUnavailable."""
        ...

    async def total(self, collection: str, where: Mapping[str, Any], field: str) -> int:
        """The sum of a whole-number field over the documents that match. Raises StoreUnavailable."""
        ...

    async def update_one(
        self, collection: str, where: Mapping[str, Any], set_: Mapping[str, Any], *, upsert: bool = False
    ) -> Document | None:
        """Set fields of the first match outside of any batch, for leases and marks that are nobody's aggregate;
        gives the document after it, None where nothing matched. A lost race to upsert is None too.

        Raises StoreUnavailable.
        """
        ...

    async def insert_new(self, collection: str, documents: Sequence[Document]) -> int:
        """Insert those whose id is not there yet and say how many they were. Raises StoreUnavailable, WriteRefused."""
        ...

    async def delete(self, collection: str, where: Mapping[str, Any], *, limit: int = 0) -> int:
        """Delete what matches (at most `limit`), for retention; gives the number. Raises StoreUnavailable."""
        ...

    def watch(self, collection: str) -> AsyncGenerator[None, None]:
        """Yields after inserts into a collection; a wake-up only, which may be late or missing: poll as the truth."""
        ...

    async def ping(self) -> None:
        """Raises StoreUnavailable where a write could not succeed now."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


def entries_by_id(pages: Sequence[Document]) -> dict[str, Document]:
    """The entries of pages by their ids, each with the fields of its page beside its own."""
    return {
        entry["id"]: {**{name: value for name, value in page.items() if name != "entries"}, **entry}
        for page in pages
        for entry in page["entries"]
    }
