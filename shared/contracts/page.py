"""The events as a page of Markdown for people who integrate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from shared.contracts.frozen import current_schema
from shared.contracts.registry import CONTRACTS
from shared.contracts.samples import SAMPLES
from shared.contracts.topics import TOPICS, Topic

_INTRO: Final = """# The events

Made by `python -m shared.contracts page`; change the models, not this page.

Every event is a CloudEvent 1.0 in Kafka's binary mode: the attributes are record headers, the body is JSON.

| header | means |
|---|---|
| `ce_id` | unique per event; the same when it is delivered again, so drop what you have seen |
| `ce_type` | type and version, as below |
| `ce_source` | the service that published it |
| `ce_sequence` | the version of the aggregate that the record's key names; it rises with every change of that key |
| `ce_time` | when it was decided, UTC |
| `ce_subject` | the fair, or the venue |
| `ce_dataschema` | the `$id` of the body's JSON Schema, which the portal shows at `/schemas/<ce_type>.json` |
| `traceparent` | the trace of the request that caused it |

A published version never changes incompatibly: fields may be added, with a default. Ignore what you do not know.
"""


def page() -> str:
    """The page."""
    return "\n".join([_INTRO, *(line for topic in TOPICS for line in _topic(topic))]).rstrip("\n") + "\n"


def _topic(topic: Topic) -> Iterator[str]:
    days = (
        "the last of each key (compacted)" if topic.retention_ms is None else f"{topic.retention_ms // 86_400_000} days"
    )
    yield f"## `{topic.name}`\n\n{topic.description}\n"
    yield f"- published by: {topic.owner}\n- key: {topic.key}\n- kept: {days}\n- personal data: {topic.personal_data}\n"
    for model in topic.types:
        yield f"### `{model.type_}`\n\n{(model.__doc__ or '').strip()}\n"
        if model.key_ and model.key_ != topic.key:
            yield f"Its key is the {model.key_}.\n"
        yield from _fields(current_schema(CONTRACTS[model.type_]))
        example = json.dumps(SAMPLES[model.type_].model_dump(mode="json"), indent=2, ensure_ascii=False)
        yield f"\n```json\n{example}\n```\n"


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    yield "| field | type | always there | means |\n|---|---|---|---|"
    required = set(schema.get("required", ()))
    for name, part in schema["properties"].items():
        always = "yes" if name in required else "no, it has a default"
        yield f"| `{name}` | {_type(part)} | {always} | {part.get('description', '')} |"


def _type(part: dict[str, Any]) -> str:
    if "anyOf" in part:
        return " or ".join(_type(choice) for choice in part["anyOf"])
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}" if "items" in part else "list"
    return str(part.get("format") or part.get("type", "any"))
