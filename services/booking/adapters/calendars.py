"""Bookings as an iCalendar object, RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from services.booking.domain.spaces.booking import CANCELLED, OPTION, Use
from services.booking.domain.spaces.times import moment_of
from services.booking.ports import SpaceBookingAt

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_of(
    name: str, time_zone: str, bookings: Iterable[SpaceBookingAt], spaces: Mapping[str, str], stamped: datetime
) -> bytes:
    """A calendar with an event for each time of each booking; all its spaces stand in LOCATION.

    A booking of one time keeps the uid that it was imported with; of several, each has the booking's id and its place.
    SEQUENCE is the booking's version. Times are in the venue's zone, whose VTIMEZONE comes along.
    """
    zone = ZoneInfo(time_zone)
    calendar = Calendar()
    calendar.add("prodid", "-//Pavilion//Exchange centre calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", time_zone)
    for at in bookings:
        times: dict[tuple[int, int], list[Use]] = {}
        for use in at.booking.uses:
            times.setdefault((use.show.start, use.show.end), []).append(use)
        for place, ((start, end), uses) in enumerate(sorted(times.items())):
            event = Event()
            single = at.booking.uid if len(times) == 1 and at.booking.uid else ""
            event.add("uid", single or f"{at.booking.id}-{place}@pavilion")
            event.add("dtstamp", stamped.astimezone(UTC))
            event.add("dtstart", moment_of(start).astimezone(zone))
            event.add("dtend", moment_of(end).astimezone(zone))
            event.add("summary", at.booking.details.title or at.booking.id)
            event.add("location", ", ".join(spaces.get(use.space, use.space) for use in uses))
            event.add("sequence", at.version - 1)
            event.add("status", _status(at))
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _status(at: SpaceBookingAt) -> str:
    if at.booking.state is OPTION:
        return "TENTATIVE"
    return "CANCELLED" if at.booking.state is CANCELLED else "CONFIRMED"
