"""Reading live streams as a browser does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from shared.runtime.auth import Principal

from .house import House


@dataclass
class Told:
    """One server-sent event."""

    event: str
    id: int
    data: dict[str, Any]


class Browser:
    """Reads a live stream straight from the application, as a browser's EventSource would."""

    def __init__(self, messages: asyncio.Queue[dict[str, Any]]) -> None:
        self._messages = messages
        self._buffer = b""
        self.status = 0
        self.ended = False

    async def opened(self) -> None:
        message = await asyncio.wait_for(self._messages.get(), 10)
        self.status = message["status"]
        self.headers = {key.decode(): value.decode() for key, value in message["headers"]}

    async def chunk(self) -> bytes:
        """The next block of the stream; empty at its end."""
        while b"\n\n" not in self._buffer:
            message = await asyncio.wait_for(self._messages.get(), 10)
            self._buffer += message.get("body", b"")
            if not message.get("more_body"):
                self.ended = True
                return b""
        block, _, self._buffer = self._buffer.partition(b"\n\n")
        return block

    async def next(self) -> Told:
        while (block := await self.chunk()).startswith(b":"):
            pass
        fields = dict(line.split(": ", 1) for line in block.decode().splitlines())
        return Told(fields["event"], int(fields["id"]), orjson.loads(fields["data"]))


@asynccontextmanager
async def live(
    house: House, who: Principal, path: str, last_event_id: int | None = None, **query: str
) -> AsyncIterator[Browser]:
    """A stream under /api/booking, open for as long as the block lasts."""
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    gone = asyncio.Event()
    asked = False
    headers = [(b"authorization", f"Bearer {house.issuer.mint(who)}".encode())]
    if last_event_id is not None:
        headers.append((b"last-event-id", str(last_event_id).encode()))

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": f"/api/booking{path}",
        "raw_path": f"/api/booking{path}".encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": urlencode(query).encode(),
        "headers": headers,
        "client": ("browser", 1),
        "server": ("booking", 80),
    }
    task = asyncio.create_task(house.booking.app(scope, receive, sent.put))
    browser = Browser(sent)
    try:
        await browser.opened()
        yield browser
    finally:
        gone.set()
        await asyncio.wait_for(task, 10)
