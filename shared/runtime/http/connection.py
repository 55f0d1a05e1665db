"""One client's connection: the head of a request is bounded in bytes and in time, before anything reads it whole.

The edge bounds bodies and answers, but it is asked only once a head is complete; until then a server would gather
whatever comes, for as long as it comes.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_log = structlog.get_logger("http")


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, closed where a head is larger or takes longer than it may."""

    head_bytes_max: ClassVar[int] = 65_536
    head_seconds_max: ClassVar[float] = 10.0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._in_head = True
        self._head_bytes = 0
        self._too_slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take what came, and count it as long as the head is not whole."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > self.head_bytes_max:
            self._refuse(b"431 Request Header Fields Too Large", "its head is too large")
        elif self._too_slow is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole; from here on the edge bounds what comes."""
        self._in_head = False
        self._forget_time()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._forget_time()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        refuse = (b"408 Request Timeout", "its head took too long")
        self._too_slow = self.loop.call_later(self.head_seconds_max, self._refuse, *refuse)

    def _forget_time(self) -> None:
        if self._too_slow is not None:
            self._too_slow.cancel()
            self._too_slow = None

    def _refuse(self, status: bytes, why: str) -> None:
        self._forget_time()
        if self.transport.is_closing():
            return
        _log.warning("http.connection.refused", why=why)
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()
