"""Bookings of spaces told the slow way: minutes are bits of a number, and everything is looked at again every time.

It knows nothing of pages, claims or spans: two bookings clash where a minute of one lies within the other's buffer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Mask = int
Place = tuple[float, str]
LAST: Place = (float("inf"), "")


def minutes(start: int, end: int) -> Mask:
    return ((1 << (end - start)) - 1) << start


def later(mask: Mask, by: int) -> Mask:
    """Every minute that is at most `by` after one of the mask's."""
    found, done = mask, 0
    while done < by:
        step = min(by - done, done + 1)
        found |= found << step
        done += step
    return found


@dataclass(frozen=True)
class Part:
    """Minutes of one atom, and what must be clear before and after them."""

    atom: str
    mask: Mask
    before: int
    after: int


def meet(one: Part, other: Part) -> bool:
    """Whether they cannot both be had."""
    if one.atom != other.atom:
        return False
    return bool(
        later(other.mask, max(other.after, one.before)) & one.mask
        or later(one.mask, max(one.after, other.before)) & other.mask
    )


@dataclass
class Known:
    """A booking as the model sees it. `place` is its place among options; the smaller, the earlier."""

    who: str
    parts: tuple[Part, ...]
    state: str
    uses: object
    place: Place = (0, "")
    expires: datetime | None = None
    challenges: dict[str, datetime] = field(default_factory=dict)
    ends: datetime | None = None
    starts: datetime | None = None
    overridden: set[str] = field(default_factory=set)


class Brute:
    """All bookings of a centre."""

    def __init__(self) -> None:
        self.all: dict[str, Known] = {}

    def pass_time(self, now: datetime) -> None:
        """One thing after the other, as time makes them: whoever is gone waits for no answer.

        At the same minute whoever waits behind others ends before they have to answer.
        """
        while due := [(when, id_) for id_ in self.all if (when := self._due(id_)) is not None and when <= now]:
            first = min(when for when, _ in due)
            id_ = max((id_ for when, id_ in due if when == first), key=lambda one: self.all[one].place)
            known = self.all[id_]
            silent = first in known.challenges.values()
            known.state = "completed" if known.state == "definite" else "yielded" if silent else "expired"
            self.settle()

    def _due(self, id_: str) -> datetime | None:
        """When time alone changes a booking."""
        known = self.all[id_]
        if known.state == "option":
            return min(filter(None, (known.expires, *known.challenges.values())), default=None)
        return known.ends if known.state == "definite" else None

    def settle(self) -> None:
        """A challenge stands as long as the option that made it waits behind the one that it was made to."""
        for id_, known in self.all.items():
            behind = self.behind(id_) if known.challenges else {}
            known.challenges = {by: until for by, until in known.challenges.items() if by in behind}

    def behind(self, id_: str) -> dict[str, Known]:
        """Options that wait behind one."""
        mine = self.all[id_]
        if mine.state != "option":
            return {}
        rivals = self.clashing(mine.parts, but=[id_])
        return {by: it for by, it in rivals.items() if it.state == "option" and it.place > mine.place}

    def waits(self, id_: str) -> bool:
        """Whether something firm is in an option's way."""
        return any(known.state != "option" for known in self.clashing(self.all[id_].parts, but=[id_]).values())

    def clashing(self, parts: Iterable[Part], but: Iterable[str] = ()) -> dict[str, Known]:
        """Live bookings that clash with these parts."""
        wanted, left = tuple(parts), set(but)
        return {
            id_: known
            for id_, known in self.all.items()
            if id_ not in left
            and known.state in ("option", "definite", "completed", "blocked")
            and any(meet(mine, theirs) for mine in wanted for theirs in known.parts)
        }

    def rank(self, id_: str) -> int:
        """One more than the most options before it at any of its minutes."""
        mine = self.all[id_]
        most = 0
        for part in mine.parts:
            low, high = part.mask & -part.mask, 1 << (part.mask.bit_length() - 1)
            deep: list[Mask] = []
            for known in self.clashing([part], but=[id_]).values():
                if known.state != "option" or known.place >= mine.place:
                    continue
                met = 0
                for theirs in known.parts:
                    if meet(part, theirs):
                        # Where only buffers meet, it is before the first minute, or after the last.
                        met |= part.mask & theirs.mask or (low if theirs.mask < low else high)
                # The minutes with one more before them than had `depth` before them until now.
                for depth in range(len(deep) - 1, -1, -1):
                    _set(deep, depth + 1, deep[depth] & met)
                _set(deep, 0, met)
            most = max(most, sum(1 for minutes_so_deep in deep if minutes_so_deep))
        return 1 + most

    def ranks(self) -> Mapping[str, int]:
        return {id_: self.rank(id_) for id_, known in self.all.items() if known.state == "option"}


def _set(masks: list[Mask], at: int, more: Mask) -> None:
    masks += [0] * (at + 1 - len(masks))
    masks[at] |= more
