"""Spaces are had once: bookings, and the calendars of the atoms that they claim, agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from deploy.invariants.findings import Finding
from deploy.invariants.picture import Document, Picture

FIRM: Final = ("definite", "completed", "no-show")
CLAIMING: Final = {"inquiry": 0, "option": 1, **dict.fromkeys(FIRM, 2), "blocked": 3}
"""States whose bookings stand in calendars, and what their claims are worth there."""
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Taken:
    """A time at which a booking has an atom, and what it needs before and after it."""

    booking: str
    start: datetime
    end: datetime
    before: timedelta
    after: timedelta


def one_booking_an_atom(picture: Picture) -> Finding:
    """No two firm bookings have an atom at the same time, nor closer to each other than their buffers."""
    found, looked_at = [], 0
    for atom, taken in _by_atom(picture, FIRM).items():
        looked_at += len(taken)
        # In the order of their beginnings two that meet are neighbours, or one of them meets a neighbour.
        for one, other in pairwise(sorted(taken, key=lambda time: (time.start, time.end))):
            if one.booking != other.booking and _meet(one, other):
                found.append(f"{atom}: {one.booking} and {other.booking} meet at {other.start:%Y-%m-%d %H:%M} UTC")
    return Finding.of("no atom had twice at a time", looked_at, sorted(found))


def pages_follow_bookings(picture: Picture) -> Finding:
    """Every live booking stands on each page of the calendars that it touches, and nothing else does."""
    expected = {place for state in CLAIMING for place in _places(picture, state)}
    written = {
        (page_id, claim[0], claim[1], claim[2], claim[5])
        for page_id, page in picture.booking["calendar_pages"].items()
        for claim in page["claims"]
    }
    found = [f"{page} lacks {booking} from minute {start}" for page, booking, start, _, _ in expected - written]
    found += [f"{page} has {booking}, which is not so" for page, booking, _, _, _ in written - expected]
    return Finding.of("calendars agree with bookings", len(expected), sorted(found))


def options_end_in_time(picture: Picture) -> Finding:
    """No option outlives its deadline, and every booking that time alone will change has its timer."""
    found, looked_at = [], 0
    for id_, booking in picture.booking["space_bookings"].items():
        due = booking.get("due_at")
        waits = booking["state"] in ("inquiry", "option", "definite")
        looked_at += waits
        if waits and due is None:
            found.append(f"{id_} is {booking['state']}, and no timer will ever end it")
        elif due is not None and not waits:
            found.append(f"{id_} is {booking['state']} and still has a deadline")
        elif due is not None and picture.older(due, picture.grace.hold):
            found.append(f"{id_} is {booking['state']} {(picture.at - due).total_seconds():.0f} s past its deadline")
    return Finding.of("no option outlives its deadline", looked_at, sorted(found))


def ranks_without_gaps(picture: Picture) -> Finding:
    """Every option's rank is one more than the most options before it at any of its minutes on an atom."""
    bookings = picture.booking["space_bookings"]
    waiting = _by_atom(picture, ("option",))
    ranks: dict[str, int] = {}
    for taken in waiting.values():
        for one in taken:
            before = [other for other in taken if _precedes(bookings, other, one) and _meet(one, other)]
            ranks[one.booking] = max(ranks.get(one.booking, 1), 1 + _depth(one, before))
    found = [
        f"{id_} is option {bookings[id_]['rank']}, and {rank - 1} are before it"
        for id_, rank in ranks.items()
        if bookings[id_]["rank"] != rank
    ]
    return Finding.of("options in order, without gaps", len(ranks), sorted(found))


def _precedes(bookings: dict[str, Document], one: Taken, other: Taken) -> bool:
    return (bookings[one.booking]["order"], one.booking) < (bookings[other.booking]["order"], other.booking)


def _meet(one: Taken, other: Taken) -> bool:
    first, second = sorted((one, other), key=lambda time: time.start)
    return second.start < first.end + max(first.after, second.before)


def _depth(one: Taken, before: list[Taken]) -> int:
    """How many bookings at most are before it at a minute; who meets it by a buffer alone is at its nearest minute."""
    minute = timedelta(minutes=1)
    moments = {one.start, one.end - minute, *(max(one.start, time.start) for time in before)}
    return max(
        (
            len({time.booking for time in before if _start(time, one) <= at < max(time.end, one.start + minute)})
            for at in moments
            if one.start <= at < one.end
        ),
        default=0,
    )


def _start(time: Taken, one: Taken) -> datetime:
    return min(time.start, one.end - timedelta(minutes=1))


def _by_atom(picture: Picture, states: tuple[str, ...]) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = {}
    for id_, booking in picture.booking["space_bookings"].items():
        if booking["state"] in states:
            for atom, taken in _taken(id_, booking):
                found.setdefault(atom, []).append(taken)
    return found


def _taken(id_: str, booking: Document) -> Iterator[tuple[str, Taken]]:
    """What a booking has of each atom; phases that touch are one time."""
    for use in booking["uses"]:
        phases = [use[name] for name in ("build_up", "show", "dismantling") if use[name] is not None]
        spans = [[phases[0]["start"], phases[0]["end"]]]
        for phase in phases[1:]:
            if phase["start"] <= spans[-1][1]:
                spans[-1][1] = phase["end"]
            else:
                spans.append([phase["start"], phase["end"]])
        around = timedelta(minutes=use["before"]), timedelta(minutes=use["after"])
        for atom in use["atoms"]:
            for start, end in spans:
                yield f"{booking['venue']}/{atom}", Taken(id_, start, end, *around)


def _places(picture: Picture, state: str) -> Iterator[tuple[str, str, int, int, int]]:
    """Where the bookings of a state should stand: page, booking, first minute, last, worth."""
    for atom, taken in _by_atom(picture, (state,)).items():
        for one in taken:
            first = (one.start - one.before - _EPOCH) // _WEEK
            last = (one.end + one.after - timedelta(minutes=1) - _EPOCH) // _WEEK
            start, end = ((at - _EPOCH) // timedelta(minutes=1) for at in (one.start, one.end))
            for week in range(first, last + 1):
                yield f"{atom}/{week}", one.booking, start, end, CLAIMING[state]
