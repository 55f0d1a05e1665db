"""What operators are told of dead letters and outboxes has its instants as everybody else gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from aiokafka import ConsumerRecord

from shared.runtime import outbox_state
from shared.runtime.dead_letters import Letter, shown
from shared.runtime.outbox import COLLECTIONS, OUTBOX
from shared.runtime.store import MemoryStore

SEOUL = datetime(2027, 3, 1, 21, 0, 0, 123_456, timezone(timedelta(hours=9)))
WRITTEN = "2027-03-01T12:00:00.123Z"
RECORD = ConsumerRecord("t", 0, 7, 0, 0, b"k", b"{}", None, 1, 2, [("ce_id", b"e")])


def test_when_an_event_was_parked_is_told_in_utc_with_milliseconds() -> None:
    letter = replace(Letter.of("g", "k", RECORD, "behind", ""), parked_at=SEOUL)
    assert shown(letter.document())["parked_at"] == WRITTEN


async def test_since_when_the_oldest_row_waits_is_told_in_utc_with_milliseconds() -> None:
    store = MemoryStore()
    await store.prepare(COLLECTIONS)
    assert (await outbox_state.summary(store))["oldest_waiting"] is None
    await store.insert_new(OUTBOX, [{"_id": "page", "at": SEOUL, "first": None, "last": None, "count": 1}])
    assert (await outbox_state.summary(store))["oldest_waiting"] == WRITTEN
