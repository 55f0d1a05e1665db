"""The rows of an outbox as tests look at them."""

from __future__ import annotations

from typing import Any

from shared.runtime import outbox
from shared.runtime.clock import SystemClock
from shared.runtime.outbox import OUTBOX, Row, rows
from shared.runtime.store import OutboxEvent, Store


def that(found: list[dict[str, Any]], **where: Any) -> list[Row]:
    """The rows of pages whose attributes are these, by position, then as they were written."""
    of_pages = rows(sorted(found, key=lambda page: (page.get("last") or float("inf"), page["at"], page["_id"])))
    return [row for row in of_pages if all(getattr(row, name) == value for name, value in where.items())]


async def outbox_rows(store: Store, **where: Any) -> list[Row]:
    """What a store's outbox has, as far as it matches."""
    return that(await store.find(OUTBOX, {}), **where)


def row_of(event: OutboxEvent, sequence: int) -> Row:
    """An event as the relay would publish it, decided just now."""
    entry = {**outbox.entry(event, sequence, None), "n": 0}
    return Row.of(entry, {"at": SystemClock().now(), "first": 1})
