"""A table as an answer to be kept as a file.

It is written whole, to a file without a name, before the first byte of it is sent: a download that breaks off amid its
rows looks like one that is complete. Rows, and how many are made and sent at once, are bounded: together they fit into
the temporary files that a container has room for (see `tmpfs` in docker-compose.yml).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Final, Literal
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

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
_SENDING_SECONDS_MAX: Final = 300.0
_MEDIA_TYPES: Final = {"csv": csvfile.MEDIA_TYPE, "xlsx": xlsxfile.MEDIA_TYPE}
# It names people and what they do; it is for the asker's eyes.
_HEADERS: Final = {"Cache-Control": "private, no-store", "Referrer-Policy": "same-origin"}


class Downloads:
    """Makes files of tables, a few at once; one counts until it has been sent."""

    def __init__(
        self,
        *,
        at_once_max: int = _AT_ONCE_MAX,
        rows_max: int = ROWS_MAX,
        sending_seconds_max: float = _SENDING_SECONDS_MAX,
    ) -> None:
        self._left = at_once_max
        self._rows_max = rows_max
        self._sending_seconds_max = sending_seconds_max

    async def answer(self, table: Table, rows: Rows, format_: Format) -> Response:
        """The whole table. Raises Problem 422 where it has too many rows, 503 where too many are being made."""
        if not self._left:
            raise unavailable("Many downloads are being made already; try again in a moment.", retry_after_seconds=2)
        self._left -= 1
        file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY_BYTES_MAX)  # noqa: SIM115 - closed when it has been sent
        try:
            await self._fill(file, table, rows, format_)
        except BaseException:
            self._release(file)
            raise
        headers = {
            **_HEADERS,
            "Content-Disposition": _attachment(f"{table.name}.{format_}"),
            "Content-Length": str(file.tell()),
        }
        return _Download(
            file,
            lambda: self._release(file),
            self._sending_seconds_max,
            media_type=_MEDIA_TYPES[format_],
            headers=headers,
        )

    def _release(self, file: IO[bytes]) -> None:
        file.close()
        self._left += 1

    async def _fill(self, file: IO[bytes], table: Table, rows: Rows, format_: Format) -> None:
        writer = CsvWriter(file, table) if format_ == "csv" else XlsxWriter(file, table)
        count = 0
        try:
            async for some in rows:
                count += len(some)
                if count > self._rows_max:
                    raise _too_large(self._rows_max)
                # In a thread: thousands of rows take longer than others should wait.
                await _to_its_end(partial(writer.write, some))
            await _to_its_end(writer.close)
        finally:
            writer.discard()
        file.seek(0, 2)


class _Download(StreamingResponse):
    """Sends a file, and says when it is done with it, however that ended; who is too slow gets a part of it."""

    def __init__(
        self, file: IO[bytes], done: Callable[[], None], seconds_max: float, *, media_type: str, headers: dict[str, str]
    ) -> None:
        super().__init__(_pieces(file), media_type=media_type, headers=headers)
        self._done = done
        self._seconds_max = seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; what is cut off is shorter than its Content-Length. Raises TimeoutError where it takes too long."""
        try:
            async with asyncio.timeout(self._seconds_max):
                await super().__call__(scope, receive, send)
        finally:
            self._done()


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield piece


async def _to_its_end(work: Callable[[], None]) -> None:
    """Do work in a thread; it is over when this is, also where this is cancelled, for a thread cannot be."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


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
