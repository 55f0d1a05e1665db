from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.portal.adapters.connection import Connection, UpstreamRequest

ANSWER = b"HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\nno"


class Written(asyncio.Transport):
    """Keeps what is written and never closes."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = b""

    def write(self, data: Any) -> None:
        self.bytes += data


async def asked(segments: list[bytes], length: int | None) -> tuple[Connection, Written]:
    """A connection after a request in two pieces; the answer's first segment comes between them, the others after."""
    connection, transport = Connection(lambda: None), Written()
    connection.connection_made(transport)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        connection.data_received(segments[0])
        yield b"other"

    await connection.send(UpstreamRequest(b"PUT", b"/plan", (), pieces(), length), b"booking")
    for segment in segments[1:]:
        connection.data_received(segment)
    await connection.head()
    return connection, transport


@pytest.mark.parametrize("cut", [len(ANSWER), len(ANSWER) - 2, 20, 5])
@pytest.mark.parametrize("length", [10, None], ids=["length", "chunked"])
async def test_a_connection_whose_body_was_cut_short_takes_no_other_request(cut: int, length: int | None) -> None:
    connection, transport = await asked([s for s in (ANSWER[:cut], ANSWER[cut:]) if s], length)
    assert (connection.status, connection.take(), connection.complete) == (409, b"no", True)
    assert b"other" not in transport.bytes
    assert connection.reusable is False


async def test_a_body_cut_short_is_not_passed_off_as_whole() -> None:
    _, transport = await asked([ANSWER], None)
    assert not transport.bytes.endswith(b"0\r\n\r\n")


async def test_a_connection_whose_body_was_sent_whole_takes_the_next_request() -> None:
    connection, transport = Connection(lambda: None), Written()
    connection.connection_made(transport)
    await connection.send(UpstreamRequest(b"PUT", b"/plan", (), b"whole", None), b"booking")
    connection.data_received(ANSWER)
    assert connection.take() == b"no"
    assert connection.reusable is True
