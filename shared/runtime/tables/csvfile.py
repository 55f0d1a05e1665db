"""Tables as CSV, RFC 4180: UTF-8 with a byte order mark, by which spreadsheets know it, and lines that end in CRLF."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Final

from shared.runtime.tables.model import Cell, Row, Table, moment_text, plain

MEDIA_TYPE: Final = "text/csv; charset=utf-8"

_BLANKS_AND_QUOTES: Final = " \u00a0\u3000'\"`\u2018\u2019\u201c\u201d"
_STARTS_FORMULA: Final = "=+@\t\r\n＝＋－＠-"
_DANGEROUS: Final = re.compile(rf"(^|[;\t\n])(?=[{_BLANKS_AND_QUOTES}]*[{_STARTS_FORMULA}])")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what begins like one.

    OWASP, "CSV Injection". What begins like one behind blanks or quotes counts, too, for some programs trim both; and
    so does what would begin a cell or a line of its own for a program that expects semicolons or tabs between cells.
    """
    return _DANGEROUS.sub(r"\1'", text)


class CsvWriter:
    """Writes a table's rows to a binary file."""

    def __init__(self, file: IO[bytes], table: Table) -> None:
        self._file = file
        self._table = table
        self._file.write(BOM_UTF8)
        self.write([[column.heading for column in table.columns]])

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows([self._shown(cell) for cell in row] for row in rows)
        self._file.write(text.getvalue().encode())

    def close(self) -> None:
        """Nothing is left to write."""

    def discard(self) -> None:
        """Nothing lies anywhere but in the file."""

    def _shown(self, cell: Cell) -> str:
        match cell:
            case None:
                return ""
            case str():
                return neutral(plain(cell))
            case datetime():
                return moment_text(cell, self._table.zone)
        return str(cell)
