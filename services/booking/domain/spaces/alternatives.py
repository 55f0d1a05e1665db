"""What could be had instead of what was refused: the same space at another time or for less, or another space."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from services.booking.domain.spaces.booking import Use
from services.booking.domain.spaces.calendar import WEEK, Claim
from services.booking.domain.spaces.times import DAY, Span
from services.booking.domain.spaces.venue import Space, Venue, atoms_at, closed

ALTERNATIVES_MAX = 6
SHIFT_MAX = WEEK
SPACES_MAX = 8
TRIES_MAX = 80
_STEPS = (15, 30, 60, 90, 120, 180, 240, 360, 480)
_SHORTEST_PART = 0.5

Fits = Callable[[Sequence[Use]], bool]
"""Whether all of these uses could be had now."""


class AlternativeKind(StrEnum):
    """In which way something is another than what was asked for."""

    SHIFTED = "shifted"
    OTHER_SPACE = "other-space"
    SHORTER = "shorter"
    OTHER_DAY = "other-day"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Uses that were free when the answer was made."""

    kind: AlternativeKind
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """What another space must offer: people in a set-up, and equipment."""

    people: int | None = None
    setup: str = ""
    equipment: tuple[str, ...] = ()


def alternatives(
    venue: Venue, uses: tuple[Use, ...], rivals: Iterable[Claim], others: Sequence[Space], fits: Fits, now: int
) -> tuple[Alternative, ...]:
    """The best few, nearest first within each kind; how many are looked at is bounded, and so is the time it takes."""
    near = islice(_shifted(uses, list(rivals)), TRIES_MAX)
    elsewhere = (tuple(moved) for moved in _elsewhere(venue, uses, others))
    days = (_all_shifted(uses, sign * days * DAY) for days in range(1, SHIFT_MAX // DAY + 1) for sign in (1, -1))
    found: list[Alternative] = []
    for kind, candidates, most in (
        (AlternativeKind.SHIFTED, near, 2),
        (AlternativeKind.OTHER_SPACE, elsewhere, 2),
        (AlternativeKind.SHORTER, _shorter(uses, list(rivals)), 1),
        (AlternativeKind.OTHER_DAY, days, 2),
    ):
        good = (one for one in candidates if _possible(venue, one, now) and fits(one))
        found += [Alternative(kind, one) for one in islice(good, most)]
    return tuple(found[:ALTERNATIVES_MAX])


def candidates(space: Space, spaces: Iterable[Space], needs: Needs) -> list[Space]:
    """Other spaces that would do, those that fit most closely first."""
    area = space.area_m2 or 0.0
    found = []
    for other in spaces:
        if other.id == space.id or other.retired_from or not set(needs.equipment) <= set(other.equipment):
            continue
        seats = other.seats(needs.setup or None)
        if needs.people is not None and (seats is None or seats < needs.people):
            continue
        if needs.people is None and other.kind != space.kind:
            continue
        waste = seats - needs.people if seats is not None and needs.people is not None else 0
        found.append((waste, abs((other.area_m2 or 0.0) - area), other.id, other))
    found.sort(key=lambda entry: entry[:3])
    return [entry[3] for entry in found[:SPACES_MAX]]


def _possible(venue: Venue, uses: Sequence[Use], now: int) -> bool:
    return all(use.start >= now and not any(closed(venue, span) for span in use.spans) for use in uses)


def _shifted(uses: tuple[Use, ...], rivals: list[Claim]) -> Iterator[tuple[Use, ...]]:
    """The same on the same day, pushed to where each rival ends or begins, or by some handy step."""
    shifts = {sign * step for step in _STEPS for sign in (1, -1)}
    for rival in rivals[:10]:
        for use in uses:
            shifts.add(rival.end + max(rival.after, use.before) - use.start)
            shifts.add(rival.start - max(rival.before, use.after) - use.end)
    for shift in sorted(shifts - {0}, key=lambda minutes: (abs(minutes), -minutes)):
        if abs(shift) < DAY:
            yield _all_shifted(uses, shift)


def _all_shifted(uses: tuple[Use, ...], minutes: int) -> tuple[Use, ...]:
    return tuple(shifted(use, minutes) for use in uses)


def shifted(use: Use, minutes: int) -> Use:
    """The same use, so much later."""
    return replace(
        use,
        show=use.show.shifted(minutes),
        build_up=use.build_up and use.build_up.shifted(minutes),
        dismantling=use.dismantling and use.dismantling.shifted(minutes),
    )


def in_space(use: Use, space: Space, atoms: tuple[str, ...]) -> Use:
    """The same time in another space, which is made of these atoms then."""
    return replace(use, space=space.id, atoms=atoms, before=space.buffer_before, after=space.buffer_after)


def _elsewhere(venue: Venue, uses: tuple[Use, ...], others: Sequence[Space]) -> Iterator[list[Use]]:
    """The same times in each of the other spaces; only where one space was asked for."""
    if len({use.space for use in uses}) != 1:
        return
    for space in others:
        moved = []
        for use in uses:
            atoms = atoms_at(space, Span(use.start, use.end), venue.zone)
            if not isinstance(atoms, tuple):
                break
            moved.append(in_space(use, space, atoms))
        else:
            yield moved


def _shorter(uses: tuple[Use, ...], rivals: list[Claim]) -> Iterator[tuple[Use, ...]]:
    """What is left of a single show between its rivals, where that is at least half of it."""
    if len(uses) != 1 or uses[0].build_up or uses[0].dismantling:
        return
    [use] = uses
    start, end = use.show
    left = []
    for rival in rivals:
        ends = rival.start - max(rival.before, use.after)
        begins = rival.end + max(rival.after, use.before)
        left += [Span(start, min(end, ends)), Span(max(start, begins), end)]
    for span in sorted(set(left), key=lambda one: one.start - one.end):
        if span.end - span.start >= _SHORTEST_PART * (end - start) and span != use.show:
            yield (replace(use, show=span),)
