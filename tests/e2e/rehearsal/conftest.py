"""The whole stack, for rehearsals."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.client import Access
from deploy.client.local import Servers
from deploy.stack.errors import KafkaUnavailable
from deploy.stack.options import BrokerKind, Options
from deploy.stack.scratch import scratch
from deploy.stack.supervisor import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)


@asynccontextmanager
async def stack_on(broker: BrokerKind) -> AsyncIterator[Stack]:
    """A stack of its own; left out where Apache Kafka cannot run, which in CI is a failure."""
    with scratch("rehearsal") as data:
        stack = Stack(Options(data=data, port=0, broker=broker, restart_dead=False, ready_seconds=180))
        try:
            await stack.start()
        except KafkaUnavailable as missing:
            if os.environ.get("CI") == "true":
                pytest.fail(f"CI must rehearse on Apache Kafka. {missing}", pytrace=False)
            pytest.skip(f"left out: the rehearsal on Apache Kafka. {missing}")
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
