"""What a paper is made of: facts and parts, in a reader's words; how it looks is told elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from services.booking.domain.spaces.venue import Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the columns' names and the rows; the last `figures` columns are numbers, `total` is a row of sums."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: int = 0
    total: tuple[str, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a running order: what is at which time, and where."""

    day: str
    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A running order, day by day."""

    heading: str
    days: tuple[Day, ...]
    kind: Literal["order"] = "order"


@dataclass(frozen=True, slots=True)
class Items:
    """Things, one beside the other."""

    heading: str
    items: tuple[str, ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences, a paragraph each."""

    heading: str
    lines: tuple[str, ...]
    kind: Literal["notes"] = "notes"


Part = Table | Order | Items | Notes


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper. `ended` says that nothing of it will be, so that nobody works by it."""

    language: str
    region: str
    kind: str
    title: str
    state: str
    ended: bool
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    zone: str
    version: str
    print: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words, and how its dates read on the clock of a venue."""

    told: Mapping[str, Any]
    locale: Locale
    zone: ZoneInfo

    def __call__(self, name: str, **values: object) -> str:
        """A word or a sentence, with what stands in it."""
        return str(self.told[name]).format(**values)

    def one_of(self, group: str, name: str) -> str:
        """A word of a group; what the group does not have goes by its name."""
        return str(self.told[group].get(name, name))

    def weekday(self, day: date) -> str:
        """A day with its weekday."""
        return format_date(day, "full", locale=self.locale)

    def day(self, day: date) -> str:
        """A day, the month in letters."""
        return format_date(day, "long", locale=self.locale)

    def short(self, day: date) -> str:
        """A day, in little room."""
        return format_date(day, "medium", locale=self.locale)

    def moment(self, instant: datetime) -> str:
        """A day and a time on the venue's clock."""
        at = instant.astimezone(self.zone)
        return f"{self.day(at)} {clock(at)}"


def words_in(language: Language, zone: str) -> Words:
    """The words of a language, with the clock of an IANA zone."""
    told = _told(language)
    return Words(told, Locale.parse(told["locale"]), ZoneInfo(zone))


def clock(moment: datetime) -> str:
    """Hours and minutes."""
    return format_time(moment, "HH:mm")


def told_facts(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Those of these facts of which something is known."""
    return tuple(fact for fact in facts if fact[1])


def without_empty_columns(table: Table) -> Table:
    """The table without columns that are empty in every row. It has neither figures nor a total."""
    kept = [place for place in range(len(table.columns)) if any(row[place] for row in table.rows)]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return Table(table.heading, tuple(table.columns[place] for place in kept), rows)


@lru_cache(maxsize=len(LANGUAGES))
def _told(language: Language) -> Mapping[str, Any]:
    source = resources.files(__package__).joinpath("words", f"{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))
