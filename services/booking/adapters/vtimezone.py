"""A zone's offsets as a VTIMEZONE, RFC 5545 section 3.6.5, in the form that the usual calendar programs follow.

Most of them know a yearly rule; some do not read a list of dates, and none needs the history since 1970. So the zone is
told for the years that are asked for and those to come, by rules wherever the zone keeps to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_YEARS_AFTER: Final = 6
"""For how long after the last year a rule must hold, to be taken for one."""
_DAY: Final = timedelta(days=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Kind:
    """An observance: the offset that ends, the one that begins, and what that is called."""

    before: timedelta
    after: timedelta
    name: str
    daylight: bool


def vtimezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """What the clocks show in a zone from the year of `first` to that of `last`, and while its rules hold."""
    begin, end = datetime(first.year, 1, 1, tzinfo=UTC), datetime(last.year + _YEARS_AFTER, 1, 1, tzinfo=UTC)
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    at_first = _kind(zone, begin, begin)
    timezone.add_component(_observance(at_first, [begin.replace(tzinfo=None)]))
    found: dict[_Kind, list[datetime]] = {}
    for moment in _changes(zone, begin, end):
        kind = _kind(zone, moment - timedelta(seconds=1), moment)
        # The onset is told by the clock that is about to be changed.
        found.setdefault(kind, []).append((moment + kind.before).replace(tzinfo=None))
    for kind, onsets in found.items():
        timezone.add_component(_observance(kind, onsets, _rule(onsets, end.year - 1)))
    return timezone


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments between two at which the zone's clocks change, to the minute."""
    day = begin
    while day < end:
        if _shown(zone, day) != _shown(zone, day + _DAY):
            early, late = day, day + _DAY
            while late - early > timedelta(minutes=1):
                middle = early + timedelta(minutes=(late - early) // timedelta(minutes=2))
                early, late = (early, middle) if _shown(zone, middle) != _shown(zone, day) else (middle, late)
            yield late
        day += _DAY


def _shown(zone: ZoneInfo, moment: datetime) -> tuple[timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _kind(zone: ZoneInfo, before: datetime, after: datetime) -> _Kind:
    new = after.astimezone(zone)
    old = before.astimezone(zone).utcoffset() or timedelta()
    return _Kind(old, new.utcoffset() or timedelta(), new.tzname() or zone.key, bool(new.dst()))


def _rule(onsets: list[datetime], last_year: int) -> dict[str, object] | None:
    """The yearly rule that gives all of these, and is still kept to at the end; None where there is none."""
    if [onset.year for onset in onsets] != list(range(onsets[0].year, last_year + 1)):
        return None
    if len({(onset.month, onset.weekday(), onset.time()) for onset in onsets}) > 1:
        return None
    day = _WEEKDAYS[onsets[0].weekday()]
    if all((onset + 7 * _DAY).month != onset.month for onset in onsets):
        return {"FREQ": "YEARLY", "BYMONTH": onsets[0].month, "BYDAY": f"-1{day}"}
    weeks = {(onset.day - 1) // 7 + 1 for onset in onsets}
    return {"FREQ": "YEARLY", "BYMONTH": onsets[0].month, "BYDAY": f"{weeks.pop()}{day}"} if len(weeks) == 1 else None


def _observance(
    kind: _Kind, onsets: list[datetime], rule: dict[str, object] | None = None
) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if kind.daylight else TimezoneStandard()
    part.add("dtstart", onsets[0])
    if rule is not None:
        part.add("rrule", rule)
    elif onsets[1:]:
        part.add("rdate", onsets[1:])
    part.add("tzoffsetfrom", kind.before)
    part.add("tzoffsetto", kind.after)
    part.add("tzname", kind.name)
    return part
