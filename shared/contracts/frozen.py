"""The frozen contracts: a JSON Schema and an example per type, and per revision of it, which never change again.

A type's first schema is `schemas/<type>.json`. A compatible addition is frozen beside it as `<type>.r2.json`, and so
on; an incompatible one is refused. So a field that was ever published stays, and every past reader can be checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.contracts.cloudevents import schema_id
from shared.contracts.compatibility import breaks, plain
from shared.contracts.events import Event
from shared.contracts.registry import CONTRACTS, Contract
from shared.contracts.samples import SAMPLES

HERE: Final = Path(__file__).parent
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SAME_FOR_EVER: Final = ("x-topic", "x-owner", "x-key")


class Refused(Exception):
    """A contract may not be frozen like this; each line of the message names a type, a field and what is wrong."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One frozen schema of a type, with its example."""

    number: int
    schema: dict[str, Any]
    example: dict[str, Any]


def current_schema(contract: Contract) -> dict[str, Any]:
    """The JSON Schema of a type as its model says now."""
    schema = contract.model.model_json_schema(mode="validation")
    return {
        "$schema": DIALECT,
        "$id": schema_id(contract.type),
        "x-topic": contract.topic.name,
        "x-owner": contract.owner,
        "x-key": contract.key,
        "x-personal-data": contract.personal_data,
        **schema,
    }


def revisions(type_: str, folder: Path = HERE) -> list[Revision]:
    """What is frozen of a type, oldest first."""
    found: list[Revision] = []
    while (path := _path(folder, "schemas", type_, len(found) + 1)).exists():
        number = len(found) + 1
        example = _path(folder, "examples", type_, number)
        found.append(Revision(number, json.loads(path.read_text()), json.loads(example.read_text())))
    return found


def problems(contract: Contract, frozen: list[Revision], current: Mapping[str, Any]) -> list[str]:
    """Why `current` may not follow what is frozen; empty where it may."""
    found = []
    for revision in frozen:
        found += [str(broken) for broken in breaks(revision.schema, current)]
        found += [
            f"the event changed its {member[2:]} from “{revision.schema[member]}” to “{current[member]}”"
            for member in _SAME_FOR_EVER
            if revision.schema[member] != current[member]
        ]
    return [f"{contract.type}: {text}" for text in dict.fromkeys(found)]


def is_frozen(frozen: list[Revision], current: Mapping[str, Any]) -> bool:
    """Whether the newest revision says what the model says, explanations aside."""
    return bool(frozen) and plain(frozen[-1].schema) == plain(current)


def freeze(
    folder: Path = HERE,
    contracts: Mapping[str, Contract] = CONTRACTS,
    samples: Mapping[str, Event] = SAMPLES,
) -> list[Path]:
    """Freeze what is new and return the files written; raises Refused, and writes nothing, where anything broke."""
    refused: list[str] = []
    wanted: list[tuple[Path, Mapping[str, Any]]] = []
    for type_, contract in contracts.items():
        frozen, current = revisions(type_, folder), current_schema(contract)
        refused += problems(contract, frozen, current)
        if is_frozen(frozen, current):
            continue
        sample = samples.get(type_)
        if sample is None:
            refused.append(f"{type_}: has no sample; add one to shared/contracts/samples.py")
            continue
        number = len(frozen) + 1
        wanted.append((_path(folder, "schemas", type_, number), current))
        wanted.append((_path(folder, "examples", type_, number), sample.model_dump(mode="json")))
    if refused:
        raise Refused("\n".join(refused))
    for path, document in wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        # "x" refuses to write over what is there, whatever happened since we looked.
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return [path for path, _ in wanted]


def _path(folder: Path, kind: str, type_: str, number: int) -> Path:
    return folder / kind / (f"{type_}.json" if number == 1 else f"{type_}.r{number}.json")
