"""The load generator, a process of its own: clients on keep-alive connections, each sending one request at a time.

`python -m tests.bench.load PLAN` reads a plan (JSON lines: first `{"port": …}`, then one array of requests a client,
each `[method, path, token, idempotency key, body]`) and prints one JSON object with what was answered and how fast.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

import uvloop

Request = tuple[str, str, str, str, str]


class Client(asyncio.Protocol):
    """One keep-alive connection; `send` gives the status of one exchange, `ask` its body as well."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        body = bytes(self._buffer[end + 4 :])
        self._buffer.clear()
        if self._waiting and not self._waiting.done():
            self._waiting.set_result((int(head[9:12]), body))

    async def send(self, request: bytes) -> int:
        status, _ = await self.ask(request)
        return status

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting


def encoded(request: Request) -> bytes:
    method, path, token, key, body = request
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: bench",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body.encode())}",
    ]
    if key:
        head.append(f"Idempotency-Key: {key}")
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


async def run(lines: list[str]) -> dict[str, Any]:
    setup = json.loads(lines[0])
    work = [[encoded(request) for request in json.loads(line)] for line in lines[1:]]
    taken: list[tuple[int, float]] = []

    async def client(requests: list[bytes]) -> None:
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_connection(Client, "127.0.0.1", setup["port"])
        for request in requests:
            start = time.perf_counter()
            status = await protocol.send(request)
            taken.append((status, time.perf_counter() - start))

    start = time.perf_counter()
    await asyncio.gather(*(client(requests) for requests in work))
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "per_second": len(taken) / seconds,
        "statuses": dict(Counter(str(status) for status, _ in taken)),
        "won_ms": percentiles([s for status, s in taken if status < 300]),
        "lost_ms": percentiles([s for status, s in taken if status >= 300]),
    }


def percentiles(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {
        name: round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(Path(sys.argv[1]).read_text().splitlines()))))
