"""Servers for the tests that need them, on free ports: one that many files ask for runs once a session, a cluster only
for its file.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import structlog

from deploy.stack.kafka import KafkaCluster, KafkaNode
from deploy.stack.mail import MailCatcher
from deploy.stack.mesh import Mesh
from deploy.stack.mongod import Mongod
from deploy.stack.scratch import scratch
from deploy.stack.server import Server
from tests.builders import real_fair as the_real_fair
from tests.needs import where_kafka_runs

S = TypeVar("S", bound=Server)

_CHAOS = Path(__file__).parent / "chaos"
_KAFKA_FIXTURES = {"kafka", "kafka_cluster", "kafka_servers"}
_SERVER_FIXTURES = _KAFKA_FIXTURES | {"mongod", "mongod_set", "mongo_database", "mesh", "mail_catcher"}


def pytest_configure() -> None:
    """Log without ornament: a traceback with pictures of all locals takes longer than what some tests wait for."""
    plain = [structlog.processors.add_log_level, structlog.processors.format_exc_info]
    structlog.configure(processors=[*plain, structlog.processors.JSONRenderer(default=str)])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a server, so that the quick suite leaves it out; begin with the file that takes longest."""
    items.sort(key=lambda item: item.path.name != "test_space_life.py")
    for item in items:
        wanted = set(getattr(item, "fixturenames", ()))
        if wanted & _SERVER_FIXTURES or _CHAOS in item.path.parents:
            item.add_marker(pytest.mark.servers)
        if wanted & _KAFKA_FIXTURES:
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def server_data() -> Iterator[Path]:
    """A directory for the servers' files, removed even if this run is killed (then by the next one)."""
    with scratch("tests") as directory:
        yield directory


@contextlib.contextmanager
def running(server: S) -> Iterator[S]:
    """Run a server from code that has no event loop; none is left behind for the tests to trip over."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(server.__aenter__())
        try:
            yield server
        finally:
            loop.run_until_complete(server.stop())
    finally:
        loop.close()


@pytest.fixture(scope="session")
def real_fair() -> Path:
    """The folder of a real fair; tests that ask for it are left out where there is none, but never in CI."""
    return the_real_fair.real_fair()


@pytest.fixture(scope="session")
def mongod(server_data: Path) -> Iterator[str]:
    """The URL of a real one-member replica set."""
    with running(Mongod(server_data / "mongod")) as server:
        yield server.url


@pytest.fixture(scope="module")
def mongod_set(server_data: Path) -> Iterator[Mongod]:
    """A replica set of three members, whose members a test may kill and must restart."""
    with running(Mongod(server_data / "mongod-set", members=3)) as server:
        yield server


@pytest.fixture
def mongo_database() -> str:
    """A database name that no other test uses."""
    return f"test_{uuid.uuid4().hex[:16]}"


@pytest.fixture
def topic_prefix() -> str:
    """A beginning for topic and group names that no other test uses."""
    return f"test-{uuid.uuid4().hex[:12]}-"


@pytest.fixture(scope="session")
def kafka_servers(server_data: Path) -> Iterator[KafkaNode]:
    """Apache Kafka on one node, whose broker a test may kill and must restart."""
    with _or_left_out(KafkaNode(server_data / "kafka")) as server:
        yield server


@pytest.fixture(scope="session")
def kafka(kafka_servers: KafkaNode) -> str:
    """The bootstrap address of Apache Kafka on one node."""
    return kafka_servers.bootstrap


@pytest.fixture(scope="module")
def kafka_cluster(server_data: Path) -> Iterator[KafkaCluster]:
    """Apache Kafka on three nodes, whose brokers a test may kill and must restart."""
    with _or_left_out(KafkaCluster(server_data / "kafka-cluster", brokers=3, heap_mb=256)) as server:
        yield server


@pytest.fixture(scope="session")
def mesh(server_data: Path) -> Iterator[str]:
    """The bootstrap address of the in-memory broker."""
    with running(Mesh(server_data / "mesh")) as server:
        yield server.bootstrap


@pytest.fixture(scope="session")
def mail_catcher(server_data: Path) -> Iterator[MailCatcher]:
    """A mail server that keeps what it is sent."""
    with running(MailCatcher(server_data / "mail")) as server:
        yield server


@contextlib.contextmanager
def _or_left_out(server: S) -> Iterator[S]:
    """Run Apache Kafka; where it cannot run, leave the tests out, which in CI is a failure."""
    with contextlib.ExitStack() as parts:
        with where_kafka_runs("tests on Apache Kafka"):
            started = parts.enter_context(running(server))
        yield started
