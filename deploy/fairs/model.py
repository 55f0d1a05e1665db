"""What a fair folder holds, as it was read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or odd: in which file, at which row, feature or field, and how to mend it."""

    file: str
    at: str
    problem: str
    remedy: str = ""

    @property
    def place(self) -> str:
        """File and place in one."""
        return f"{self.file}, {self.at}" if self.at else self.file


class FolderInvalid(Exception):
    """The folder cannot be used; `problems` are all that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems, the first: {problems[0].place}: {problems[0].problem}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Stand:
    """A stand on a floor plan; `exhibitors` are the names that the plan shows there, the main one first."""

    hall: str
    number: str
    exhibitors: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The stand as the API calls it: hall/number."""
        return f"{self.hall}/{self.number}"


@dataclass(frozen=True, slots=True)
class HallPlan:
    """One hall's file. `content` is what is sent; width and depth are metres; `note` says what had to be guessed."""

    file: str
    hall: str
    width_m: float
    depth_m: float
    stands: tuple[Stand, ...]
    content: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedExhibitor:
    """A row of the exhibitor list; `line` is where it begins, from 1. `id` is empty unless the list gives one."""

    line: int
    name: str
    country: str = ""
    stands: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    id: str = ""
    email: str = ""

    @property
    def every_name(self) -> tuple[str, ...]:
        """Its name and what it is called in other languages."""
        return (self.name, *self.names)


@dataclass(frozen=True, slots=True)
class FairFolder:
    """A folder that can be brought in. `settings` is the fair and `venue` its venue as the API takes them, the halls
    apart. `table` is the exhibitor list as it is in the file, None where there is none. With `problems` it can only be
    looked at further: an import raises them with what the server finds beyond, for which something plain stands where
    `settings` or `venue` would be missing or wrong."""

    slug: str
    settings: Mapping[str, Any]
    venue: Mapping[str, Any]
    halls: tuple[HallPlan, ...]
    exhibitors: tuple[ListedExhibitor, ...]
    table: bytes | None
    organizer: str | None = None
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def stands(self) -> tuple[Stand, ...]:
        """Every stand of every hall."""
        return tuple(stand for hall in self.halls for stand in hall.stands)


def tidy(text: str) -> str:
    """The text in Unicode's composed form with runs of white space as one space, as the catalog keeps names."""
    return " ".join(unicodedata.normalize("NFC", text).split())
