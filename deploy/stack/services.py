"""The four services as processes of their own, and what the environment tells them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from deploy.stack.paths import ROOT
from deploy.stack.ports import LOOPBACK
from deploy.stack.process import Child
from deploy.stack.server import Server

# Ours to set for each process; what the stack itself was told by them is not meant for the services.
_NOT_PASSED_ON = ("PAVILION_PORT", "PAVILION_DATA", "PAVILION_URL", "PAVILION_KAFKA", "PAVILION_MONGO", "PAVILION_SMTP")


class ServiceProcess(Server):
    """One process of a service, `python -m <module>`, ready when its `/readyz` says so."""

    def __init__(
        self,
        name: str,
        *,
        module: str,
        port: int,
        log: Path,
        env: Mapping[str, str],
        extra: Mapping[str, str],
        ready_seconds: float,
    ) -> None:
        self.name = name
        self.port = port
        self.ready_seconds = ready_seconds
        inherited = {key: value for key, value in os.environ.items() if key not in _NOT_PASSED_ON}
        own = {"PAVILION_HOST": LOOPBACK, "PAVILION_PORT": str(port), "PYTHONUNBUFFERED": "1"}
        self.environment = {**inherited, **own, **env}
        argv = [sys.executable, "-m", module]
        self._child = Child(name, argv, log=log, env={**self.environment, **extra}, cwd=ROOT)

    @property
    def url(self) -> str:
        """Where it answers HTTP."""
        return f"http://{LOOPBACK}:{self.port}"

    async def start(self) -> Self:
        """Start it and wait until it is ready."""
        self._child.start()
        await self.ready(0)
        return self

    def children(self) -> list[Child]:
        """Its only process."""
        return [self._child]

    async def ready(self, index: int) -> None:
        """Wait until `/readyz` answers 200; StackError says which part was missing to the end."""
        answer: dict[str, str] = {}

        async def says_so() -> bool:
            answer["last"] = await unreadiness(self.port)
            return not answer["last"]

        child = self.children()[index]
        # Not oftener: it would take the processor from what it waits for.
        patience = {"timeout_seconds": self.ready_seconds, "poll_seconds": 0.1}
        await child.until(says_so, **patience, why_not=lambda: answer["last"])

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether its event loop turns: `/livez` asks nothing else, so that a store that is away changes nothing."""
        del index
        status, _ = await http_get(self.port, "/livez", timeout_seconds)
        return status != 0

    def with_environment(self, env: Mapping[str, str]) -> None:
        """From the next start on, give it these variables, and none that an earlier call gave."""
        self._child.env = {**self.environment, **env}


def service_environment(service: str, issuer: Path) -> dict[str, str]:
    """What one service is told about itself and about who may call it."""
    return {
        "PAVILION_SERVICE": service,
        "PAVILION_MONGO_DATABASE": f"pavilion_{service}",
        "PAVILION_JWKS": str(issuer / "jwks.json"),
    }


def portal_environment(issuer: Path, ports: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """What only the portal is told: it signs people in, and hands calls on to the first process of each service."""
    signing = {"PAVILION_ISSUER_KEY": str(issuer / "key.pem"), "PAVILION_ACCOUNTS": str(issuer / "accounts.json")}
    others = {name: own[0] for name, own in ports.items() if name != "portal"}
    return signing | {f"PAVILION_UPSTREAM_{name.upper()}": f"http://{LOOPBACK}:{port}" for name, port in others.items()}


async def http_get(port: int, path: str, timeout_seconds: float = 3.0) -> tuple[int, bytes]:
    """Ask a server on this machine; status 0 when it does not answer."""
    try:
        async with asyncio.timeout(timeout_seconds):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return 0, b""
    words = head.split(b" ", 2)
    return (int(words[1]), body) if len(words) > 1 and words[1].isdigit() else (0, b"")


NO_ANSWER = "it does not answer"


async def unreadiness(port: int) -> str:
    """Why the service on this port is not ready; empty when it is."""
    status, body = await http_get(port, "/readyz")
    if status == 200:
        return ""
    return _parts(body) if status else NO_ANSWER


def _parts(body: bytes) -> str:
    """What `/readyz` says is missing."""
    try:
        parts = json.loads(body).get("parts", {})
        return ", ".join(f"{part}: {state}" for part, state in parts.items() if state != "ok") or "it gave no reason"
    except (ValueError, AttributeError):
        return "its answer cannot be read"
