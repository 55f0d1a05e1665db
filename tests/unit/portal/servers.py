"""Small servers for the portal's tests: one that runs an application, and one that follows a script of raw bytes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import uvicorn
from starlette.types import ASGIApp

DEADLINE_SECONDS = 10.0


def listening_socket() -> socket.socket:
    """A socket on a free port of the loopback address."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", 0))
    return taken


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@contextlib.asynccontextmanager
async def served(app: ASGIApp, taken: socket.socket | None = None) -> AsyncIterator[str]:
    """The application behind a real uvicorn, on a socket of its own or the one `taken`; gives its URL."""
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, http="httptools", proxy_headers=False, timeout_graceful_shutdown=1
    )
    server = _Server(config)
    with taken or listening_socket() as used:
        running = asyncio.create_task(server.serve(sockets=[used]))
        await eventually(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{used.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Scripted:
    """A server that treats its connections by scripts: the n-th connection by the n-th, further ones by the last."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = scripts
        self.connections = 0
        self.failures: list[BaseException] = []
        self._writers: set[asyncio.StreamWriter] = set()

    async def _treat(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self.scripts[min(self.connections, len(self.scripts) - 1)]
        self.connections += 1
        self._writers.add(writer)
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            self.failures.append(error)
        finally:
            writer.close()
            self._writers.discard(writer)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._treat, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await eventually(lambda: not self._writers)


async def read_head(reader: asyncio.StreamReader) -> bytes:
    """One request's head, with its blank line."""
    return await reader.readuntil(b"\r\n\r\n")


def answer(body: bytes = b"ok", *more: bytes, status: bytes = b"200 OK") -> bytes:
    """A whole answer with a length."""
    lines = [b"HTTP/1.1 " + status, b"content-length: %d" % len(body), *more]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; fails at a deadline."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for is in another's hands
            await asyncio.sleep(0.005)
