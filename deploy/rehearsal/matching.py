"""Who in the list is meant by a name on the plan.

By the same name; by the same name but for case and width; where several bear it, by the stand that the list gives them;
by a like name on the same stand, or a very like one in the same hall; by the same first word where stand and list leave
only one of each. Whom none of these finds is on the plan only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deploy.fairs.addresses import StandIndex, hall_key
from deploy.fairs.model import ListedExhibitor, Stand
from deploy.rehearsal.names import core_words, likeness, same_name

LIKE_ON_SAME_STAND: Final = 0.84
LIKE_IN_SAME_HALL: Final = 0.93
FIRST_WORD_MIN: Final = 4


class How(StrEnum):
    """By what a name was recognised."""

    NAME = "same name"
    FOLDED = "same name but for case or width"
    STAND = "one of several of that name, by the stand"
    FIRST = "one of several of that name, and the list gives none of them this stand"
    LIKE = "like name on the same stand"
    LIKE_IN_HALL = "like name in the same hall"
    FIRST_WORD = "same first word, and nobody else it could be on that stand"
    ELSEWHERE = "as recognised on another stand"
    NOBODY = "on the plan, not in the list"


@dataclass(frozen=True, slots=True)
class Match:
    """A name at a stand, and whom it means: `row` is None where the list has nobody."""

    stand: Stand
    name: str
    row: ListedExhibitor | None
    how: How


@dataclass(frozen=True, slots=True)
class Unseen:
    """An entry of the list whose stand does not show it; `why` is the same for all that are alike."""

    row: ListedExhibitor
    listed: str
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """All names of all stands, in the plan's order, and the list's entries that no stand shows."""

    matches: tuple[Match, ...]
    unseen: tuple[Unseen, ...]
    without_stand: int

    @property
    def plan_only(self) -> tuple[str, ...]:
        """Names on the plan whom the list does not have, each once."""
        return tuple(dict.fromkeys(match.name for match in self.matches if match.row is None))

    def count(self) -> dict[How, int]:
        """How many names at stands were recognised by what."""
        counts = dict.fromkeys(How, 0)
        for match in self.matches:
            counts[match.how] += 1
        return counts


@dataclass(slots=True)
class _Guests:
    """Who is at one stand: whom the list puts there, and who of them has been recognised."""

    listed: list[ListedExhibitor]
    found: dict[str, tuple[ListedExhibitor, How]] = field(default_factory=dict)

    def waiting(self) -> list[ListedExhibitor]:
        """Whom the list puts there and the plan has not been seen to show."""
        known = {row.line for row, _ in self.found.values()}
        return [row for row in self.listed if row.line not in known]


def match(stands: Sequence[Stand], rows: Sequence[ListedExhibitor]) -> Matching:
    """Find each name of the plan in the list."""
    index = StandIndex(stands)
    places = {row.line: [(text, index.find(index.read(text))) for text in row.stands] for row in rows}
    guests = {stand.label: _Guests([]) for stand in stands}
    for row in rows:
        for stand in {found.label: found for _, there in places[row.line] for found in there}.values():
            guests[stand.label].listed.append(row)
    for step in (_by_name(rows), _by_likeness, _in_hall(rows, guests, index), _by_first_word(guests)):
        for stand in stands:
            here = guests[stand.label]
            missing = [name for name in stand.exhibitors if name not in here.found]
            if missing:
                step(stand, missing, here)
    _as_elsewhere(stands, guests)
    return Matching(
        matches=tuple(_match(stand, name, guests) for stand in stands for name in stand.exhibitors),
        unseen=tuple(_unseen(rows, places, guests, index)),
        without_stand=sum(1 for row in rows if not row.stands),
    )


_Step = Callable[[Stand, Sequence[str], _Guests], None]


def _by_name(rows: Sequence[ListedExhibitor]) -> _Step:
    exact: dict[str, dict[int, ListedExhibitor]] = {}
    folded: dict[str, dict[int, ListedExhibitor]] = {}
    for row in rows:
        for name in row.every_name:
            exact.setdefault(name, {})[row.line] = row
            folded.setdefault(same_name(name), {})[row.line] = row

    def step(stand: Stand, missing: Sequence[str], here: _Guests) -> None:  # noqa: ARG001
        for name in missing:
            for known, how in ((exact.get(name), How.NAME), (folded.get(same_name(name)), How.FOLDED)):
                if known:
                    here.found[name] = _one_of(list(known.values()), how, here)
                    break

    return step


def _one_of(bearers: list[ListedExhibitor], how: How, here: _Guests) -> tuple[ListedExhibitor, How]:
    """Of those who bear a name, the one whom the list puts at this stand."""
    if len(bearers) == 1:
        return bearers[0], how
    lines = {row.line for row in here.listed}
    there = [row for row in bearers if row.line in lines]
    return (there[0], How.STAND) if there else (bearers[0], How.FIRST)


def _by_likeness(stand: Stand, missing: Sequence[str], here: _Guests) -> None:  # noqa: ARG001
    for name in missing:
        if row := _most_like(name, here.waiting(), LIKE_ON_SAME_STAND):
            here.found[name] = (row, How.LIKE)


def _in_hall(rows: Sequence[ListedExhibitor], guests: Mapping[str, _Guests], index: StandIndex) -> _Step:
    by_hall: dict[str, dict[int, ListedExhibitor]] = {}
    for row in rows:
        for text in row.stands:
            by_hall.setdefault(index.read(text).hall or "", {})[row.line] = row

    def step(stand: Stand, missing: Sequence[str], here: _Guests) -> None:
        shown = {row.line for each in guests.values() for row, _ in each.found.values()}
        free = [row for row in by_hall.get(hall_key(stand.hall), {}).values() if row.line not in shown]
        for name in missing:
            if row := _most_like(name, free, LIKE_IN_SAME_HALL):
                here.found[name] = (row, How.LIKE_IN_HALL)

    return step


def _by_first_word(guests: Mapping[str, _Guests]) -> _Step:
    def step(stand: Stand, missing: Sequence[str], here: _Guests) -> None:  # noqa: ARG001
        shown = {row.line for each in guests.values() for row, how in each.found.values() if how is not How.FIRST_WORD}
        waiting = [row for row in here.waiting() if row.line not in shown]
        for name in missing:
            word = core_words(name)[:1]
            like = [row for row in waiting if core_words(row.name)[:1] == word]
            rivals = [other for other in missing if core_words(other)[:1] == word]
            if word and len(word[0]) >= FIRST_WORD_MIN and len(like) == 1 and len(rivals) == 1:
                here.found[name] = (like[0], How.FIRST_WORD)

    return step


def _most_like(name: str, rows: Iterable[ListedExhibitor], cutoff: float) -> ListedExhibitor | None:
    """The row whose name is most like, if it is like enough and no other is as like."""
    graded = sorted(((max(likeness(name, n) for n in row.every_name), row) for row in rows), key=lambda pair: -pair[0])
    if not graded or graded[0][0] < cutoff or (len(graded) > 1 and graded[1][0] == graded[0][0]):
        return None
    return graded[0][1]


def _as_elsewhere(stands: Sequence[Stand], guests: Mapping[str, _Guests]) -> None:
    """A name that was recognised on one stand means the same on another."""
    known = {name: row for each in guests.values() for name, (row, _) in each.found.items()}
    for stand in stands:
        here = guests[stand.label].found
        for name in stand.exhibitors:
            if name not in here and name in known:
                here[name] = (known[name], How.ELSEWHERE)


def _match(stand: Stand, name: str, guests: Mapping[str, _Guests]) -> Match:
    row, how = guests[stand.label].found.get(name, (None, How.NOBODY))
    return Match(stand, name, row, how)


def _unseen(
    rows: Sequence[ListedExhibitor],
    places: Mapping[int, Sequence[tuple[str, Sequence[Stand]]]],
    guests: Mapping[str, _Guests],
    index: StandIndex,
) -> Iterable[Unseen]:
    shown: dict[int, set[str]] = {}
    for label, each in guests.items():
        for row, _ in each.found.values():
            shown.setdefault(row.line, set()).add(label)
    for row in rows:
        for text, stands in places[row.line]:
            if any(stand.label in shown.get(row.line, ()) for stand in stands):
                continue
            yield Unseen(row, text, _why(text, stands, index, seen_elsewhere=row.line in shown))


def _why(text: str, stands: Sequence[Stand], index: StandIndex, *, seen_elsewhere: bool) -> str:
    hall = index.read(text).hall
    if hall is not None and hall not in index.halls:
        return f"there is no floor plan of {text.partition('/')[0].strip()}"
    if not stands:
        return "the plan has no such stand"
    elsewhere = ", but on another" if seen_elsewhere else ""
    if any(stand.exhibitors for stand in stands):
        return f"the plan shows others on that stand{elsewhere}"
    return f"the plan shows nobody on that stand{elsewhere}"
