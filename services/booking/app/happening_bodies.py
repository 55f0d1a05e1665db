"""What happened, as programs read it: each event as it travelled, and beside it what caused it."""

from __future__ import annotations

from typing import Any, Final, Literal

import orjson
from pydantic import BaseModel, Field

from services.booking.app.bodies import knows_price
from services.booking.ports import Cause, Happening
from shared.contracts.cloudevents import CONTENT_TYPE, SPEC_VERSION, schema_id
from shared.runtime.auth import Principal, Role
from shared.runtime.instants import Instant, instant

SOURCE: Final = "/booking"


class CauseBody(BaseModel):
    """What led to an event: a request of somebody, an event that booking heard, or the clock."""

    kind: Literal["request", "event", "clock"]
    command: str = Field(description="what was asked of booking")
    role: str | None = Field(description="of who asked")
    tenant: str | None = Field(
        description="the exhibitor or organizer for whom they asked; null where it may not be told"
    )
    account: str | None = Field(description="who asked; told to their own colleagues and to administrators")
    event: str | None = Field(description="the id of the event that was heard")


class EventBody(BaseModel):
    """A CloudEvent in the JSON format; on Kafka the same attributes are headers."""

    specversion: str
    id: str = Field(description="unique; the `event` of the notices and mails that tell of it")
    source: str
    type: str
    subject: str
    time: Instant
    datacontenttype: str
    dataschema: str = Field(description="the `$id` of the JSON Schema of its type, which is at /schemas/<type>.json")
    sequence: str = Field(description="its place among the events of the same key")
    partitionkey: str
    traceparent: str | None
    data: dict[str, Any] = Field(description="the event's body")


class HappeningBody(BaseModel):
    """One event with its place in booking's order of events, and what caused it; null where that is not known."""

    position: int | None
    event: EventBody
    cause: CauseBody | None


class HappeningsBody(BaseModel):
    """What happened, the newest first. `position` is where a live tail of the same goes on from, on the first page."""

    happenings: list[HappeningBody]
    next: str | None = Field(description="cursor of the following page; null at the end of what is kept")
    position: int | None
    kept_days: int = Field(description="earlier events are not kept")
    server_now: Instant


def happening_json(one: Happening, asker: Principal) -> dict[str, Any]:
    """Something that happened, as far as somebody who may see it may know why."""
    return {
        "position": one.position or None,
        "event": {
            "specversion": SPEC_VERSION,
            "id": one.id,
            "source": SOURCE,
            "type": one.type,
            "subject": one.subject,
            "time": instant(one.at),
            "datacontenttype": CONTENT_TYPE,
            "dataschema": schema_id(one.type),
            "sequence": str(one.sequence),
            "partitionkey": one.key,
            "traceparent": one.traceparent,
            "data": _data(one, asker),
        },
        "cause": _cause(one, asker) if one.cause.command else None,
    }


def _data(one: Happening, asker: Principal) -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads(one.data)
    if data.get("price") is not None and not knows_price(asker, data["exhibitor"]):
        return {**data, "price": None}
    return data


def _cause(one: Happening, asker: Principal) -> dict[str, Any]:
    cause = one.cause
    return {
        "kind": "request" if cause.role else "event" if cause.event else "clock",
        "command": cause.command,
        "role": cause.role or None,
        "tenant": cause.tenant if cause.tenant and _may_know(one, asker) else None,
        "account": cause.account if cause.account and _is_colleague(cause, asker) else None,
        "event": cause.event or None,
    }


def _may_know(one: Happening, asker: Principal) -> bool:
    """Whether the asker may know for whom it was asked: a rival's move may have changed what is theirs."""
    cause = one.cause
    if f"{cause.role}/{cause.tenant}" in one.about or _is_colleague(cause, asker) or asker.role is Role.SERVICE:
        return True
    runs = {orjson.loads(one.data).get(party) for party in ("venue_organizer",)}
    return asker.organizer is not None and asker.organizer in runs


def _is_colleague(cause: Cause, asker: Principal) -> bool:
    tenant = asker.exhibitor or asker.organizer
    return asker.role is Role.ADMIN or (tenant == cause.tenant and str(asker.role) == cause.role)
