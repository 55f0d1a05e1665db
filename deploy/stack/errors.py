"""What goes wrong when servers are started, said so that a person can mend it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator


class StackError(Exception):
    """A sentence that says what is wrong, and one that says what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class KafkaUnavailable(StackError):
    """Apache Kafka cannot run here: Java, Maven or its repository is missing."""


@contextlib.asynccontextmanager
async def one_error() -> AsyncIterator[None]:
    """Of several things that failed side by side, raise the first that a person can mend."""
    try:
        yield
    except* StackError as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[StackError]) -> StackError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, StackError):
        raise TypeError(f"{error!r} is no StackError")
    return error
