"""When a venue is open, when its office works, and how it deals with bookings of its spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.catalog.domain.report import Finding

TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"
_TIME = re.compile(TIME_PATTERN)
_REMEDY = "write it as 08:30, the end of a day as 24:00"
EXCEPTIONS_MAX = 1_000
HOURS_MAX = 70

OPTION_DAYS_MAX = 365
OPTIONS_MAX = 9
CHALLENGE_HOURS_MAX = 500
DAYS_BEFORE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` until `closes`, local times as HH:MM; 24:00 is the end of the day."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours of one weekday, ISO 8601: 1 is Monday."""

    weekday: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class OpeningException:
    """A day with hours of its own; without any it is closed."""

    day: date
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """How options, challenges, requests and cancellations go; `cancellation` is (days before, percent due)."""

    option_days: int = 14
    options_max: int = 3
    challenge_hours: int = 24
    approval_required: bool = False
    cancellation: tuple[tuple[int, int], ...] = ()


OFFICE_HOURS = tuple(WeeklyHours(day, Hours("09:00", "18:00")) for day in range(1, 6))
"""Monday to Friday, nine to six: when a venue's office works unless it says otherwise."""


def check_weekly(weekly: Sequence[WeeklyHours], field: str) -> list[Finding]:
    """What is wrong with the hours of a week."""
    found: list[Finding] = []
    if len(weekly) > HOURS_MAX:
        found.append(Finding("body", field, f"more than {HOURS_MAX} entries", "join what touches"))
    for at, one in enumerate(weekly):
        found += _check_hours(one.hours, f"{field}[{at}]")
        if not 1 <= one.weekday <= 7:
            found.append(Finding("body", f"{field}[{at}].weekday", f"{one.weekday} is no weekday", "give 1 to 7"))
    for day in range(1, 8):
        found += _check_apart([one.hours for one in weekly if one.weekday == day], field, f"weekday {day}")
    return found


def check_exceptions(exceptions: Sequence[OpeningException]) -> list[Finding]:
    """What is wrong with the days that have hours of their own."""
    field = "opening_exceptions"
    found: list[Finding] = []
    if len(exceptions) > EXCEPTIONS_MAX:
        found.append(Finding("body", field, f"more than {EXCEPTIONS_MAX} days", "leave past days out"))
    seen: set[date] = set()
    for at, one in enumerate(exceptions):
        if one.day in seen:
            found.append(Finding("body", f"{field}[{at}].date", f"{one.day} comes twice", "say all its hours at once"))
        seen.add(one.day)
        for place, hours in enumerate(one.hours):
            found += _check_hours(hours, f"{field}[{at}].hours[{place}]")
        found += _check_apart(one.hours, f"{field}[{at}].hours", one.day.isoformat())
    return found


def check_policy(policy: Policy) -> list[Finding]:
    """What is wrong with a policy."""
    found = []
    for value, field, low, high in (
        (policy.option_days, "option_days", 1, OPTION_DAYS_MAX),
        (policy.options_max, "options_max", 1, OPTIONS_MAX),
        (policy.challenge_hours, "challenge_hours", 1, CHALLENGE_HOURS_MAX),
        *((days, f"cancellation[{at}].days_before", 0, DAYS_BEFORE_MAX) for at, (days, _) in _terms(policy)),
        *((percent, f"cancellation[{at}].percent", 0, 100) for at, (_, percent) in _terms(policy)),
    ):
        if not low <= value <= high:
            found.append(Finding("body", f"policy.{field}", f"{value} is out of range", f"give {low} to {high}"))
    days = [days for days, _ in policy.cancellation]
    if len(set(days)) < len(days):
        found.append(Finding("body", "policy.cancellation", "names a number of days twice", "give each once"))
    return found


def _terms(policy: Policy) -> Iterable[tuple[int, tuple[int, int]]]:
    return enumerate(policy.cancellation)


def _check_hours(hours: Hours, field: str) -> list[Finding]:
    found = [
        Finding("body", f"{field}.{name}", f"{value!r} is no time of day", _REMEDY)
        for name, value in (("opens", hours.opens), ("closes", hours.closes))
        if _TIME.match(value) is None
    ]
    if not found and hours.closes <= hours.opens:
        found.append(Finding("body", f"{field}.closes", "is not after opens", "let it close later that day"))
    return found


def _check_apart(hours: Iterable[Hours], field: str, which: str) -> list[Finding]:
    ordered = sorted(hours, key=lambda one: one.opens)
    if any(second.opens < first.closes for first, second in pairwise(ordered)):
        return [Finding("body", field, f"hours of {which} overlap", "join them")]
    return []
