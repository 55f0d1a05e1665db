"""Pages: what is small, many and never changed, kept many to a document.

A document of its own for every event, answer and inbox mark is what a write costs most: each is a record, an entry of
every index and a line of the oplog. A transaction's entries of a kind go on one page instead, and only their ids are
indexed, one by one. See docs/decisions/0014-pages.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from shared.runtime.ids import new_id
from shared.runtime.store import ASCENDING, Collection, Document, Index, Insert

ENTRIES_MAX: Final = 500
BYTES_MAX: Final = 2_000_000


def paged(name: str, *indexes: Index, validator: Mapping[str, Any] | None = None) -> Collection:
    """A collection of pages, with the index that lets every entry's id exist once."""
    return Collection(name, (Index((("entries.id", ASCENDING),), unique=True), *indexes), validator)


def insert(collection: str, entries: Sequence[Document], at: datetime) -> Insert:
    """Append entries, each with an `id`, in their order, on as many pages as they need; `at` stands on each page."""
    return Insert(collection, tuple(_page(chunk, at) for chunk in _chunks(entries)))


def _page(entries: list[Document], at: datetime) -> Document:
    return {"_id": new_id("page"), "at": at, "count": len(entries), "entries": entries}


def _chunks(entries: Iterable[Document]) -> Iterator[list[Document]]:
    """Entries in chunks that a document can hold; a single one may be as large as it likes."""
    chunk: list[Document] = []
    size = 0
    for entry in entries:
        weight = sum(len(value) for value in entry.values() if isinstance(value, bytes))
        if chunk and (len(chunk) == ENTRIES_MAX or size + weight > BYTES_MAX):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += weight
    if chunk:
        yield chunk
