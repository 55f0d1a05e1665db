"""Short questions by which a server that works is told from one that only seems to.

A connection proves nothing: the kernel takes it for a process that is suspended.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Final

import bson

from deploy.stack.ports import LOOPBACK


def _mongodb_hello() -> bytes:
    body = struct.pack("<IB", 0, 0) + bson.encode({"hello": 1, "$db": "admin"})
    return struct.pack("<iiii", 16 + len(body), 1, 0, 2013) + body


def _kafka_api_versions() -> bytes:
    body = struct.pack(">hhih", 18, 0, 1, -1)
    return struct.pack(">i", len(body)) + body


HELLO: Final = _mongodb_hello()
"""The command `hello` as an OP_MSG of MongoDB's wire protocol."""
API_VERSIONS: Final = _kafka_api_versions()
"""Kafka's ApiVersions request, version 0, which every broker answers to everybody."""
BANNER: Final = b""
"""Nothing: an SMTP server greets first (RFC 5321, section 3.1)."""


async def replies(port: int, question: bytes, timeout_seconds: float) -> bool:
    """Whether whoever listens there says anything to this; a suspended process takes connections, and says nothing."""
    try:
        async with asyncio.timeout(timeout_seconds):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(question)
                return bool(await reader.read(1))
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
