"""Which topics a broker has; asking creates none, whatever the broker does with names that it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError


async def absent_topics(bootstrap: str | list[str], names: Iterable[str], timeout_ms: int) -> list[str]:
    """Those of these names that the broker does not have. Raises KafkaError, OSError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=timeout_ms)
    try:
        await admin.start()
        present = set(await admin.list_topics())
    finally:
        # What is asked is answered or has failed already.
        with suppress(KafkaError, OSError):
            await admin.close()
    return [name for name in names if name not in present]
