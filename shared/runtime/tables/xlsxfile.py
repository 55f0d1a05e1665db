"""Tables as workbooks of one sheet (Office Open XML), written row by row, so that no more than a row is held.

A text is written as a text, whatever it begins with: never as a formula, a link or a number. It is marked as quoted,
so that it stays one when somebody edits its cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import IO, Final

import xlsxwriter

from shared.runtime.tables.model import Cell, Row, Table, at_place, plain

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_CHARS_MAX: Final = 31
_NOT_IN_SHEET_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class XlsxWriter:
    """Writes a table's rows to a binary file; the file is whole after `close`.

    Rows wait in temporary files, which are there until `discard`.
    """

    def __init__(self, file: IO[bytes], table: Table) -> None:
        self._table = table
        self._waiting = TemporaryDirectory(prefix="workbook-")
        self._book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": self._waiting.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        self._sheet = self._book.add_worksheet(plain(table.title).translate(_NOT_IN_SHEET_NAMES)[:_SHEET_CHARS_MAX])
        heading = self._book.add_format({"bold": True, "quote_prefix": True})
        self._text = self._book.add_format({"quote_prefix": True})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._next = 1
        for place, column in enumerate(table.columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, plain(column.heading), heading)
        self._sheet.freeze_panes(1, 0)

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        for row in rows:
            for place, cell in enumerate(row):
                self._put(place, cell)
            self._next += 1

    def _put(self, place: int, cell: Cell) -> None:
        match cell:
            case None | "":
                return
            case str():
                self._sheet.write_string(self._next, place, plain(cell), self._text)
            case datetime():
                self._sheet.write_datetime(self._next, place, at_place(cell, self._table.zone), self._moment)
            case int() | float() | Decimal():
                self._sheet.write_number(self._next, place, cell)

    def close(self) -> None:
        """Write what belongs to the file's end."""
        self._book.close()

    def discard(self) -> None:
        """Remove the temporary files, whether the workbook came to its end or not."""
        # A removed file takes up room until it is closed, which the library does only with a whole workbook.
        self._sheet.row_data_fh.close()
        self._waiting.cleanup()
