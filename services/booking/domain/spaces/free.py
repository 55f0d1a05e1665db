"""What is free and what was used: gaps between claims, and minutes booked of minutes open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from services.booking.domain.spaces.booking import COMPLETED, DEFINITE, NO_SHOW, SpaceBooking
from services.booking.domain.spaces.calendar import Claim, Standing
from services.booking.domain.spaces.times import DAY, Span, local, merged
from services.booking.domain.spaces.venue import Space, Venue, closed, hours_on, wall

PHASES = ("build_up", "show", "dismantling")


def open_spans(venue: Venue, window: Span) -> list[Span]:
    """When the venue is open within a window, days that touch as one."""
    if not venue.opening and not venue.exceptions:
        return [window]
    zone = venue.zone
    day, last = local(window.start, zone).date(), local(window.end - 1, zone).date()
    found: list[Span] = []
    while day <= last:
        for one in hours_on(venue, day, venue.opening):
            start, end = max(window.start, wall(day, one.opens, zone)), min(window.end, wall(day, one.closes, zone))
            if start < end:
                found.append(Span(start, end))
        day += timedelta(days=1)
    return merged(found)


def gaps(window: Span, space: Space, claims: Iterable[Claim], now: int, *, over_options: bool = False) -> list[Span]:
    """Where in a window a booking of the space could lie, its buffers and those of its neighbours kept clear.

    Options count as taken unless they are to be looked over; whoever is past a deadline does not count.
    """
    least = Standing.DEFINITE if over_options else Standing.OPTION
    before, after = space.buffer_before, space.buffer_after
    # By position, not by name: a venue of 200 spaces has thousands of claims in a week.
    busy = sorted(
        (start - max(claim_before, after), end + max(claim_after, before))
        for _, start, end, claim_before, claim_after, standing, _, until in claims
        if standing >= least and not 0 < until <= now
    )
    found: list[Span] = []
    free_from = window.start
    for start, end in busy:
        if start >= window.end:
            break
        if start > free_from:
            found.append(Span(free_from, start))
        free_from = max(free_from, end)
    if free_from < window.end:
        found.append(Span(free_from, window.end))
    return found


def offers(venue: Venue, free: Iterable[Span], opened: Sequence[Span], minutes: int) -> list[Span]:
    """The parts of what is free in which so many minutes at a stretch can be booked, by the venue's opening hours."""
    found: list[Span] = []
    for gap in free:
        if gap.end - gap.start < minutes:
            continue
        whole = [Span(max(gap.start, one.start), min(gap.end, one.end)) for one in opened]
        short = [span for span in whole if span.end - span.start >= minutes]
        if short or minutes < DAY:
            found += short
            continue
        # Longer than the venue is ever open at a stretch: it must begin and end while it is.
        hours = (at for one in opened for at in range(one.start, one.end, 60) if at > gap.start)
        starts = chain([gap.start], hours)
        fitting = (at for at in starts if at + minutes <= gap.end and not closed(venue, Span(at, at + minutes)))
        if (first := next(fitting, None)) is not None:
            found.append(Span(first, gap.end))
    return found


@dataclass(slots=True)
class Used:
    """How much of some atoms was used while the venue was open.

    `available` and `booked` are minutes of atoms, whose share can be told: two that are booked for an hour are 120.
    `taken` are minutes of the clock in which at least one of them was booked.
    """

    available: int = 0
    booked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PHASES, 0))
    taken: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PHASES, 0))


def spans_used(bookings: Iterable[SpaceBooking], opened: Sequence[Span]) -> dict[str, dict[str, list[Span]]]:
    """What is booked of the opening hours, by atom and phase; definite bookings only, and what became of them."""
    found: dict[str, dict[str, list[Span]]] = {}
    for booking in bookings:
        if booking.state not in (DEFINITE, COMPLETED, NO_SHOW):
            continue
        for use in booking.uses:
            for phase in PHASES:
                span: Span | None = getattr(use, phase)
                if span is None:
                    continue
                within = [Span(max(span.start, one.start), min(span.end, one.end)) for one in opened]
                within = [one for one in within if one.start < one.end]
                for atom in use.atoms:
                    found.setdefault(atom, {name: [] for name in PHASES})[phase] += within
    return found


def used_of(atoms: Collection[str], spans: Mapping[str, Mapping[str, Sequence[Span]]], opened: Sequence[Span]) -> Used:
    """What was used of some atoms together."""
    used = Used(available=len(atoms) * _length(opened))
    for phase in PHASES:
        booked = [span for atom in atoms if atom in spans for span in spans[atom][phase]]
        used.booked[phase] = _length(booked)
        used.taken[phase] = _length(merged(booked))
    return used


def _length(spans: Iterable[Span]) -> int:
    return sum(one.end - one.start for one in spans)
