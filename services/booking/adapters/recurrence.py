"""Recurrence rules, RFC 5545 section 3.3.10, by the venue's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from services.booking.domain.spaces.refusal import Refused, wrong
from services.booking.domain.spaces.series import OCCURRENCES_MAX

YEARS_MAX = 5
_NAMES = {
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS"),
    *("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYHOUR", "BYMINUTE", "BYSECOND"),
}
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PART = re.compile(r"[A-Z]+=[A-Z0-9,+-]+")
_EXAMPLE = "write it as FREQ=WEEKLY;BYDAY=TU;COUNT=10"


def occurrences(
    text: str, first: datetime, left_out: Sequence[datetime], zone: ZoneInfo
) -> tuple[datetime, ...] | Refused:
    """The wall times at which something recurs from `first` on, those `left_out` left out.

    Refused is a rule that cannot be read, has no end, runs longer than YEARS_MAX or more often than OCCURRENCES_MAX,
    does not give `first`, or gives nothing of what is to be left out. A UNTIL without Z is by the venue's clock.
    """
    parts = _parts(text)
    if isinstance(parts, Refused):
        return parts
    end = _end(parts, first, zone)
    if isinstance(end, Refused):
        return end
    until, count = end
    named = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("UNTIL", "COUNT"))
    try:
        found = list(islice(_walk(named, first, until), count))
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        return wrong("rule-unreadable", "rule", f"is no recurrence rule: {error}", _EXAMPLE)
    if len(found) > OCCURRENCES_MAX:
        return wrong(
            "series-too-long", "rule", f"recurs more than {OCCURRENCES_MAX} times", "split it into several series"
        )
    if "COUNT" in parts and 0 < len(found) < count:
        last = found[-1].date().isoformat()
        remedy = f"let it recur {len(found)} times at most, until {last}"
        return wrong("series-too-long", "rule", f"runs longer than {YEARS_MAX} years", remedy)
    if not found or found[0] != first:
        if not found:
            problem = "ends before the start" if "UNTIL" in parts else "gives no day at all"
            return wrong("rule-misses-start", "rule", problem, "change the rule or the start")
        remedy = f"let it start when the rule does: {found[0].isoformat(timespec='minutes')}"
        return wrong("rule-misses-start", "rule", "does not give the start", remedy)
    unknown = next((moment for moment in left_out if moment not in found), None)
    if unknown is not None:
        at = unknown.isoformat(timespec="minutes")
        return wrong("exception-unknown", "exceptions", f"{at} is no occurrence", "name one that the rule gives")
    kept = tuple(moment for moment in found if moment not in left_out)
    return kept or wrong("series-empty", "exceptions", "leave no occurrence", "leave some of them out of it")


def _walk(named: str, first: datetime, until: datetime) -> Iterator[datetime]:
    """What an endless rule gives until then.

    The library looks for a first match up to the last year there is, so a rule that never matches would take it
    seconds. The calendar is the same every 400 years, weekdays too: so it looks where few years are left.
    """
    cycles = (MAXYEAR - max(first.year, until.year)) // 400 * 400
    rule = rrulestr(named, dtstart=first.replace(year=first.year + cycles))
    if isinstance(rule, rrule):
        for moment in rule.replace(until=until.replace(year=until.year + cycles)):
            yield moment.replace(year=moment.year - cycles)


def _parts(rule: str) -> dict[str, str] | Refused:
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if not _PART.fullmatch(part) or name not in _NAMES or name in parts:
            return wrong("rule-unreadable", "rule", f"is no recurrence rule at “{part[:40]}”", _EXAMPLE)
        parts[name] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        remedy = "take DAILY, WEEKLY, MONTHLY or YEARLY"
        return wrong("rule-too-fine", "rule", f"recurs {parts.get('FREQ', 'without FREQ')}", remedy)
    if fine := next((name for name in ("BYHOUR", "BYMINUTE", "BYSECOND") if name in parts), None):
        return wrong("rule-too-fine", "rule", f"says {fine}", "leave it out: the start says the time of day")
    interval = parts.get("INTERVAL", "1")
    if not interval.isdigit() or int(interval) == 0:
        return wrong("rule-unreadable", "rule", "has an INTERVAL that is no number", "take 1 or more")
    if any(part.lstrip("+-")[:1].isdigit() for part in parts.get("BYDAY", "").split(",")) and (
        parts["FREQ"] not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts
    ):
        remedy = "leave the number out, or take FREQ=MONTHLY"
        return wrong("rule-unreadable", "rule", f"numbers its days, BYDAY={parts['BYDAY']}, of no month", remedy)
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        return wrong("rule-unreadable", "rule", "has a BYSETPOS of nothing", "add BYDAY or another BY part")
    if "COUNT" in parts and "UNTIL" in parts:
        return wrong("rule-unreadable", "rule", "says both COUNT and UNTIL", "leave one of them out")
    return parts


def _end(parts: dict[str, str], first: datetime, zone: ZoneInfo) -> tuple[datetime, int] | Refused:
    """Until when, and how often at most."""
    last = first + timedelta(days=366 * YEARS_MAX)
    if "COUNT" in parts:
        count = parts["COUNT"]
        if not count.isdigit() or not int(count) > 0:
            return wrong("rule-unreadable", "rule", "has a COUNT that is no number", _EXAMPLE)
        return last, min(int(count), OCCURRENCES_MAX + 1)
    if "UNTIL" not in parts:
        return wrong("series-endless", "rule", "recurs without end", "add COUNT or UNTIL to it")
    try:
        until = _until(parts["UNTIL"], zone)
    except ValueError:
        return wrong("rule-unreadable", "rule", "has an UNTIL that is no date", "write it as UNTIL=20271231")
    except OverflowError:
        until = datetime.max  # noqa: DTZ901 - a wall time: for ever, by a clock that is ahead of UTC
    if until > last:
        remedy = f"end it within {YEARS_MAX} years"
        return wrong("series-too-long", "rule", f"runs until {until.date().isoformat()}", remedy)
    return until, OCCURRENCES_MAX + 1


def _until(text: str, zone: ZoneInfo) -> datetime:
    if "T" not in text:
        return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time(23, 59))  # noqa: DTZ007 - a wall time
    if text.endswith("Z"):
        moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return moment.astimezone(zone).replace(tzinfo=None)
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time
