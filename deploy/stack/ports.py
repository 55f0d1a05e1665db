"""Ports to listen on, all on the loopback address."""

from __future__ import annotations

import asyncio
import errno
import random
import socket

from deploy.stack.errors import StackError

LOOPBACK = "127.0.0.1"

# Below the kernel's range for outgoing connections (32768 and up), so that no connection
# of anybody's can sit on a server's port while that server is being restarted.
_FIRST, _LAST = 15_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
        return True


def free_port() -> int:
    """A port that nobody listens on at the moment of asking."""
    for _ in range(200):
        port = random.randint(_FIRST, _LAST)
        if is_free(port):
            return port
    raise StackError(
        f"No free port was found between {_FIRST} and {_LAST}.",
        "Stop some of the servers that listen there (`ss -ltnp` shows them).",
    )


def free_ports(count: int) -> list[int]:
    """Several different free ports."""
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    return sorted(ports)


async def accepts(host: str, port: int, timeout_seconds: float = 1.0) -> bool:
    """Whether somebody answers a connection to this address."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), timeout_seconds)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
