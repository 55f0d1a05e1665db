"""A zone as a VTIMEZONE: another library that reckons with nothing else finds the offset of every hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from services.booking.adapters.vtimezone import vtimezone

ZONES = {
    # Name: how many yearly rules tell it.
    "Asia/Shanghai": 0,
    "Europe/Berlin": 2,
    "America/New_York": 2,
    "Australia/Sydney": 2,
    "Europe/London": 2,
    "Asia/Almaty": 0,
    "Europe/Moscow": 0,
    "Africa/Casablanca": 0,
    "Australia/Lord_Howe": 2,
    "UTC": 0,
}
SPANS = {"a year": (2027, 2027), "across 2024": (2023, 2025), "long ago": (2008, 2015)}


def written(name: str, first: int, last: int) -> str:
    zone = vtimezone(ZoneInfo(name), datetime(first, 3, 1, tzinfo=UTC), datetime(last, 11, 1, tzinfo=UTC))
    return zone.to_ical().decode().replace("\r\n", "\n")


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("name", ZONES)
def test_every_hours_offset_is_found_by_another_reader(name: str, span: str) -> None:
    first, last = SPANS[span]
    read = tzical(StringIO(written(name, first, last))).get()
    zone = ZoneInfo(name)
    moment, end = datetime(first, 1, 2), datetime(last, 12, 30)  # noqa: DTZ001 - wall times
    wrong = []
    while moment < end:
        ours, theirs = moment.replace(tzinfo=zone), moment.replace(tzinfo=read)
        # An hour that the clocks skip, or show twice, is no test: readers differ in what they take it for.
        plain = ours.utcoffset() == ours.replace(fold=1).utcoffset()
        if plain and ours.utcoffset() != theirs.utcoffset():
            wrong.append(moment)
        moment += timedelta(hours=1)
    assert wrong == []


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_that_keeps_to_a_rule_is_told_by_it_alone(name: str) -> None:
    text = written(name, 2027, 2027)
    assert text.count("RRULE:FREQ=YEARLY") == ZONES[name]
    assert ("RDATE" in text) == (name == "Africa/Casablanca")


def test_a_rules_first_onset_is_by_the_clock_before_it() -> None:
    text = written("Europe/Berlin", 2027, 2027)
    assert "DTSTART:20270328T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nTZNAME:CEST" in text
    assert "DTSTART:20271031T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZNAME:CET" in text
    assert "BYDAY=2SU;BYMONTH=3" in written("America/New_York", 2027, 2027)
