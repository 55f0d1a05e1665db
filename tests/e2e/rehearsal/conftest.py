"""The whole stack, for rehearsals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.client import Access
from deploy.client.local import Servers
from deploy.stack.options import BrokerKind, Options
from deploy.stack.scratch import scratch
from deploy.stack.supervisor import Stack
from tests.needs import where_kafka_runs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)


@asynccontextmanager
async def stack_on(broker: BrokerKind) -> AsyncIterator[Stack]:
    """A stack of its own; left out where Apache Kafka cannot run, which in CI is a failure."""
    with scratch("rehearsal") as data:
        stack = Stack(Options(data=data, port=0, broker=broker, restart_dead=False, ready_seconds=180))
        with where_kafka_runs("rehearsals on Apache Kafka"):
            await stack.start()
        try:
            yield stack
        finally:
            await stack.stop()


def access_to(stack: Stack) -> Access:
    """Anybody's access to a stack."""
    return Access(stack.url, stack.issuer)


def servers_of(stack: Stack) -> Servers:
    """The servers behind a stack."""
    maildir = stack.mail.maildir if stack.mail is not None else None
    return Servers(stack.mongo_url, stack.bootstrap, stack.broker_kind, maildir)
