"""What recurs: the same spaces and phases at other days, each by the venue's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.booking.domain.spaces.asking import Moments, Wanted
from services.booking.domain.spaces.booking import Details, SpaceBooking
from services.booking.domain.spaces.times import local, minute_of, moment_of

OCCURRENCES_MAX = 366


def begins(wanted: tuple[Wanted, ...], zone: ZoneInfo) -> datetime:
    """The wall time at the venue at which the first of the shows begins."""
    return min(wall(one.show[0], zone) for one in wanted)


def shifted(wanted: tuple[Wanted, ...], by: timedelta, zone: ZoneInfo) -> tuple[Wanted, ...]:
    """The same so much later by the venue's clock, whatever its offset is then."""
    if not by:
        return wanted
    return tuple(
        replace(
            one,
            show=_moved(one.show, by, zone),
            build_up=None if one.build_up is None else _moved(one.build_up, by, zone),
            dismantling=None if one.dismantling is None else _moved(one.dismantling, by, zone),
        )
        for one in wanted
    )


def at_other_day(details: Details, by: timedelta, zone: ZoneInfo) -> Details:
    """The details of an occurrence that is so much later: its programme moves with it."""
    moved = tuple(
        (minute_of((wall(moment_of(minute), zone) + by).replace(tzinfo=zone)), text)
        for minute, text in details.programme
    )
    return replace(details, programme=moved) if by else details


def along(before: SpaceBooking, after: SpaceBooking, zone: ZoneInfo) -> Details:
    """The details of a booking that moved: its programme moves too, where the whole did and nothing became longer."""
    pairs = list(zip(before.uses, after.uses, strict=False))
    shifts = {new.show.start - old.show.start for old, new in pairs}
    lengths = all(new.show.end - new.show.start == old.show.end - old.show.start for old, new in pairs)
    if len(before.uses) != len(after.uses) or not lengths or len(shifts) != 1:
        return after.details
    return at_other_day(after.details, apart_by(before, after, zone), zone)


def apart_by(first: SpaceBooking, other: SpaceBooking, zone: ZoneInfo) -> timedelta:
    """How much later by the venue's clock one booking begins than another."""
    starts = (min(use.show.start for use in booking.uses) for booking in (first, other))
    before, after = (local(start, zone).replace(tzinfo=None) for start in starts)
    return after - before


def _moved(moments: Moments, by: timedelta, zone: ZoneInfo) -> Moments:
    start, end = (wall(moment, zone) + by for moment in moments)
    return start, end


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as the venue's clock shows it; one without an offset is that already."""
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)
