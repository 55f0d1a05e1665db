from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.attempts import AttemptLimit, AttemptLimits, Attempts, TooMany, succeeded, try_once

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
LIMIT = AttemptLimit(attempts_max=3, window_seconds=60)
LIMITS = AttemptLimits(LIMIT, LIMIT, LIMIT)


def ids(account: str, address: str) -> list[str]:
    return [one.id for one in LIMITS.counts(account, address)]


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


def test_the_records_name_neither_account_nor_address_and_ignore_case() -> None:
    pair, account, address = ids("Emma", "10.0.0.9")
    assert not any("emma" in id_.casefold() or "10.0.0.9" in id_ for id_ in (pair, account, address))
    assert [pair, account, address] == ids("emma", "10.0.0.9")
    assert len({pair, account, address, *ids("olga", "10.0.0.8")}) == 6
    assert ids("emma", "10.0.0.8")[1] == account
    assert ids("olga", "10.0.0.9")[2] == address


def test_addresses_that_one_subscriber_changes_at_will_are_one() -> None:
    assert ids("emma", "2001:db8:1:2::1") == ids("emma", "2001:db8:1:2:ffff::9")
    assert ids("emma", "2001:db8:1:2::1")[2] != ids("emma", "2001:db8:1:3::1")[2]
    assert ids("emma", "::ffff:10.0.0.9") == ids("emma", "10.0.0.9")
    assert ids("emma", "")[2] == ids("olga", "")[2]


def test_a_right_password_gives_back_its_own_try_or_all_of_them() -> None:
    later = NOON + timedelta(seconds=1)
    tried = Attempts((NOON, later, later))
    assert succeeded(tried, later, forgives=False) == Attempts((NOON, later))
    assert succeeded(tried, NOON + timedelta(seconds=2), forgives=False) == tried
    assert succeeded(tried, later, forgives=True) == Attempts()
