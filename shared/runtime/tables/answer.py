"""A table as an answer to be kept as a file.

It is written whole, to a file without a name, before the first byte of it is sent: a download that breaks off amid its
rows looks like one that is complete. Rows, and how many are made at once, are bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, Final, Literal
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from shared.runtime.problems import Problem, unavailable
from shared.runtime.tables import csvfile, xlsxfile
from shared.runtime.tables.csvfile import CsvWriter
from shared.runtime.tables.model import Row, Table
from shared.runtime.tables.xlsxfile import XlsxWriter

Format = Literal["csv", "xlsx"]
Rows = AsyncIterator[Sequence[Row]]
"""Rows as they are read, some at a time."""

ROWS_MAX: Final = 20_000
_AT_ONCE_MAX: Final = 4
_IN_MEMORY_BYTES_MAX: Final = 4_000_000
_PIECE_BYTES: Final = 64 * 1024
_MEDIA_TYPES: Final = {"csv": csvfile.MEDIA_TYPE, "xlsx": xlsxfile.MEDIA_TYPE}
# It names people and what they do; it is for the asker's eyes.
_HEADERS: Final = {"Cache-Control": "private, no-store", "Referrer-Policy": "same-origin"}


class Downloads:
    """Makes files of tables, a few at once."""

    def __init__(self, *, at_once_max: int = _AT_ONCE_MAX, rows_max: int = ROWS_MAX) -> None:
        self._left = at_once_max
        self._rows_max = rows_max

    async def answer(self, table: Table, rows: Rows, format_: Format) -> Response:
        """The whole table. Raises Problem 422 where it has too many rows, 503 where too many are being made."""
        if not self._left:
            raise unavailable("Many downloads are being made already; try again in a moment.", retry_after_seconds=2)
        self._left -= 1
        file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY_BYTES_MAX)  # noqa: SIM115 - closed when it has been sent
        try:
            await self._fill(file, table, rows, format_)
        except BaseException:
            file.close()
            raise
        finally:
            self._left += 1
        headers = {
            **_HEADERS,
            "Content-Disposition": _attachment(f"{table.name}.{format_}"),
            "Content-Length": str(file.tell()),
        }
        return StreamingResponse(_sent(file), media_type=_MEDIA_TYPES[format_], headers=headers)

    async def _fill(self, file: IO[bytes], table: Table, rows: Rows, format_: Format) -> None:
        with TemporaryDirectory() as folder:
            await self._write(CsvWriter(file, table) if format_ == "csv" else XlsxWriter(file, table, folder), rows)
        file.seek(0, 2)

    async def _write(self, writer: CsvWriter | XlsxWriter, rows: Rows) -> None:
        count = 0
        async for some in rows:
            count += len(some)
            if count > self._rows_max:
                raise _too_large(self._rows_max)
            # In a thread: thousands of rows take longer than others should wait.
            await asyncio.to_thread(writer.write, some)
        await asyncio.to_thread(writer.close)


async def _sent(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece


def _attachment(name: str) -> str:
    """A Content-Disposition that keeps the name whatever letters it has: RFC 6266, with RFC 8187 beside plain ASCII."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"


def _too_large(rows_max: int) -> Problem:
    return Problem(
        "download-too-large",
        "Too many rows",
        422,
        f"This would have more than {rows_max} rows. Narrow what is asked for: a shorter time, or one thing alone.",
        rows_max=rows_max,
    )
