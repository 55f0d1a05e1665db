from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.attempts import AttemptLimit, Attempts, TooMany, attempts_id, try_once

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
LIMIT = AttemptLimit(attempts_max=3, window_seconds=60)


def test_tries_up_to_the_limit_are_counted_and_the_next_is_refused_with_the_time_to_wait() -> None:
    attempts = Attempts()
    for second in range(3):
        tried = try_once(attempts, LIMIT, NOON + timedelta(seconds=second))
        assert isinstance(tried, Attempts)
        attempts = tried
    assert try_once(attempts, LIMIT, NOON + timedelta(seconds=10)) == TooMany(retry_after_seconds=50)


def test_after_the_wait_that_was_told_a_try_is_counted_again() -> None:
    attempts = Attempts((NOON, NOON, NOON))
    refused = try_once(attempts, LIMIT, NOON + timedelta(seconds=1, microseconds=1))
    assert isinstance(refused, TooMany)
    later = NOON + timedelta(seconds=1 + refused.retry_after_seconds)
    assert try_once(attempts, LIMIT, later) == Attempts((later,))


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=60))
def test_no_window_ever_holds_more_tries_than_allowed(steps: list[float]) -> None:
    attempts, now, counted = Attempts(), NOON, []
    for step in steps:
        now += timedelta(seconds=step)
        tried = try_once(attempts, LIMIT, now)
        if isinstance(tried, Attempts):
            attempts = tried
            counted.append(now)
    window = timedelta(seconds=LIMIT.window_seconds)
    assert all(sum(at <= other < at + window for other in counted) <= LIMIT.attempts_max for at in counted)


def test_the_record_names_neither_account_nor_address_and_ignores_case() -> None:
    id_ = attempts_id("Emma", "10.0.0.9")
    assert "emma" not in id_.casefold()
    assert "10.0.0.9" not in id_
    assert id_ == attempts_id("emma", "10.0.0.9")
    assert id_ != attempts_id("emma", "10.0.0.8")
