"""How far a service's outbox has got, and sending it again."""

from __future__ import annotations

from typing import Final

from shared.runtime.instants import instant
from shared.runtime.outbox import OUTBOX, RELAY, rows
from shared.runtime.store import ASCENDING, DESCENDING, Store

RELAY_MARK: Final = "relay"
"""The id of the relay's one document: its lease, and the last positions that it numbered and published."""


async def replay(store: Store, after_position: int = 0) -> int:
    """Publish again everything after a position; gives how many rows. Listeners drop what they have seen."""
    again = await store.find(OUTBOX, {"first": {"$lte": after_position}, "last": {"$gt": after_position}}, limit=1)
    count = await store.total(OUTBOX, {"first": {"$gt": after_position}}, "count")
    await store.update_one(
        RELAY, {"_id": RELAY_MARK, "published": {"$gt": after_position}}, {"published": after_position}
    )
    return count + sum((row.position or 0) > after_position for row in rows(again))


async def summary(store: Store) -> dict[str, int | str | None]:
    """How far the outbox has got: rows kept, last position, last published, rows waiting and since when."""
    published = await published_position(store)
    waiting = {"$or": [{"last": None}, {"last": {"$gt": published}}]}
    oldest = await store.find(OUTBOX, waiting, sort=[("at", ASCENDING)], limit=1)
    last = await store.find(OUTBOX, {"last": {"$gt": 0}}, sort=[("last", DESCENDING)], limit=1)
    return {
        "rows": await store.total(OUTBOX, {}, "count"),
        "waiting": await store.total(OUTBOX, waiting, "count"),
        "last_position": last[0]["last"] if last else 0,
        "published_position": published,
        "oldest_waiting": instant(oldest[0]["at"]) if oldest else None,
    }


async def published_position(store: Store) -> int:
    """The last position that the broker has acknowledged."""
    found = await store.find(RELAY, {"_id": RELAY_MARK})
    return int(found[0]["published"]) if found else 0
