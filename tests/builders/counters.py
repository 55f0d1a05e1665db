"""A tiny service for testing the machinery: counters that are added to, and a tally kept by a listener."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from shared.contracts.events import FairClosed
from shared.contracts.topics import CATALOG_EVENTS
from shared.runtime.committer import Answer, IdempotencyKey, Work
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View
from shared.runtime.received import Received
from shared.runtime.store import Collection, Document, Kind, OutboxEvent

TOPIC = CATALOG_EVENTS
COLLECTIONS = (Collection("counters"), Collection("tallies"))


def _decode(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {"_id", "v", "touched"}}


def _wire(id_: str, state: Any, event: Any, version: int, now: datetime) -> Sequence[OutboxEvent]:
    return [OutboxEvent(TOPIC.name, FairClosed.type_, id_, FairClosed(fair=id_), subject="tests")]


COUNTER = Kind("counter", "counters", dict, _decode, _wire)
TALLY = Kind("tally", "tallies", dict, _decode)


def add(counter: str, amount: int = 1, *, key: str | None = None, fingerprint: str = "f", most: int = 10**9) -> Work:
    """Add to a counter unless that would exceed `most`; tells of it."""

    def decide(view: View, now: datetime) -> Outcome:
        total = (view.get("counter", counter) or {"total": 0})["total"] + amount
        if total > most:
            return Rejected("too-much", f"{counter} would be {total}")
        return Accepted((Change("counter", counter, {"total": total}, ("added",)),), total)

    def render(outcome: Outcome) -> Answer:
        match outcome:
            case Accepted(answer=total):
                return Answer(200, str(total).encode())
            case Rejected(detail=detail):
                return Answer(409, detail.encode())

    idempotency = IdempotencyKey("tests", key, fingerprint) if key else None
    return Work("add", decide, (("counter", counter),), idempotency=idempotency, render=render)


def tally(event: Received) -> Work:
    """Count an event under its key, and remember the sequence, which must rise by one."""

    def decide(view: View, now: datetime) -> Outcome:
        seen = (view.get("tally", event.key) or {"sequences": []})["sequences"]
        return Accepted((Change("tally", event.key, {"sequences": [*seen, event.sequence]}),))

    return Work("tally", decide, (("tally", event.key),))


async def eventually(check: Callable[[], Awaitable[bool]], what: str, *, seconds: float = 30.0) -> None:
    """Wait until `check` holds; fails naming `what` where it does not within `seconds`."""
    until = time.monotonic() + seconds
    while not await check():
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        await asyncio.sleep(0.05)
