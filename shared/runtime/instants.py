"""How instants are written wherever people and programs read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema


def instant(moment: datetime) -> str:
    """An instant as everybody gets it: UTC, milliseconds, `Z`."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


Instant = Annotated[
    datetime,
    PlainSerializer(instant, return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A datetime of a model, written by `instant`."""
