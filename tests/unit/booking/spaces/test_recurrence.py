"""Recurrence rules: which wall times they give, and what a rule that will not do hears."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from services.booking.adapters.recurrence import occurrences
from services.booking.domain.spaces.refusal import Refused

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FIRST = datetime(2027, 6, 1, 9)  # noqa: DTZ001 - a wall time; a Tuesday


def given(rule: str, *left_out: datetime, first: datetime = FIRST, zone: ZoneInfo = SHANGHAI) -> list[str]:
    found = occurrences(rule, first, left_out, zone)
    assert not isinstance(found, Refused), found
    return [moment.isoformat(timespec="minutes") for moment in found]


def refused(rule: str, *left_out: datetime) -> tuple[str, str, str]:
    found = occurrences(rule, FIRST, left_out, SHANGHAI)
    assert isinstance(found, Refused), found
    [item] = found.items
    return found.reason, item["field"], f"{item['problem']}; {item['remedy']}"


def test_a_rule_gives_its_days_by_count_and_by_until() -> None:
    assert given("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3") == ["2027-06-01T09:00", "2027-06-03T09:00", "2027-06-08T09:00"]
    assert given("RRULE:FREQ=WEEKLY;UNTIL=20270608") == ["2027-06-01T09:00", "2027-06-08T09:00"]
    assert given("FREQ=MONTHLY;BYDAY=1TU;COUNT=2") == ["2027-06-01T09:00", "2027-07-06T09:00"]
    assert given("freq=daily;interval=2;count=2") == ["2027-06-01T09:00", "2027-06-03T09:00"]


def test_until_is_by_the_venues_clock_or_in_utc() -> None:
    assert len(given("FREQ=DAILY;UNTIL=20270602T090000")) == 2
    assert len(given("FREQ=DAILY;UNTIL=20270602T085900")) == 1
    # 09:00 in Shanghai is 01:00 in UTC.
    assert len(given("FREQ=DAILY;UNTIL=20270602T010000Z")) == 2
    assert len(given("FREQ=DAILY;UNTIL=20270602T005900Z")) == 1


def test_the_time_of_day_stays_where_the_clocks_change() -> None:
    late = datetime(2027, 10, 30, 9)  # noqa: DTZ001
    assert given("FREQ=DAILY;COUNT=3", first=late, zone=BERLIN) == [
        "2027-10-30T09:00",
        "2027-10-31T09:00",
        "2027-11-01T09:00",
    ]


def test_exceptions_are_left_out() -> None:
    second = datetime(2027, 6, 8, 9)  # noqa: DTZ001
    assert given("FREQ=WEEKLY;COUNT=3", second) == ["2027-06-01T09:00", "2027-06-15T09:00"]


@pytest.mark.parametrize(
    ("rule", "reason", "told"),
    [
        ("FREQ=WEEKLY", "series-endless", "recurs without end; add COUNT or UNTIL"),
        ("FREQ=DAILY;COUNT=10000", "series-too-long", "recurs more than 366 times; split it"),
        ("FREQ=DAILY;UNTIL=20290601", "series-too-long", "recurs more than 366 times; split it"),
        ("FREQ=WEEKLY;UNTIL=20991231", "series-too-long", "runs until 2099-12-31; end it within 5 years"),
        ("FREQ=HOURLY;COUNT=3", "rule-too-fine", "recurs HOURLY; take DAILY"),
        ("COUNT=3", "rule-too-fine", "recurs without FREQ"),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=3", "rule-too-fine", "says BYHOUR; leave it out"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "rule-misses-start", "let it start when the rule does: 2027-06-07T09:00"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "rule-misses-start", "change the rule or the start"),
        ("every week", "rule-unreadable", "at “EVERY WEEK”; write it as FREQ=WEEKLY;BYDAY=TU;COUNT=10"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "rule-unreadable", "is no recurrence rule"),
        ("FREQ=WEEKLY;COUNT=0", "rule-unreadable", "has a COUNT that is no number"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270801", "rule-unreadable", "both COUNT and UNTIL"),
        ("FREQ=YEARLY;COUNT=10", "series-too-long", "runs longer than 5 years; let it recur 6 times at most"),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "series-too-long", "runs until 9999-12-31"),
        ("FREQ=YEARLY;BYDAY=60TU;COUNT=3", "rule-unreadable", "is no recurrence rule"),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=4", "rule-unreadable", "numbers its days, BYDAY=2TU, of no month"),
        ("FREQ=DAILY;BYSETPOS=1;COUNT=4", "rule-unreadable", "has a BYSETPOS of nothing"),
        ("FREQ=WEEKLY;UNTIL=00010101", "rule-misses-start", "ends before the start; change the rule or the start"),
        ("FREQ=WEEKLY;UNTIL=20271399", "rule-unreadable", "has an UNTIL that is no date"),
        ("FREQ=DAILY;INTERVAL=0;BYMONTH=2;COUNT=3", "rule-unreadable", "has an INTERVAL that is no number"),
        ("FREQ=DAILY;BYEASTER=1;COUNT=3", "rule-unreadable", "at “BYEASTER=1”"),
        ("FREQ=DAILY;FREQ=DAILY;COUNT=3", "rule-unreadable", "at “FREQ=DAILY”"),
        ("", "rule-unreadable", "is no recurrence rule"),
    ],
)
def test_a_rule_that_will_not_do_hears_why(rule: str, reason: str, told: str) -> None:
    found, field, sentence = refused(rule)
    assert (found, field) == (reason, "rule")
    assert told in sentence


def test_an_exception_is_an_occurrence_and_leaves_some() -> None:
    assert refused("FREQ=WEEKLY;COUNT=3", datetime(2027, 6, 9, 9))[0] == "exception-unknown"  # noqa: DTZ001
    assert refused("FREQ=WEEKLY;COUNT=1", FIRST)[:2] == ("series-empty", "exceptions")
