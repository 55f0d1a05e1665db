"""CloudEvents 1.0 over Kafka in binary mode: attributes are headers (`ce_*`), the body is the data as JSON.

See the CloudEvents Kafka protocol binding, section 3.2. `ce_sequence` is the sequence extension: the version of the
aggregate that the record's key names. `traceparent` travels as the distributed tracing extension has it, bare.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

SPEC_VERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"
Headers = list[tuple[str, bytes]]


def schema_id(type_: str) -> str:
    """The `dataschema` of a type of event, which is the `$id` of its JSON Schema."""
    return f"urn:pavilion:event:{type_}"


_SEQUENCE_MAX: Final = 2**63 - 1
_REQUIRED: Final = ("ce_id", "ce_type", "ce_source", "ce_sequence", "ce_time")
_FIXED: Final[Headers] = [("ce_specversion", SPEC_VERSION.encode()), ("content-type", CONTENT_TYPE.encode())]


class Undecodable(Exception):
    """A record is no event that we understand; the message names what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as it travels; `data` is its JSON object, None for a tombstone."""

    id: str
    type: str
    source: str
    key: str
    sequence: int
    time: datetime
    subject: str | None
    data: dict[str, Any] | None
    traceparent: str | None


def headers(
    *,
    id_: str,
    type_: str,
    source: str,
    time: datetime,
    sequence: int,
    subject: str | None = None,
    traceparent: str | None = None,
) -> Headers:
    """The record headers of an event. `time` is aware; raises ValueError where it is not."""
    if time.tzinfo is None:
        raise ValueError("an event's time needs a time zone")
    made: Headers = [
        ("ce_id", id_.encode()),
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", schema_id(type_).encode()),
        ("ce_sequence", b"%d" % sequence),
        ("ce_time", time.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()),
        *_FIXED,
    ]
    if subject is not None:
        made.append(("ce_subject", subject.encode()))
    if traceparent is not None:
        made.append(("traceparent", traceparent.encode()))
    return made


def decode(headers: Iterable[tuple[str, bytes | None]], key: bytes | None, value: bytes | None) -> Envelope:
    """The event that a record holds; raises Undecodable naming the first thing that is wrong.

    The data is taken as it is; `registry.parse` holds it against its model.
    """
    try:
        told = {name.lower(): text.decode() for name, text in headers if text is not None}
    except UnicodeDecodeError as error:
        raise Undecodable("a header is not UTF-8") from error
    for name in _REQUIRED:
        if not told.get(name):
            raise Undecodable(f"the header {name} is missing")
    _check_kind(told)
    return Envelope(
        id=told["ce_id"],
        type=told["ce_type"],
        source=told["ce_source"],
        key=_key(key),
        sequence=_sequence(told["ce_sequence"]),
        time=_time(told["ce_time"]),
        subject=told.get("ce_subject"),
        data=_data(value),
        traceparent=told.get("traceparent"),
    )


def _check_kind(told: dict[str, str]) -> None:
    if told.get("ce_specversion") != SPEC_VERSION:
        raise Undecodable(
            f"ce_specversion is {told.get('ce_specversion', 'missing')}, and only {SPEC_VERSION} is known"
        )
    media_type = told.get("content-type", CONTENT_TYPE).partition(";")[0].strip().lower()
    if media_type != CONTENT_TYPE:
        raise Undecodable(f"content-type is {media_type}, and only {CONTENT_TYPE} is known")


def _key(key: bytes | None) -> str:
    if not key:
        raise Undecodable("the record has no key")
    try:
        return key.decode()
    except UnicodeDecodeError as error:
        raise Undecodable("the record's key is not UTF-8") from error


def _sequence(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise Undecodable(f"ce_sequence is no positive whole number: {text[:40]!r}")
    if int(text) > _SEQUENCE_MAX:
        raise Undecodable(f"ce_sequence is larger than a 64-bit number: {text[:40]!r}")
    return int(text)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise Undecodable(f"ce_time is no RFC 3339 time: {text[:40]!r}") from error
    if time.tzinfo is None:
        raise Undecodable(f"ce_time has no time zone: {text[:40]!r}")
    return time.astimezone(UTC)


def _data(value: bytes | None) -> dict[str, Any] | None:
    if value is None:
        return None
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Undecodable(f"the body is no JSON ({error.msg} at character {error.pos})") from error
    if not isinstance(data, dict):
        raise Undecodable("the body is no JSON object")
    return data
