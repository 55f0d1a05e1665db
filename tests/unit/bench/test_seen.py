"""The measurement of what is seen overlooks nothing, and asks for no more than it must."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from tests.bench.seen import Watch


def entry(reservation: str, at: float) -> dict[str, Any]:
    when = datetime.fromtimestamp(at, UTC).isoformat()
    return {"kind": "confirmed", "params": {"reservation": reservation}, "at": when}


def page(*entries: dict[str, Any], following: bool = True) -> dict[str, Any]:
    return {"entries": list(entries), "next": "cursor" if following else None}


def watch(*reservations: str) -> Watch:
    made = Watch()
    for reservation in reservations:
        made.begin(f"confirmed:{reservation}")
    return made


def test_a_command_that_rolled_past_the_first_page_is_looked_for_on_the_next() -> None:
    watched, now = watch("early", "late"), time.time()
    assert watched.take(page(entry("late", now + 1), entry("other", now + 0.5)))
    assert not watched.take(page(entry("early", now + 0.2)))
    assert watched.visible.keys() == {"confirmed:early", "confirmed:late"}


def test_pages_from_before_the_oldest_unseen_command_are_not_asked_for() -> None:
    watched, now = watch("unseen"), time.time()
    assert not watched.take(page(entry("before", now - 60)))
    assert watched.unseen == {"confirmed:unseen"}


def test_nothing_more_is_asked_for_once_everything_is_seen_or_the_inbox_ends() -> None:
    now = time.time()
    assert not watch().take(page(entry("any", now + 1)))
    assert not watch("unseen").take(page(entry("any", now + 1), following=False))


def test_a_command_that_is_seen_before_its_answer_took_no_time() -> None:
    watched = watch("quick")
    watched.take(page(entry("quick", time.time())))
    watched.answered["confirmed:quick"] = time.perf_counter() + 5
    assert watched.delays() == [0.0]
