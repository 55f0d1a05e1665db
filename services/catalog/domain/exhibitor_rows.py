"""What is right and wrong with the rows of an exhibitor table, and the entries that they make."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from services.catalog.domain.exhibitors import Exhibitor, check_exhibitor
from services.catalog.domain.naming import LANGUAGE_TAG_PATTERN, exhibitor_id, same_name_key, tidy
from services.catalog.domain.report import Finding

ROWS_MAX: Final = 20_000
COLUMNS: Final = ("name", "country", "stands", "category_codes", "id", "email", "language")
NAME_COLUMN_PREFIX: Final = "name_"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the file has it; `line` is the line that it begins on, from 1, `cells` maps column to text."""

    line: int
    cells: Mapping[str, str]

    @property
    def at(self) -> str:
        """How findings name it."""
        return f"row {self.line}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be written: what the table says of it; what the table has no column for stays as it is."""

    at: str
    id: str
    fields: Mapping[str, Any]
    names: Mapping[str, str]

    def applied(self, to: Exhibitor) -> Exhibitor:
        """The entry with what the table says."""
        kept = {language: text for language, text in to.names.items() if language not in self.names}
        names = kept | {language: text for language, text in self.names.items() if text}
        return replace(to, **self.fields, names=dict(sorted(names.items())))


@dataclass(frozen=True, slots=True)
class ReadExhibitors:
    """A table as read: its entries, complete only where there are no errors."""

    drafts: tuple[Draft, ...] = ()
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Reading:
    fair: str
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    occurrences: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_by_id: dict[str, str] = field(default_factory=dict)
    first_by_name: dict[str, str] = field(default_factory=dict)


def check_columns(header: Sequence[str]) -> list[Finding]:
    """What is wrong with the table's first row."""
    found = []
    for column, times in Counter(header).items():
        if times > 1:
            found.append(
                Finding(
                    "row 1",
                    column,
                    f"the column comes {times} times",
                    "keep one of them",
                    "column-twice",
                    {"column": column, "count": times},
                )
            )
        if not _is_column(column):
            near = difflib.get_close_matches(column, COLUMNS, n=1)
            known = f"{', '.join(COLUMNS)} and name_<language>"
            remedy = f"did you mean {near[0]!r}?" if near else f"remove it; the columns are {known}"
            found.append(
                Finding(
                    "row 1",
                    column,
                    f"unknown column {column!r}",
                    remedy,
                    "column-unknown",
                    {"column": column, "near": near[0] if near else "", "known": known},
                )
            )
    if "name" not in header:
        found.append(
            Finding(
                "row 1",
                "name",
                "the column is missing",
                "begin the file with a row that names columns",
                "name-column-missing",
            )
        )
    return found


def read_rows(fair: str, rows: Iterable[Row]) -> ReadExhibitors:
    """The entries that the rows make, and all that is wrong or odd with them."""
    reading = _Reading(fair)
    drafts = tuple(_read(row, reading) for row in rows)
    if not drafts:
        reading.errors.append(Finding("file", "", "no rows", "give one row an exhibitor", "no-rows"))
    if len(drafts) > ROWS_MAX:
        reading.errors.append(
            Finding(
                "file",
                "",
                f"more than {ROWS_MAX} rows",
                "import it in several files",
                "too-many-rows",
                {"max": ROWS_MAX},
            )
        )
    return ReadExhibitors(() if reading.errors else drafts, tuple(reading.errors), tuple(reading.warnings))


def unknown_places(drafts: Iterable[Draft], groups: Collection[str], halls: Collection[str]) -> tuple[Finding, ...]:
    """What rows name that the fair does not have: product groups, and halls of stands.

    A list may be ahead of the fair, so these are oddities; a fair that has none at all has not said which there are.
    """
    found = []
    for draft in drafts:
        for code in draft.fields.get("categories", ()) if groups else ():
            if code not in groups:
                problem = f"the fair has no product group {code!r}"
                remedy = "correct the code, or add the group to the fair"
                found.append(Finding(draft.at, "category_codes", problem, remedy, "group-unknown", {"group": code}))
        for stand in draft.fields.get("stands", ()) if halls else ():
            hall = stand.partition("/")[0]
            if hall not in halls:
                problem = f"the venue has no hall {hall!r}, where {stand!r} would be"
                remedy = "write stands as hall/number"
                values: dict[str, str | float] = {"hall": hall, "stand": stand}
                found.append(Finding(draft.at, "stands", problem, remedy, "hall-unknown", values))
    return tuple(found)


def _is_column(column: str) -> bool:
    if column in COLUMNS:
        return True
    tag = column.removeprefix(NAME_COLUMN_PREFIX)
    return column != tag and re.match(LANGUAGE_TAG_PATTERN, tag) is not None


def _read(row: Row, reading: _Reading) -> Draft:
    cells = {column: tidy(text) for column, text in row.cells.items()}
    name, country = cells.get("name", ""), cells.get("country", "")
    given = cells.get("id", "")
    draft = Draft(
        at=row.at,
        id=given or _derived_id(reading, name, country),
        fields=_fields(cells),
        names={c.removeprefix(NAME_COLUMN_PREFIX): t for c, t in cells.items() if c.startswith(NAME_COLUMN_PREFIX)},
    )
    reading.errors += check_exhibitor(draft.applied(Exhibitor(draft.id, reading.fair, "", name)), row.at)
    if draft.id in reading.first_by_id:
        problem = f"the id {draft.id!r} is used twice, first in {reading.first_by_id[draft.id]}"
        reading.errors.append(
            Finding(
                row.at,
                "id",
                problem,
                "give each exhibitor its own id, or none",
                "id-twice",
                {"id": draft.id, "first": reading.first_by_id[draft.id]},
            )
        )
    reading.first_by_id.setdefault(draft.id, row.at)
    key = same_name_key(name)
    if key and key in reading.first_by_name:
        problem = f"{name!r} stands in {reading.first_by_name[key]} already; both are kept as exhibitors of their own"
        reading.warnings.append(
            Finding(
                row.at,
                "name",
                problem,
                "remove one if they are the same",
                "namesake",
                {"name": name, "first": reading.first_by_name[key]},
            )
        )
    reading.first_by_name.setdefault(key, row.at)
    return draft


def _derived_id(reading: _Reading, name: str, country: str) -> str:
    key = (same_name_key(name), country)
    reading.occurrences[key] += 1
    return exhibitor_id(reading.fair, name, country, reading.occurrences[key] - 1)


def _fields(cells: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": cells.get("name", "")}
    if "country" in cells:
        fields["country"] = cells["country"]
    if "stands" in cells:
        fields["stands"] = _split(cells["stands"], ";")
    if "category_codes" in cells:
        fields["categories"] = _split(cells["category_codes"].replace(";", " "), " ")
    if "email" in cells:
        fields["email"] = cells["email"] or None
    if cells.get("language"):
        fields["language"] = cells["language"].lower()
    return fields


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(piece.strip() for piece in text.split(separator) if piece.strip()))
