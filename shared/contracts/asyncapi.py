"""AsyncAPI 3.0 of a service: what it publishes, what it listens to, and what the messages are.

FastStream derives channels, operations and schemas from a broker that is never started; then each channel gets one
message per event type, with the CloudEvents headers, an example, and what the topic says of key and retention.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Union

from faststream.kafka import KafkaBroker
from faststream.specification.asyncapi import AsyncAPI

from shared.contracts.registry import CONTRACTS
from shared.contracts.samples import SAMPLES
from shared.contracts.topics import TOPICS, Topic

VERSION: Final = "3.0.0"
_ENVELOPE: Final = "CloudEventHeaders"
_HEADERS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time", "ce_sequence"],
    "properties": {
        "ce_id": {"type": "string", "description": "unique per event; a redelivery has the same"},
        "ce_type": {"type": "string", "description": "type and version"},
        "ce_source": {"type": "string", "description": "the service that published it"},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_time": {"type": "string", "format": "date-time", "description": "when it was decided, UTC"},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "the version of the key's aggregate",
        },
        "ce_subject": {"type": "string", "description": "the fair, or the venue, that it belongs to"},
        "ce_dataschema": {"type": "string", "description": "the $id of the body's JSON Schema"},
        "traceparent": {"type": "string", "description": "W3C trace context of what caused it"},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


@lru_cache(maxsize=16)
def document(service: str, consumes: tuple[Topic, ...] = (), *, version: str = "0.1.0") -> dict[str, Any]:
    """The AsyncAPI document of `service`, which publishes its own topics and listens to `consumes`."""
    publishes = tuple(topic for topic in TOPICS if topic.owner == service)
    made = _derived(service, publishes, consumes, version)
    operations: dict[str, Any] = {}
    for operation in made["operations"].values():
        name = operation["channel"]["$ref"].rpartition("/")[2]
        operations[f"{operation['action']}.{name}"] = {
            "action": operation["action"],
            "channel": {"$ref": f"#/channels/{name}"},
        }
    topics = {topic.name: topic for topic in (*publishes, *consumes)}
    made["operations"] = operations
    made["channels"] = {topic.name: _channel(topic, made["channels"][topic.name]) for topic in topics.values()}
    schemas = made["components"]["schemas"]
    made["components"]["schemas"] = {
        _ENVELOPE: _HEADERS,
        **{name: schema for name, schema in schemas.items() if ":" not in name},
    }
    made["components"]["messages"] = {
        model.type_: _message(model.type_) for topic in topics.values() for model in topic.types
    }
    return made


def _derived(service: str, publishes: Sequence[Topic], consumes: Sequence[Topic], version: str) -> dict[str, Any]:
    broker = KafkaBroker()
    for topic in publishes:
        broker.publisher(topic.name, title=topic.name, description=topic.description, schema=Union[topic.types])  # noqa: UP007
    for topic in consumes:
        subscribe = broker.subscriber(topic.name, title=topic.name, description=topic.description)
        subscribe(_listener(topic))
    made: dict[str, Any] = (
        AsyncAPI(
            broker,
            title=f"Pavilion {service} events",
            version=version,
            schema_version=VERSION,
            description="CloudEvents 1.0 in binary mode, delivered at least once: drop what you have seen by ce_id.",
        )
        .to_specification()
        .to_jsonable()
    )
    made.pop("servers", None)  # which brokers there are is the installation's affair
    return made


def _listener(topic: Topic) -> Any:
    """A handler that stands for ours: FastStream reads the schema from its annotation."""

    async def listen(event: Any) -> None:
        raise NotImplementedError("a description is not run")

    listen.__annotations__["event"] = Union[topic.types]  # noqa: UP007
    return listen


def _channel(topic: Topic, derived: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in derived.items() if key not in {"messages", "servers"}}
    return {
        **kept,
        "address": topic.name,
        "description": topic.description,
        "messages": {model.type_: {"$ref": f"#/components/messages/{model.type_}"} for model in topic.types},
        "x-key": topic.key,
        "x-retention": "the last of each key" if topic.compacted else f"{topic.retention_ms} ms",
        "x-personal-data": topic.personal_data,
    }


def _message(type_: str) -> dict[str, Any]:
    contract = CONTRACTS[type_]
    return {
        "name": type_,
        "title": contract.model.__name__,
        "summary": (contract.model.__doc__ or "").strip(),
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{_ENVELOPE}"},
        "payload": {"$ref": f"#/components/schemas/{contract.model.__name__}"},
        "examples": [{"name": contract.model.__name__, "payload": SAMPLES[type_].model_dump(mode="json")}],
    }
