"""Stands in for a service where the supervisor is what is tested: ready at once, unless told to die.

`python -m tests.integration.stack.standin` listens on PAVILION_PORT; GET /environment answers what it was told.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

_TOLD = {key: value for key, value in os.environ.items() if key.startswith("PAVILION_")}


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
    body: dict[str, object] | dict[str, str]
    body, status = {"ready": True, "parts": {}}, "200 OK"
    if path == "/environment":
        body = _TOLD
    elif _TOLD.get("PAVILION_STANDIN") == "never-ready":
        body, status = {"ready": False, "parts": {"store": "no primary", "broker": "ok"}}, "503 Service Unavailable"
    writer.write(f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n{json.dumps(body)}".encode())
    await writer.drain()
    writer.close()


async def main() -> None:
    if _TOLD.get("PAVILION_STANDIN") == "dies":
        print("this stand-in was told to die")
        sys.exit(3)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with await asyncio.start_server(_answer, "127.0.0.1", int(_TOLD["PAVILION_PORT"])):
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
