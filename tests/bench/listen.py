"""Those who listen, a process of its own: many event streams of one fair, each noting when it heard of each change.

`python -m tests.bench.listen PLAN` reads a plan (JSON: `port`, `path`, `tokens`, `clients`, `changes`: the booths that
will change, each once). It prints `ready` once every stream has its snapshot, and, when every one has heard of every
change, one JSON object: by booth, when each heard of it (seconds of the machine's monotonic clock).
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any, Final, cast

import uvloop

from tests.builders.counters import eventually

OPENING_AT_ONCE: Final = 20
PATIENCE_SECONDS: Final = 120
_BOOTH: Final = re.compile(rb'"booth":"([^"]+)"')


class Listener(asyncio.Protocol):
    """One stream; `begun` is set by its snapshot."""

    def __init__(self, request: bytes, heard: dict[str, list[float]]) -> None:
        self._request = request
        self._heard = heard
        self._buffer = bytearray()
        self.begun = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._buffer += data
        # An event ends with an empty line, and its JSON has none.
        if b"\n\n" not in self._buffer[-len(data) - 1 :]:
            return
        *whole, rest = bytes(self._buffer).split(b"\n\n")
        self._buffer = bytearray(rest)
        for block in whole:
            self._take(block, now)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.begun.done():
            self.begun.set_exception(exc or ConnectionResetError("the portal hung up"))

    def _take(self, block: bytes, now: float) -> None:
        if b"event: snapshot" in block and not self.begun.done():
            self.begun.set_result(None)
        elif b"event: booths" in block:
            for label in _BOOTH.findall(block):
                if (times := self._heard.get(label.decode())) is not None:
                    times.append(now)


async def run(plan: dict[str, Any]) -> dict[str, list[float]]:
    heard: dict[str, list[float]] = {booth: [] for booth in plan["changes"]}
    opening = asyncio.Semaphore(OPENING_AT_ONCE)
    loop = asyncio.get_running_loop()

    async def listen(token: str) -> None:
        head = f"GET {plan['path']} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
        async with opening:
            made = await loop.create_connection(lambda: Listener(head.encode(), heard), "127.0.0.1", plan["port"])
            await made[1].begun

    tokens = plan["tokens"]
    await asyncio.gather(*(listen(tokens[n % len(tokens)]) for n in range(plan["clients"])))
    print("ready", flush=True)

    async def all_have_heard() -> bool:
        return all(len(times) >= plan["clients"] for times in heard.values())

    await eventually(all_have_heard, "every stream has heard of every change", seconds=PATIENCE_SECONDS)
    return heard


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.loads(Path(sys.argv[1]).read_text())))))
