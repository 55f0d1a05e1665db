"""Reading the exhibitor list as far as names must be matched; whether each cell is right is the catalog's to say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.fairs.model import ListedExhibitor, Problem, tidy


@dataclass(frozen=True, slots=True)
class Table:
    """The list as it is in the file, and the category codes in it with the line where each comes first."""

    content: bytes
    codes: Mapping[str, int]


def read_table(
    path: Path, problems: list[Problem], warnings: list[Problem]
) -> tuple[Table | None, tuple[ListedExhibitor, ...]]:
    """The list, or None where there is none or where it has no row."""
    file = path.name
    if not path.is_file():
        warnings.append(Problem(file, "", "is missing; exhibitors are known only from the floor plans"))
        return None, ()
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"is not UTF-8: byte 0x{content[error.start]:02x}"
        problems.append(Problem(file, f"row {line}", problem, "save it as “CSV UTF-8 (comma delimited)”"))
        return None, ()
    rows = _rows(file, text, problems)
    if rows is None:
        return None, ()
    if not rows:
        warnings.append(Problem(file, "", "has no row; exhibitors are known only from the floor plans"))
        return None, ()
    codes: dict[str, int] = {}
    for line, cells in rows:
        for code in cells.get("category_codes", "").replace(";", " ").split():
            codes.setdefault(code, line)
    return Table(content, codes), tuple(_listed(line, cells) for line, cells in rows)


def _rows(file: str, text: str, problems: list[Problem]) -> list[tuple[int, dict[str, str]]] | None:
    """Lines and cells by column; None where this is no table with a column of names."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    rows: list[tuple[int, dict[str, str]]] = []
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
            else:
                # Rows that are too short or too long are the catalog's to refuse.
                rows.append((begun, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        problems.append(Problem(file, f"row {line}", f"cannot be read: {error}", 'put cells with commas in "..."'))
        return None
    if header is None or "name" not in header:
        problems.append(Problem(file, "row 1", *_no_name(header or [])))
        return None
    return rows


def _listed(line: int, cells: Mapping[str, str]) -> ListedExhibitor:
    return ListedExhibitor(
        line=line,
        name=tidy(cells.get("name", "")),
        country=tidy(cells.get("country", "")),
        stands=tuple(filter(None, (tidy(stand) for stand in cells.get("stands", "").split(";")))),
        names=tuple(tidy(text) for column, text in cells.items() if column.startswith("name_") and text.strip()),
        id=tidy(cells.get("id", "")),
        email=tidy(cells.get("email", "")),
    )


def without_addresses(content: bytes) -> bytes:
    """The list without its column `email`, byte for byte where it has none."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header = next((row for row in rows if any(cell.strip() for cell in row)), [])
    if "email" not in (columns := [cell.strip() for cell in header]):
        return content
    place = columns.index("email")
    return written(row[:place] + row[place + 1 :] for row in rows if any(cell.strip() for cell in row))


def written(rows: Iterable[list[str]]) -> bytes:
    """Rows as a table in UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _no_name(header: Sequence[str]) -> tuple[str, str]:
    """Why there is no column `name`, and what to do about it."""
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            return f"there are {called} between its cells", "save it as CSV with commas between the cells"
    return "there is no column `name`", "begin it with a row that names the columns: name,country,stands,category_codes"
