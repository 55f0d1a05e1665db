"""AsyncAPI 3: every service's events, described so that somebody else can consume them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from shared.contracts.asyncapi import document
from shared.contracts.topics import BOOKING_EVENTS, CATALOG_EVENTS, CATALOG_EXHIBITORS, TOPICS, Topic

CONSUMED: dict[str, tuple[Topic, ...]] = {
    "catalog": (),
    "booking": (CATALOG_EVENTS, CATALOG_EXHIBITORS),
    "notification": (BOOKING_EVENTS, CATALOG_EVENTS, CATALOG_EXHIBITORS),
    "portal": (),
}


@pytest.fixture(params=CONSUMED)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made(service: str) -> dict[str, Any]:
    return document(service, CONSUMED[service])


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(made: dict[str, Any], reference: str) -> Any:
    node: Any = made
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def test_every_owned_topic_is_sent_to_and_every_consumed_one_received_from(service: str, made: dict[str, Any]) -> None:
    assert made["asyncapi"] == "3.0.0"
    told = {(operation["action"], operation["channel"]["$ref"]) for operation in made["operations"].values()}
    sent = {("send", f"#/channels/{topic.name}") for topic in TOPICS if topic.owner == service}
    received = {("receive", f"#/channels/{topic.name}") for topic in CONSUMED[service]}
    assert told == sent | received


def test_every_reference_leads_somewhere_and_every_name_is_allowed(made: dict[str, Any]) -> None:
    for reference in references(made):
        assert resolve(made, reference) is not None
    for kind in made["components"].values():
        assert all(re.fullmatch(r"[\w.\-]+", name) for name in kind)


def test_each_channel_has_a_message_for_each_type_that_travels_on_it(made: dict[str, Any]) -> None:
    by_name = {topic.name: topic for topic in TOPICS}
    for name, channel in made["channels"].items():
        assert channel["address"] == name
        assert set(channel["messages"]) == {model.type_ for model in by_name[name].types}
        assert channel["x-key"] == by_name[name].key
        assert channel["x-personal-data"] == by_name[name].personal_data


def test_each_message_carries_an_example_that_its_schema_takes(made: dict[str, Any]) -> None:
    for message in made["components"]["messages"].values():
        schema = {**resolve(made, message["payload"]["$ref"]), "components": made["components"]}
        for example in message["examples"]:
            jsonschema.validate(example["payload"], schema)
        assert "ce_id" in resolve(made, message["headers"]["$ref"])["required"]


def test_a_service_without_events_has_an_empty_but_whole_document() -> None:
    made = document("portal")
    assert (made["channels"], made["operations"]) == ({}, {})
    assert made["info"]["title"] == "Pavilion portal events"
