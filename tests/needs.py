"""What a test needs and may be missing on somebody's machine: there it is left out and says so, in CI it fails."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import NoReturn

import pytest

from deploy.stack.ci import in_ci
from deploy.stack.errors import KafkaUnavailable


def leave_out(what: str, missing: object, environment: Mapping[str, str] = os.environ) -> NoReturn:
    """Leave out the test that asks, which is one of `what`; in CI it fails."""
    if in_ci(environment):
        pytest.fail(f"CI must run {what}: {missing}", pytrace=False)
    pytest.skip(f"left out: {what}: {missing}")


@contextlib.contextmanager
def where_kafka_runs(what: str) -> Iterator[None]:
    """Start Apache Kafka in here: where it cannot run, the test is left out."""
    try:
        yield
    except KafkaUnavailable as missing:
        leave_out(what, missing)
