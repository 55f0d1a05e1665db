"""Bookings as an iCalendar object, RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from services.booking.adapters.vtimezone import vtimezone
from services.booking.domain.spaces.booking import CANCELLED, EXPIRED, OPTION, UNBLOCKED, YIELDED, SpaceState, Use
from services.booking.domain.spaces.times import moment_of
from services.booking.ports import SpaceBookingAt

MEDIA_TYPE = "text/calendar; charset=utf-8"
_STATUSES: Final[Mapping[SpaceState, str]] = {
    OPTION: "TENTATIVE",
    CANCELLED: "CANCELLED",
    # Who saw an option as tentative must hear that it is gone; a calendar knows no better word.
    EXPIRED: "CANCELLED",
    YIELDED: "CANCELLED",
    UNBLOCKED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a calendar, and each space by its id, is called; `time_zone` is empty for one of several venues."""

    name: str
    time_zone: str
    spaces: Mapping[str, str]


def calendar_of(
    called: Shown, bookings: Iterable[SpaceBookingAt], stamped: datetime, *, as_imported: bool = False
) -> bytes:
    """A calendar with an event for each time of each booking; all its spaces stand in LOCATION.

    An event's uid is the booking's id with the time's place in it, as in invitations; or, `as_imported`, that which a
    booking of one time came in with. SEQUENCE is the booking's version. Times are in the venue's zone, whose VTIMEZONE
    comes along. Programs are asked (RFC 7986) to look again hourly.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Pavilion//Exchange centre calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", called.name)
    calendar.add("x-wr-calname", called.name)
    if called.time_zone:
        calendar.add("x-wr-timezone", called.time_zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    zones: dict[ZoneInfo, tuple[datetime, datetime]] = {}
    for at in bookings:
        times: dict[tuple[int, int], list[Use]] = {}
        for use in at.booking.uses:
            times.setdefault((use.show.start, use.show.end), []).append(use)
        zone = ZoneInfo(at.booking.time_zone)
        for place, ((start, end), uses) in enumerate(sorted(times.items())):
            begins, ends = moment_of(start).astimezone(zone), moment_of(end).astimezone(zone)
            if begins.fold or ends.fold:
                # An hour that the clocks show twice can be told in UTC only (RFC 5545 section 3.3.5).
                begins, ends = moment_of(start), moment_of(end)
            first, last = zones.get(zone, (begins, ends))
            zones[zone] = (min(first, begins), max(last, ends))
            event = Event()
            single = at.booking.uid if as_imported and len(times) == 1 and at.booking.uid else ""
            event.add("uid", single or f"{at.booking.id}-{place}@pavilion")
            event.add("dtstamp", stamped.astimezone(UTC))
            event.add("dtstart", begins)
            event.add("dtend", ends)
            event.add("summary", at.booking.details.title or at.booking.id)
            event.add("location", ", ".join(called.spaces.get(use.space, use.space) for use in uses))
            event.add("sequence", at.version - 1)
            event.add("status", _STATUSES.get(at.booking.state, "CONFIRMED"))
            calendar.add_component(event)
    for zone, (first, last) in zones.items():
        calendar.subcomponents.insert(0, vtimezone(zone, first, last))
    return bytes(calendar.to_ical())
