"""Records as they are, past FastStream: its own parser would drop a batch for one odd header."""

from __future__ import annotations

from typing import Any

from aiokafka import ConsumerRecord
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage
from faststream.message import StreamMessage


async def as_it_is(records: tuple[ConsumerRecord, ...]) -> StreamMessage[Any]:
    """A parser: FastStream's envelope around raw records."""
    return KafkaMessage(body=b"", raw_message=records, headers={}, batch_headers=[], consumer=FAKE_CONSUMER)


async def raw_records(message: StreamMessage[Any]) -> Any:
    """A decoder: what is in the envelope."""
    return message.raw_message
