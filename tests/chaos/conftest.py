"""Everything in here runs real processes on real servers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.stack.scratch import scratch
from deploy.stack.supervisor import Stack
from tests.chaos.arena import options
from tests.conftest import running
from tests.needs import where_kafka_runs

DEADLINE_SECONDS = 600
_STACKS_ON_KAFKA = {"stack", "cluster"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)
            item.add_marker(pytest.mark.timeout(DEADLINE_SECONDS))
            if _STACKS_ON_KAFKA & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.kafka)


@contextlib.contextmanager
def _stack(purpose: str, **changes: Any) -> Iterator[Stack]:
    """A stack; left out where Apache Kafka is wanted and cannot run, which in CI is a failure."""
    with scratch(purpose) as data, contextlib.ExitStack() as parts:
        with where_kafka_runs("chaos on Apache Kafka"):
            made: Any = parts.enter_context(running(Stack(options(data, **changes))))  # type: ignore[type-var]
        yield made


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Catalog, booking and notification on Apache Kafka with one broker; what is killed stays dead."""
    with _stack("chaos") as made:
        yield made


@pytest.fixture(scope="module")
def cluster() -> Iterator[Stack]:
    """The same on three brokers and three members of the store, with two notification processes that share the work."""
    with _stack("chaos-cluster", brokers=3, mongod_members=3, processes={"notification": 2}) as made:
        yield made


@pytest.fixture(scope="module")
def in_memory() -> Iterator[Stack]:
    """The same on the broker that forgets."""
    with _stack("chaos-memory", broker="memory") as made:
        yield made
