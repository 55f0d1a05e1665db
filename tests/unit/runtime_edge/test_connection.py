"""What a client may do before its request is whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
import uvicorn

from shared.runtime.http.connection import BoundedConnection


class Hasty(BoundedConnection):
    head_bytes_max: ClassVar[int] = 4_096
    head_seconds_max: ClassVar[float] = 0.5


async def _echo(scope: object, receive: object, send: object) -> None:
    body = b""
    while True:
        message = await receive()  # type: ignore[operator]
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": body})  # type: ignore[operator]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(_echo, port=0, http=Hasty, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def _status(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(20):
        return (await reader.readline()).split(b" ", 1)[-1].strip()


async def test_a_head_without_end_is_cut_off(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 1_000)
    assert await _status(reader) == b"431 Request Header Fields Too Large"
    assert await reader.read() == b"connection: close\r\ncontent-length: 0\r\n\r\n"
    writer.close()


async def test_one_header_without_end_is_cut_off(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 10_000)
    assert await _status(reader) == b"431 Request Header Fields Too Large"
    writer.close()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
async def test_a_head_that_does_not_come_is_not_waited_for(port: int, begun: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    assert await _status(reader) == b"408 Request Timeout"
    writer.close()


async def test_bodies_and_later_requests_of_a_connection_have_heads_of_their_own(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(b"b" * 20_000)
        assert await _status(reader) == b"200 OK"
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"content-length: 20000" in head
        await reader.readexactly(20_000)
    writer.close()
