"""An event as a consumer gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from shared.contracts.cloudevents import Envelope


@dataclass(frozen=True, slots=True)
class Received:
    """One event; `data` is its JSON body, None for a tombstone. `sequence` is the version of the aggregate `key`."""

    id: str
    type: str
    source: str
    key: str
    sequence: int
    time: datetime
    subject: str | None
    data: dict[str, Any] | None
    topic: str
    partition: int
    offset: int
    traceparent: str | None

    @classmethod
    def of(cls, envelope: Envelope, topic: str, partition: int, offset: int) -> Self:
        """The event of an envelope, and where it came from."""
        return cls(
            id=envelope.id,
            type=envelope.type,
            source=envelope.source,
            key=envelope.key,
            sequence=envelope.sequence,
            time=envelope.time,
            subject=envelope.subject,
            data=envelope.data,
            topic=topic,
            partition=partition,
            offset=offset,
            traceparent=envelope.traceparent,
        )
