"""Reading a calendar file (RFC 5545) as bookings of a venue's spaces; every fault is told by its line or event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from dateutil.rrule import rrulestr
from icalendar import Calendar, vBroken

from deploy.fairs.model import FolderInvalid, Problem

OCCURRENCES_MAX: Final = 200
_Event = Any
"""A VEVENT; the library types its properties as a union of all that there are."""
_LINE: Final = re.compile(r'[A-Za-z0-9-]+(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;]*)(?:,(?:"[^"]*"|[^":;,]*))*)*:')
_APART: Final = re.compile(r"\s*(?:[,;|\n]|\s[+&/]\s|\s(?:and|und|и)\s)\s*")
_COMBINED: Final = re.compile(r"(?P<stem>.*?\s)(?P<parts>\S+(?:\s*[+&/]\s*\S+)+)")
_TIME_REMEDY: Final = "write it with TZID=…, or in UTC with a Z at its end"
_NAMED_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class IcsEvent:
    """An event as booking takes it; `at` is its place in the file for people."""

    at: str
    uid: str
    title: str
    uses: list[dict[str, str]]
    cancelled: bool = False

    def body(self) -> dict[str, Any]:
        """What is sent."""
        return {"uid": self.uid, "title": self.title, "uses": self.uses, "cancelled": self.cancelled}


@dataclass(slots=True)
class Spaces:
    """A venue's spaces by everything that they are called: slug, id, and name in any language.

    `called` are the names of those that can be booked still, for people.
    """

    venue: str
    by_name: dict[str, str] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, venue: str, entries: Iterable[Mapping[str, Any]]) -> Spaces:
        """From the catalog's entries."""
        found = cls(venue)
        for entry in entries:
            id_ = f"{venue}/{entry['space']}"
            for name in (entry["space"], id_, *entry["name"].values()):
                found.by_name.setdefault(_folded(name), id_)
            if not entry.get("retired_from"):
                found.called.append(entry["name"].get("en") or next(iter(entry["name"].values()), entry["space"]))
        return found

    def named(self, location: str) -> list[str] | str:
        """The ids that a LOCATION names, one or several; the part that names none where there is such."""
        if id_ := self.by_name.get(_folded(location)):
            return [id_]
        found: list[str] = []
        parts: list[str] = _APART.split(location)
        for part in filter(None, parts):
            ids = self._combined(part)
            if ids is None:
                return part
            found += ids
        return list(dict.fromkeys(found)) if found else location

    def _combined(self, part: str) -> list[str] | None:
        """One space by its name, or several that share the beginning of their names, as in `Hall 1+2`."""
        if id_ := self.by_name.get(_folded(part)):
            return [id_]
        match = _COMBINED.fullmatch(part)
        if match is None:
            return None
        names = [f"{match['stem']}{piece}" for piece in re.split(r"\s*[+&/]\s*", match["parts"])]
        ids = [self.by_name.get(_folded(name)) for name in names]
        return [id_ for id_ in ids if id_] if all(ids) else None


def read_calendar(path: Path, spaces: Spaces) -> list[IcsEvent]:
    """The events of a file. Raises FolderInvalid with every fault that was found."""
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FolderInvalid(
            [Problem(name, "", f"cannot be read: {error.strerror}", "give the path of a file")]
        ) from error
    except UnicodeDecodeError as error:
        raise FolderInvalid([Problem(name, f"byte {error.start}", "is no UTF-8", "save it as UTF-8")]) from error
    problems = list(_broken_lines(name, text))
    if problems:
        raise FolderInvalid(problems)
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except ValueError as error:
        raise FolderInvalid([Problem(name, "", f"is no calendar: {error}", "export it again")]) from error
    events = [component for calendar in calendars for component in calendar.walk("VEVENT")]
    return _read_events(name, events, spaces)


def _broken_lines(name: str, text: str) -> Iterator[Problem]:
    """Lines that are no content lines (RFC 5545, section 3.1), and components that do not end where they should."""
    opened: list[tuple[str, int]] = []
    for number, line in _unfolded(text):
        if not _LINE.match(line):
            yield Problem(name, f"line {number}", f"is no content line: {line[:40]!r}", "write it as NAME:value")
            continue
        key, _, value = line.partition(":")
        if key.upper() == "BEGIN":
            opened.append((value.strip().upper(), number))
        elif key.upper() == "END":
            if not opened or opened[-1][0] != value.strip().upper():
                yield Problem(name, f"line {number}", f"ends {value.strip()}, which is not open", "see its BEGIN")
            else:
                opened.pop()
    for component, number in opened:
        yield Problem(name, f"line {number}", f"{component} is never ended", f"add END:{component}")
    if not text.strip():
        yield Problem(name, "", "is empty", "give a calendar with BEGIN:VCALENDAR")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with the number of their first line."""
    start, whole = 0, ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line[:1] in (" ", "\t") and whole:
            whole += line[1:]
            continue
        if whole:
            yield start, whole
        start, whole = number, line if line.strip() else ""
    if whole:
        yield start, whole


def _read_events(name: str, events: Sequence[_Event], spaces: Spaces) -> list[IcsEvent]:
    problems: list[Problem] = []
    masters: dict[str, tuple[str, _Event]] = {}
    overrides: dict[str, list[tuple[str, _Event]]] = {}
    for number, event in enumerate(events, start=1):
        at = f"event {number} ({str(event.get('summary', '')).strip()[:40] or 'no title'})"
        uid = str(event.get("uid", "")).strip()
        if not uid:
            problems.append(Problem(name, at, "has no UID", "give each event a UID of its own"))
        elif "recurrence-id" in event:
            overrides.setdefault(uid, []).append((at, event))
        elif uid in masters:
            problems.append(Problem(name, at, f"UID {uid} comes twice", "give each event a UID of its own"))
        else:
            masters[uid] = (at, event)
    read: list[IcsEvent] = []
    for uid, (at, event) in masters.items():
        reading = _Reading(name, at, spaces)
        found = reading.event(uid, event, overrides.pop(uid, []))
        problems += reading.problems
        if found is not None:
            read.append(found)
    for uid, [(at, _), *_] in overrides.items():
        problems.append(
            Problem(name, at, f"changes an occurrence of {uid}, which is not there", "export the whole series")
        )
    if problems:
        raise FolderInvalid(problems)
    return read


class _Wrong(Exception):
    """What is wrong with an event, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


class _Reading:
    """One event being read; `problems` are all that is wrong with its times and its places."""

    def __init__(self, name: str, at: str, spaces: Spaces) -> None:
        self._name, self._at, self._spaces = name, at, spaces
        self.problems: list[Problem] = []

    def event(self, uid: str, event: _Event, overrides: Sequence[tuple[str, _Event]]) -> IcsEvent | None:
        """The event as booking takes it; None where something is wrong with it."""
        times: list[tuple[datetime, datetime, _Event]] = []
        with self._noting():
            times = _all_times(event, overrides)
        places: dict[int, list[str]] = {}
        for one in [_placed(event, said) for _, _, said in times] or [event]:
            if id(one) not in places:
                places[id(one)] = []
                with self._noting():
                    places[id(one)] = self._places(one)
        uses = [
            {"space": space, "start": _shown(start), "end": _shown(end)}
            for start, end, said in times
            for space in places[id(_placed(event, said))]
        ]
        with self._noting():
            if times and len(uses) > OCCURRENCES_MAX:
                raise _Wrong(f"takes spaces {len(uses)} times", f"split it; {OCCURRENCES_MAX} are the most")
        if self.problems:
            return None
        cancelled = str(event.get("status", "")).upper() == "CANCELLED"
        return IcsEvent(self._at, uid, " ".join(str(event.get("summary", "")).split())[:200], uses, cancelled)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except _Wrong as wrong:
            self.problems.append(Problem(self._name, self._at, wrong.problem, wrong.remedy))
        except ValueError as error:
            # The library reads a value when it is asked for, and only then finds that it cannot.
            problem = f"has a value that cannot be read: {error}"
            self.problems.append(Problem(self._name, self._at, problem, _TIME_REMEDY))

    def _places(self, event: _Event) -> list[str]:
        location = " ".join(str(event.get("location", "")).split())
        if not location:
            raise _Wrong("has no LOCATION", f"name a space of {self._spaces.venue}")
        found = self._spaces.named(location)
        if isinstance(found, str):
            known = sorted(self._spaces.called)
            more = f" and {len(known) - _NAMED_MAX} more" if len(known) > _NAMED_MAX else ""
            remedy = f"there are: {', '.join(known[:_NAMED_MAX])}{more}" if known else "enter its spaces first"
            raise _Wrong(f"LOCATION names “{found}”, which is no space of {self._spaces.venue}", remedy)
        return found


def _placed(event: _Event, said: _Event) -> _Event:
    """Where an occurrence says where it is: itself, or the event that it is of."""
    return said if "location" in said else event


def _all_times(event: _Event, overrides: Sequence[tuple[str, _Event]]) -> list[tuple[datetime, datetime, _Event]]:
    """When it is, by the start, each with the part of the file that says so."""
    changed = {_moment(one, "recurrence-id"): one for _, one in overrides}
    times = [(start, end, event) for start, end in _times(event) if start not in changed]
    kept = (one for one in changed.values() if str(one.get("status", "")).upper() != "CANCELLED")
    times += [(*_span(one), one) for one in kept]
    if not times:
        raise _Wrong("has no occurrence left", "leave it out, or set STATUS:CANCELLED")
    return sorted(times, key=lambda time: time[0])


def _times(event: _Event) -> list[tuple[datetime, datetime]]:
    """When it is; a recurring one at each of its occurrences."""
    start, end = _span(event)
    if "rrule" not in event:
        return [(start, end)]
    rule = event["rrule"].to_ical().decode()
    if "FREQ" not in rule.upper():
        raise _Wrong(f"has an RRULE that is none: “{rule}”", "write it as FREQ=WEEKLY;COUNT=10")
    if isinstance(event["rrule"], vBroken):
        raise _Wrong(f"has an RRULE that cannot be read: “{rule}”", "write it as FREQ=WEEKLY;COUNT=10")
    if "COUNT" not in event["rrule"] and "UNTIL" not in event["rrule"]:
        raise _Wrong("recurs without end", "add COUNT or UNTIL to its RRULE")
    local = _moment(event, "dtstart", keep_zone=True)
    try:
        found = list(islice(rrulestr(rule, dtstart=local), OCCURRENCES_MAX + 1))
    except (ValueError, TypeError) as error:
        raise _Wrong(f"has an RRULE that is none: {error}", "see RFC 5545, section 3.3.10") from error
    if len(found) > OCCURRENCES_MAX:
        raise _Wrong(f"recurs more than {OCCURRENCES_MAX} times", "split the series")
    left_out = {moment.astimezone(UTC) for moment in _exceptions(event)}
    length = end - start
    starts = [moment.astimezone(UTC) for moment in found]
    return [(begin, begin + length) for begin in starts if begin not in left_out]


def _exceptions(event: _Event) -> Iterator[datetime]:
    given = event.get("exdate")
    for one in given if isinstance(given, list) else [given] if given else []:
        for value in one.dts:
            if not isinstance(value.dt, datetime) or value.dt.tzinfo is None:
                raise _Wrong(f"has an EXDATE that is no occurrence: {value.dt}", _TIME_REMEDY)
            yield value.dt


def _span(event: _Event) -> tuple[datetime, datetime]:
    start = _moment(event, "dtstart")
    if "dtend" in event:
        end = _moment(event, "dtend")
    elif "duration" in event and isinstance(event["duration"].dt, timedelta):
        end = start + event["duration"].dt
    else:
        raise _Wrong("has neither DTEND nor DURATION", "say when it ends")
    if end <= start:
        raise _Wrong("ends before it starts" if end < start else "takes no time", "end it after it starts")
    return start, end


def _moment(event: _Event, key: str, *, keep_zone: bool = False) -> datetime:
    if key not in event:
        raise _Wrong(f"has no {key.upper()}", "say when it is")
    value = getattr(event[key], "dt", None)
    if not isinstance(value, datetime):
        if isinstance(value, date):
            raise _Wrong(f"is an all-day event ({key.upper()} is a date)", "give a time of day to begin and to end")
        raise _Wrong(f"has a {key.upper()} that is no time", _TIME_REMEDY)
    if value.tzinfo is None and (zone := event[key].params.get("TZID")):
        raise _Wrong(f"has a time in a zone that nobody knows: {zone}", "name an IANA zone, as TZID=Europe/Berlin")
    if value.tzinfo is None:
        raise _Wrong(f"has a floating time ({key.upper()} says no zone)", _TIME_REMEDY)
    return value if keep_zone else value.astimezone(UTC)


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes" if not moment.second else "seconds")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
