"""An atom's calendar: who claims which minutes, who clashes with whom, and who is before whom.

A calendar is kept in pages of a week. A claim stands on every page that it touches, its buffers included, so whoever
could clash with it meets it on a page of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate
from typing import NamedTuple

from services.booking.domain.spaces.times import Span, merged

WEEK = 7 * 24 * 60
CLAIMS_MAX = 2_500


class Standing(IntEnum):
    """What a claim is worth."""

    INQUIRY = 0
    OPTION = 1
    DEFINITE = 2
    BLOCKED = 3


class Claim(NamedTuple):
    """Minutes of one atom that a booking wants: `[start, end)`, kept clear for `before` and `after` it.

    `order` is an option's place: smaller is earlier, and of two alike the one whose id is. `until` is the minute at
    which it ends by itself; 0 is never.
    """

    booking: str
    start: int
    end: int
    before: int
    after: int
    standing: int
    order: int
    until: int

    def overdue(self, now: int) -> bool:
        """Whether its time to decide is over, whatever any timer did."""
        return 0 < self.until <= now

    def precedes(self, other: Claim) -> bool:
        """Whether it comes before another one in the order of options."""
        return (self.order, self.booking) < (other.order, other.booking)

    @property
    def weeks(self) -> range:
        """The numbers of the pages that it stands on."""
        return range((self.start - self.before) // WEEK, (self.end + self.after - 1) // WEEK + 1)


@dataclass(frozen=True, slots=True)
class Page:
    """One week of an atom's calendar; `id` is venue/atom/week."""

    id: str
    claims: tuple[Claim, ...] = ()


def page_id(venue: str, atom: str, week: int) -> str:
    """The id of an atom's page."""
    return f"{venue}/{atom}/{week}"


def clash(one: Claim, other: Claim) -> bool:
    """Whether two bookings' claims on the same atom cannot both be had.

    Between them lies the larger of what the earlier one needs after it and the later one before it.
    """
    if one.booking == other.booking:
        return False
    return one.start < other.end + max(other.after, one.before) and other.start < one.end + max(one.after, other.before)


def clashing(claim: Claim, others: Iterable[Claim]) -> list[Claim]:
    """Those that cannot be had beside a claim, each once."""
    return list(dict.fromkeys(other for other in others if clash(claim, other)))


def rank_of(claim: Claim, others: Iterable[Claim]) -> int:
    """An option's rank on its atom: one more than the most bookings with options before it at any of its minutes."""
    before: dict[str, list[Span]] = {}
    for other in others:
        if other.standing == Standing.OPTION and other.precedes(claim) and clash(claim, other):
            before.setdefault(other.booking, []).append(_met(claim, other))
    edges = sorted(edge for spans in before.values() for span in merged(spans) for edge in _edges(span))
    return 1 + max(accumulate(step for _, step in edges), default=0)


def _met(claim: Claim, other: Claim) -> Span:
    """The minutes of a claim at which it meets another one that it clashes with."""
    start, end = max(other.start, claim.start), min(other.end, claim.end)
    if start < end:
        return Span(start, end)
    # Only their buffers meet: that is at the first minute, or at the last.
    return Span(claim.start, claim.start + 1) if other.end <= claim.start else Span(claim.end - 1, claim.end)


def _edges(span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return (span.start, 1), (span.end, -1)


def with_claims(page: Page, claims: Iterable[Claim]) -> Page:
    """The page, with these on it too."""
    return replace(page, claims=tuple(sorted({*page.claims, *claims}, key=lambda c: (c.start, c.booking))))


def without(page: Page, booking: str) -> Page:
    """The page, without a booking's claims."""
    return replace(page, claims=tuple(claim for claim in page.claims if claim.booking != booking))


def pages_of(venue: str, claims: Iterable[tuple[str, Claim]]) -> Iterator[str]:
    """The ids of the pages that these (atom, claim) stand on, each once."""
    seen: set[str] = set()
    for atom, claim in claims:
        for week in claim.weeks:
            if (id_ := page_id(venue, atom, week)) not in seen:
                seen.add(id_)
                yield id_
