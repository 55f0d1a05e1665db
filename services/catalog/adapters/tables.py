"""Comma-separated tables in UTF-8, with or without a byte order mark, read whole with everything that is wrong."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

from services.catalog.domain.exhibitor_rows import ROWS_MAX, ReadExhibitors, Row, check_columns, read_rows
from services.catalog.domain.report import Finding

CELL_LENGTH_MAX: Final = 10_000
_SAVE_AS: Final = "save it as “CSV UTF-8 (comma delimited)”"


@dataclass(frozen=True, slots=True)
class _Table:
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    errors: tuple[Finding, ...] = ()


def read_exhibitors(fair: str, body: bytes) -> ReadExhibitors:
    """The exhibitors of a table, complete only where nothing is wrong with it."""
    text, fault = _decoded(body)
    if fault is not None:
        return ReadExhibitors(errors=(fault,))
    table = _table(text)
    columns = check_columns(table.header) if table.header else []
    read = read_rows(fair, table.rows) if not columns and (table.rows or not table.errors) else ReadExhibitors()
    errors = (*columns, *sorted((*table.errors, *read.errors), key=_line))
    return ReadExhibitors(() if errors else read.drafts, errors, read.warnings)


def _decoded(body: bytes) -> tuple[str, Finding | None]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", Finding("file", "", "is UTF-16, not UTF-8", _SAVE_AS, "utf-16")
    try:
        return body.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        problem = f"not UTF-8: byte 0x{body[error.start]:02x} at byte {error.start + 1} of the file"
        return "", Finding(f"row {line}", "", problem, _SAVE_AS, "not-utf-8", {"byte": error.start + 1})


def _table(text: str) -> _Table:
    if not text.strip():
        return _Table(
            errors=(Finding("file", "", "the file is empty", "begin it with a row that names columns", "empty"),)
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    errors: list[Finding] = []
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = tuple(cell.strip() for cell in cells)
                if fault := _wrong_separator(header, begun):
                    return _Table(errors=(fault,))
            elif len(cells) != len(header):
                errors.append(_wrong_length(cells, header, begun))
            elif len(rows) < ROWS_MAX + 1:
                rows.append(Row(begun, dict(zip(header, cells, strict=True))))
            if max(map(len, cells)) > CELL_LENGTH_MAX:
                remedy = "check that each quotation mark that opens is closed"
                errors.append(Finding(f"row {begun}", "", "a cell is too long", remedy, "cell-too-long"))
    except csv.Error as error:
        problem = f"cannot be read: {error}; the rows after it were not looked at"
        remedy = 'put cells that hold commas or quotation marks in "...", and write each quotation mark inside twice'
        errors.append(Finding(f"row {line}", "", problem, remedy, "unreadable-row"))
    return _Table(header, tuple(rows), tuple(errors))


def _wrong_separator(header: tuple[str, ...], line: int) -> Finding | None:
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            return Finding(
                f"row {line}",
                "",
                f"columns are separated by {name}",
                "separate them by commas",
                "wrong-separator",
                {"separator": separator},
            )
    return None


def _wrong_length(cells: list[str], header: tuple[str, ...], line: int) -> Finding:
    problem = f"{len(cells)} cells under {len(header)} columns"
    remedy = 'give each column one cell, and put cells that hold commas in "..."'
    return Finding(f"row {line}", "", problem, remedy, "cells-uneven", {"cells": len(cells), "columns": len(header)})


def _line(finding: Finding) -> int:
    digits = finding.at.removeprefix("row ")
    return int(digits) if digits.isdecimal() else 0
