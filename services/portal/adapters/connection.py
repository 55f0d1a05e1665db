"""One HTTP/1.1 connection to a service: a request out, an answer in, as its bytes come."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final, cast

import httptools

Header = tuple[bytes, bytes]
READ_AHEAD_BYTES_MAX: Final = 262_144


class UpstreamDown(Exception):
    """The service cannot be reached, or went away before it answered."""


class AnswerCut(Exception):
    """The service went away in the middle of its answer."""


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """What to ask: `target` is the path with its query; `body` is whole bytes or, for long ones, their pieces.

    `headers` carry no framing; it is made here. `length` is the pieces' total where it is known.
    """

    method: bytes
    target: bytes
    headers: tuple[Header, ...]
    body: bytes | AsyncIterator[bytes] = b""
    length: int | None = None
    repeatable: bool = False


class Connection(asyncio.Protocol):
    """One connection, one answer at a time; reading pauses while the other side of the proxy is slower."""

    def __init__(self, on_closed: Callable[[], None]) -> None:
        self._on_closed = on_closed
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._pieces: deque[bytes] = deque()
        self._waiting: int = 0
        self._wake: asyncio.Future[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._lost = False
        self._paused = False
        self._resting = False
        self._rested_at = 0.0
        self._begin(bodyless=False)

    def _begin(self, *, bodyless: bool) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._bodyless = bodyless
        self._framed = False
        self._headed = False
        self.heard = False
        self.complete = False
        self.status = 0
        self.headers: list[Header] = []
        self._keeps = False
        self._cut = False

    # What the pool asks.

    @property
    def reusable(self) -> bool:
        """Whether the answer is over and the connection can take another request."""
        over = self.complete and not self._pieces
        return over and self._keeps and not self._cut and not self._lost and not self._bodyless

    def rest(self) -> None:
        """Wait for the next request."""
        self._resting = True
        self._rested_at = self._loop.time()

    def idle_seconds(self) -> float:
        """For how long it has rested."""
        return self._loop.time() - self._rested_at

    def drop(self) -> None:
        """Close it at once."""
        if self._transport is not None:
            self._transport.abort()

    async def send(self, request: UpstreamRequest, host: bytes) -> None:
        """Write the request; raises UpstreamDown where the connection is lost before its end."""
        self._begin(bodyless=request.method == b"HEAD")
        self._resting = False
        transport = self._transport
        if transport is None or self._lost:
            raise UpstreamDown("the connection was closed")
        body = request.body
        if isinstance(body, bytes):
            length = len(body) if body or request.method not in (b"GET", b"HEAD") else None
            transport.write(_head(request, host, length) + body)
            return
        transport.write(_head(request, host, request.length, chunked=request.length is None))
        async for piece in body:
            if self.heard:
                # Answered before the body was whole: the answer counts, the rest is not wanted.
                # The service still waits for that rest here, so no other request may follow.
                self._cut = True
                return
            transport.write(piece if request.length is not None else b"%x\r\n%b\r\n" % (len(piece), piece))
            await self._may_write.wait()
            if self._lost:
                raise UpstreamDown("the connection was lost while sending")
        if request.length is None:
            transport.write(b"0\r\n\r\n")

    async def head(self) -> None:
        """Wait for status and headers; raises UpstreamDown."""
        while not self._headed:
            if self._lost:
                raise UpstreamDown("the connection was lost before an answer")
            await self._woken()

    async def next_piece(self) -> bytes:
        """The next bytes of the body, empty at its end; raises AnswerCut."""
        while not self._pieces:
            if self.complete:
                return b""
            if self._lost:
                raise AnswerCut("the connection was lost in the middle of an answer")
            await self._woken()
        return self.take()

    def take(self) -> bytes:
        """All of the body that has come and was not taken."""
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._waiting = 0
        if self._paused and self._transport is not None and not self._lost:
            self._paused = False
            self._transport.resume_reading()
        return body

    async def _woken(self) -> None:
        self._wake = self._loop.create_future()
        try:
            await self._wake
        finally:
            self._wake = None

    def _ring(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        # uvloop's transports have all of asyncio.Transport's methods without being derived from it.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._resting:
            # Nobody asked: whatever it says (most likely that it closes), it is no answer to what comes next.
            self.drop()
            return
        self.heard = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._keeps = False
            self.drop()
        self._ring()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        if self._headed and not self._framed and exc is None:
            # Without a length, the end of the connection is the end of the body.
            self.complete = True
        self._lost = True
        self._may_write.set()
        self._on_closed()
        self._ring()

    def pause_writing(self) -> None:
        """The other side takes no more for now."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """It does again."""
        self._may_write.set()

    # What the parser tells.

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        name = name.lower()
        if name in (b"content-length", b"transfer-encoding"):
            self._framed = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        status = self._parser.get_status_code()
        if status < 200:
            self.headers = []
            return
        self.status = status
        self._headed = True
        self._keeps = self._parser.should_keep_alive()
        if self._bodyless or status in (204, 304):
            self._framed = True
            self.complete = True

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        self._pieces.append(body)
        self._waiting += len(body)
        if self._waiting > READ_AHEAD_BYTES_MAX and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._headed:
            self.complete = True


def _head(request: UpstreamRequest, host: bytes, length: int | None, *, chunked: bool = False) -> bytes:
    lines = [b"%b %b HTTP/1.1\r\nhost: %b\r\n" % (request.method, request.target, host)]
    lines += [b"%b: %b\r\n" % header for header in request.headers]
    if chunked:
        lines.append(b"transfer-encoding: chunked\r\n")
    elif length is not None:
        lines.append(b"content-length: %d\r\n" % length)
    lines.append(b"\r\n")
    return b"".join(lines)
