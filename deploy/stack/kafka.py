"""Apache Kafka in KRaft mode: one node or a small cluster, with small heaps, quick to start."""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from deploy.stack.kafka_tools import KafkaTools, kafka_tools, locked
from deploy.stack.ports import LOOPBACK, accepts, free_ports
from deploy.stack.process import Child
from deploy.stack.questions import API_VERSIONS, replies
from deploy.stack.server import Server

_STARTED = "Kafka Server started"
_ARCHIVING_SECONDS = 180.0
_NO_ARCHIVE_LOG = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off")


class KafkaCluster(Server):
    """One or several brokers on the loopback address; an async context manager.

    `data` keeps their logs and may be used again by a later one, on other ports too.
    `heap_mb` is each broker's Java heap. `ports` are two for each broker: clients', controller's.
    """

    def __init__(
        self,
        data: Path,
        *,
        brokers: int = 1,
        ports: Sequence[int] | None = None,
        heap_mb: int = 320,
        ready_seconds: float = 90.0,
    ) -> None:
        self.data = data
        self.heap_mb = heap_mb
        self.ready_seconds = ready_seconds
        chosen = list(ports) if ports is not None else free_ports(2 * brokers)
        self.client_ports, self.controller_ports = chosen[:brokers], chosen[brokers:]
        self.brokers: list[Child] = []

    @property
    def bootstrap(self) -> str:
        """The addresses of all brokers, as clients take them."""
        return ",".join(f"{LOOPBACK}:{port}" for port in self.client_ports)

    @property
    def replication_factor(self) -> int:
        """How many copies a topic can have here: one of each broker, three at most."""
        return min(3, len(self.client_ports))

    async def start(self) -> Self:
        """Start all brokers and wait until each serves clients.

        Raises KafkaUnavailable when Java or the jars cannot be had, StackError when a broker does not start.
        """
        return await self.start_with(await prepared_tools())

    async def start_with(self, tools: KafkaTools) -> Self:
        """Start with tools that are there."""
        self.brokers = [self._broker(tools, index) for index in range(len(self.client_ports))]
        for broker in self.brokers:
            broker.start()
        await asyncio.gather(*(self.ready(index) for index in range(len(self.brokers))))
        return self

    def children(self) -> list[Child]:
        """The brokers."""
        return self.brokers

    async def ready(self, index: int) -> None:
        """Wait until this broker serves clients."""
        broker, port = self.brokers[index], self.client_ports[index]

        async def serves_clients() -> bool:
            return _STARTED in broker.output(200) and await accepts(LOOPBACK, port)

        await broker.until(serves_clients, timeout_seconds=self.ready_seconds)

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether this broker says which requests it takes."""
        return await replies(self.client_ports[index], API_VERSIONS, timeout_seconds)

    def _broker(self, tools: KafkaTools, index: int) -> Child:
        node = index + 1
        home = self.data / f"broker-{node}"
        _prepare(home, tools, node)
        settings = self.data / f"broker-{node}.properties"
        settings.write_text("".join(f"{name}={value}\n" for name, value in self._settings(index, home).items()))
        command = tools.command("kafka.Kafka", settings, options=self._java_options(tools))
        name = "Kafka" if len(self.client_ports) == 1 else f"Kafka broker {node}"
        return Child(name, command, log=self.data / f"broker-{node}.log")

    def _java_options(self, tools: KafkaTools) -> tuple[str, ...]:
        heap = (f"-Xmx{self.heap_mb}m", f"-Xms{self.heap_mb // 2}m", "-XX:+ExitOnOutOfMemoryError")
        # The serial collector and the first compiler tier leave both cores to the services while they start.
        quick = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto")
        if tools.class_archive.exists():
            return (*heap, *quick, f"-XX:SharedArchiveFile={tools.class_archive}", *_NO_ARCHIVE_LOG)
        return (*heap, *quick)

    def _settings(self, index: int, home: Path) -> dict[str, object]:
        client, controller = self.client_ports[index], self.controller_ports[index]
        voters = enumerate(self.controller_ports, start=1)
        copies = self.replication_factor
        return {
            "process.roles": "broker,controller",
            "node.id": index + 1,
            "controller.quorum.voters": ",".join(f"{node}@{LOOPBACK}:{port}" for node, port in voters),
            "listeners": f"PLAINTEXT://{LOOPBACK}:{client},CONTROLLER://{LOOPBACK}:{controller}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": home,
            "auto.create.topics.enable": "false",
            "default.replication.factor": copies,
            "min.insync.replicas": max(1, copies - 1),
            "offsets.topic.replication.factor": copies,
            "offsets.topic.num.partitions": 10,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": max(1, copies - 1),
            "transaction.state.log.num.partitions": 3,
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": max(1, copies - 1),
            "group.initial.rebalance.delay.ms": 0,
            # The default of 128 MB does not fit into a small heap.
            "log.cleaner.dedupe.buffer.size": 2 * 1024 * 1024,
            "log.cleaner.threads": 1,
            "log.segment.bytes": 64 * 1024 * 1024,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "num.recovery.threads.per.data.dir": 1,
            "background.threads": 2,
            "num.replica.fetchers": 1,
            # Elections and liveness in seconds fit one machine; the defaults are made for networks.
            "broker.heartbeat.interval.ms": 500,
            "broker.session.timeout.ms": 4000,
            "controlled.shutdown.retry.backoff.ms": 500,
        }


class KafkaNode(KafkaCluster):
    """A single broker."""

    def __init__(self, data: Path, *, ports: Sequence[int] | None = None, heap_mb: int = 320) -> None:
        super().__init__(data, brokers=1, ports=ports, heap_mb=heap_mb)


class _ArchivingNode(KafkaNode):
    """A broker that writes down, when it ends, which classes it loaded."""

    def __init__(self, data: Path, archive: Path) -> None:
        super().__init__(data)
        self._archive = archive

    def _java_options(self, tools: KafkaTools) -> tuple[str, ...]:
        return (*super()._java_options(tools), f"-XX:ArchiveClassesAtExit={self._archive}", *_NO_ARCHIVE_LOG)


async def prepared_tools() -> KafkaTools:
    """Java, the jars and what makes them start quickly; KafkaUnavailable where they cannot be had."""
    tools = await kafka_tools()
    await _archive_classes(tools)
    return tools


async def _archive_classes(tools: KafkaTools) -> None:
    """Run a broker once only to keep the classes that it loaded: each later start takes half the time."""
    if tools.class_archive.exists():
        return
    async with locked(tools.home):
        if tools.class_archive.exists():
            return
        with tempfile.TemporaryDirectory(dir=tools.home) as trial:
            archive = Path(trial) / "classes.jsa"
            broker = _ArchivingNode(Path(trial), archive)
            try:
                await broker.start_with(tools)
            finally:
                await broker.stop(_ARCHIVING_SECONDS)
            if archive.exists():  # Without it brokers only start more slowly, and the next one tries again.
                archive.rename(tools.class_archive)


def _prepare(home: Path, tools: KafkaTools, node: int) -> None:
    """Make an empty directory what `StorageTool format` makes it, without starting another Java."""
    properties = home / "meta.properties"
    if properties.exists():
        return
    shutil.copytree(tools.formatted, home, dirs_exist_ok=True)
    directory = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    properties.write_text(f"version=1\ncluster.id=PavilionOnOneMachine0A\nnode.id={node}\ndirectory.id={directory}\n")
