"""Instants, spans and the venue's local time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.booking.domain.spaces.refusal import Refused, wrong

DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """From `start` until before `end`, in minutes since the epoch."""

    start: int
    end: int

    def shifted(self, minutes: int) -> Span:
        """The same length, so much later."""
        return Span(self.start + minutes, self.end + minutes)


def minute_of(moment: datetime) -> int:
    """The minute in which an aware instant lies."""
    return (moment - _EPOCH) // _MINUTE


def moment_of(minute: int) -> datetime:
    """The instant at which a minute begins, in UTC."""
    return _EPOCH + minute * _MINUTE


def shown(minute: int) -> str:
    """A minute as everybody gets it: ISO 8601 in UTC, with milliseconds and `Z`."""
    return f"{moment_of(minute).isoformat()[:16]}:00.000Z"


def local(minute: int, zone: ZoneInfo) -> datetime:
    """A minute as a local wall time."""
    return moment_of(minute).astimezone(zone)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes in as few spans as they need, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def resolve(moment: datetime, zone: ZoneInfo, field: str) -> int | Refused:
    """The minute that a moment means; one without an offset is a wall time at the venue.

    Refused are seconds, a wall time that the clocks skip, and one that they show twice (PEP 495).
    """
    if moment.second or moment.microsecond:
        return wrong("time-not-whole", field, "has seconds", "give whole minutes")
    if moment.tzinfo is not None:
        return minute_of(moment)
    first, second = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return minute_of(first)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        shown = moment.isoformat(timespec="minutes")
        jump = second.astimezone(UTC).astimezone(zone), first.astimezone(UTC).astimezone(zone)
        remedy = f"give one before or after, such as {jump[1].isoformat(timespec='minutes')}"
        return wrong("time-skipped", field, f"{shown} does not exist: the clocks of {zone.key} go forward then", remedy)
    shown = moment.isoformat(timespec="minutes")
    remedy = f"say which: {first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}"
    return wrong("time-ambiguous", field, f"{shown} comes twice: the clocks of {zone.key} go back then", remedy)
