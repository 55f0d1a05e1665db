"""What goes wrong when servers are started, said so that a person can mend it."""

from __future__ import annotations


class StackError(Exception):
    """A sentence that says what is wrong, and one that says what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class KafkaUnavailable(StackError):
    """Apache Kafka cannot run here: Java, Maven or its repository is missing."""
