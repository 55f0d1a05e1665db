"""What became of an import, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.fairs.model import Problem
from deploy.words import counted

EXAMPLES_MAX: Final = 3
_DIGITS: Final = re.compile(r"[“\"'].*?[”\"']|\d+(?:[.,]\d+)*|\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Changed:
    """How many entries an import created, changed, left as they were, and took away."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, Any]) -> Changed:
        """The counts of the catalog's report."""
        return cls(counts["created"], counts["changed"], counts["unchanged"], counts["withdrawn"])


@dataclass(frozen=True, slots=True)
class JointStand:
    """A stand that holds others, as hall/number."""

    booth: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HallImport:
    """What became of one hall's plan; `occupied` counts the stands where the plan shows somebody."""

    hall: str
    file: str
    stands: int
    occupied: int
    counts: Changed
    joint_stands: tuple[JointStand, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """A setting of a fair that was there already, before and after the import."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class FairImport:
    """What became of a whole folder; `fair_changed` where the fair is new, was published now, or has other settings."""

    fair: str
    organizer: str
    state: str
    held_booths_max: int
    halls: tuple[HallImport, ...]
    exhibitors: Changed
    fair_changed: bool = False
    settings_changed: tuple[SettingChanged, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())

    @property
    def joint_stands(self) -> tuple[JointStand, ...]:
        """The joint stands of all halls."""
        return tuple(joint for hall in self.halls for joint in hall.joint_stands)

    @property
    def changed_anything(self) -> bool:
        """Whether floor plans or exhibitors are other than before."""
        every = [*(hall.counts for hall in self.halls), self.exhibitors]
        return any(counts.created or counts.changed or counts.withdrawn for counts in every)


def show_import(console: Console, done: FairImport, *, verbose: bool = False) -> None:
    """Print counts, joint stands and warnings; all of the warnings where asked."""
    table = Table(box=None, padding=(0, 2), header_style="bold", show_footer=True, footer_style="bold")
    every = [hall.counts for hall in done.halls]
    table.add_column("hall", footer="all halls")
    for title, total in (
        ("stands", sum(hall.stands for hall in done.halls)),
        ("occupied", sum(hall.occupied for hall in done.halls)),
        ("new", sum(counts.created for counts in every)),
        ("changed", sum(counts.changed for counts in every)),
        ("withdrawn", sum(counts.withdrawn for counts in every)),
        ("joint", len(done.joint_stands)),
    ):
        table.add_column(title, footer=str(total), justify="right")
    for hall in done.halls:
        counts = hall.counts
        numbers = (hall.stands, hall.occupied, counts.created, counts.changed, counts.withdrawn, len(hall.joint_stands))
        table.add_row(escape(hall.hall), *(str(number) if number else "·" for number in numbers))
    console.print(f"\n[bold]{escape(done.fair)}[/] is {done.state}, run by {escape(done.organizer)}.", highlight=False)
    console.print(table)
    people = done.exhibitors
    console.print(
        f"Exhibitors: {people.created} new, {people.changed} changed, {people.unchanged} unchanged.", highlight=False
    )
    if done.settings_changed:
        changes = ", ".join(f"{s.field} {_plain(s.before)} → {_plain(s.after)}" for s in done.settings_changed)
        console.print(f"Settings changed: {escape(changes)}.", highlight=False)
    if joints := done.joint_stands:
        parts = counted(sum(len(joint.parts) for joint in joints), "part")
        shown = "; ".join(f"{joint.booth} holds {', '.join(joint.parts)}" for joint in joints[:EXAMPLES_MAX])
        more = " …" if len(joints) > EXAMPLES_MAX else ""
        console.print(f"Joint stands: {len(joints)} with {parts}: {escape(shown)}{more}", highlight=False)
    show_grouped(console, "warning", done.warnings, everything=verbose)
    if not done.changed_anything and not done.fair_changed:
        console.print("Nothing was changed: all of it was there already.", highlight=False)


def show_problems(console: Console, problems: Sequence[Problem], *, what: str = "folder") -> None:
    """Print every problem of a folder, or of a file, with its place."""
    console.print(f"[bold red]✗[/] The {what} cannot be used: {counted(len(problems), 'problem')}.", highlight=False)
    for problem in problems:
        remedy = f" [dim]→ {escape(problem.remedy)}[/]" if problem.remedy else ""
        console.print(f"  [bold]{escape(problem.place)}[/]: {escape(problem.problem)}{remedy}", highlight=False)


def show_grouped(console: Console, word: str, problems: Sequence[Problem], *, everything: bool = False) -> None:
    """Print problems of one kind together, with a few examples of each kind, or all."""
    if not problems:
        return
    console.print(f"{counted(len(problems), word).capitalize()}:", highlight=False)
    for group in grouped(problems):
        shown = group if everything else group[:EXAMPLES_MAX]
        if len(group) == 1 or everything:
            for problem in shown:
                console.print(f"  {escape(problem.place)}: {escape(problem.problem)}", highlight=False)
            continue
        places = ", ".join(problem.place for problem in shown) + (" …" if len(group) > len(shown) else "")
        console.print(
            f"  {len(group)} × such as “{escape(group[0].problem)}” [dim]({escape(places)})[/]", highlight=False
        )


def grouped(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems that say the same but for numbers and names, together; the largest group first."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_DIGITS.sub("#", problem.problem), []).append(problem)
    return sorted(groups.values(), key=len, reverse=True)


def _plain(value: Any) -> str:
    return ", ".join(f"{key}: {text}" for key, text in value.items()) if isinstance(value, Mapping) else str(value)
