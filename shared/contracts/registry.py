"""Each event type with its model and the topic that it travels on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from shared.contracts.cloudevents import Undecodable
from shared.contracts.events import Event
from shared.contracts.topics import TOPICS, Topic

E = TypeVar("E", bound=Event)
Model = type[Event]


@dataclass(frozen=True, slots=True)
class Contract:
    """One type and version of an event, and what its topic says of it."""

    type: str
    model: Model
    topic: Topic

    @property
    def owner(self) -> str:
        """The service that publishes it."""
        return self.topic.owner

    @property
    def key(self) -> str:
        """What the record's key is."""
        return self.model.key_ or self.topic.key

    @property
    def retention_ms(self) -> int | None:
        """How long the topic keeps it, in milliseconds; None where it keeps the last of each key."""
        return self.topic.retention_ms

    @property
    def personal_data(self) -> str:
        """What in it is personal data, or `none`."""
        return self.topic.personal_data


def _collect() -> dict[str, Contract]:
    found: dict[str, Contract] = {}
    for topic in TOPICS:
        for model in topic.types:
            if model.type_ in found:
                raise ValueError(f"{model.type_} is on two topics: {found[model.type_].topic.name} and {topic.name}")
            found[model.type_] = Contract(model.type_, model, topic)
    return found


CONTRACTS: Final = _collect()
"""Every contract by its CloudEvents type."""


def contract_of(type_: str) -> Contract:
    """The contract of a type; raises KeyError where there is none."""
    return CONTRACTS[type_]


def parse(type_: str, data: dict[str, Any] | None, model: type[E]) -> E:
    """An event's data as `model`.

    Raises Undecodable where it is a tombstone, of another type, or does not have the model's shape, naming the field.
    """
    if type_ != model.type_:
        raise Undecodable(f"a {type_} is no {model.type_}")
    if data is None:
        raise Undecodable(f"a {type_} came without a body")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Undecodable(f"{type_} does not hold in {field or 'its body'}: {first['msg']}") from error
