"""A store whose writes look at no version: what every checker of the guards must be able to convict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.runtime.ids import new_id
from shared.runtime.outbox import OUTBOX
from shared.runtime.store import Conflict, Insert, Put, Store, Writes


class Unguarded:
    """A store that takes whatever is there for what the writer has seen, and lets an event's id come twice."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, writes: Writes) -> None:
        """Write over what others wrote, until it is written."""
        inserts = [_doubled(insert) for insert in writes.inserts]
        while True:
            blind = replace(writes, puts=await self._over_what_is_there(writes.puts), touches=[], inserts=inserts)
            try:
                return await self._store.write(blind)
            except Conflict:
                continue

    async def _over_what_is_there(self, puts: list[Put]) -> list[Put]:
        reads: dict[str, list[str]] = {}
        for put in puts:
            reads.setdefault(put.collection, []).append(put.document["_id"])
        there = await self._store.load(reads)
        return [replace(put, expected=there[put.collection].get(put.document["_id"], {"v": 0})["v"]) for put in puts]


def _doubled(insert: Insert) -> Insert:
    """Events' ids are a guard of their own: two decisions on one version would meet there."""
    if insert.collection != OUTBOX:
        return insert
    pages = [
        {**page, "entries": [{**entry, "id": f"{entry['id']}/{new_id()}"} for entry in page["entries"]]}
        for page in insert.documents
    ]
    return replace(insert, documents=tuple(pages))
