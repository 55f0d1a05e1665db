"""Published contracts stay as they are: proved with changes that must be refused."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.contracts.__main__ import main
from shared.contracts.compatibility import breaks
from shared.contracts.events import BoothState, Event, LocalizedText
from shared.contracts.frozen import HERE, Refused, current_schema, freeze, is_frozen, problems, revisions
from shared.contracts.page import page
from shared.contracts.registry import CONTRACTS, Contract
from shared.contracts.samples import SAMPLES
from shared.contracts.topics import BOOKING_BOOTHS, Topic

DOCS = Path(__file__).parents[2] / "docs" / "events.md"


@pytest.mark.parametrize("type_", CONTRACTS)
def test_each_contract_is_frozen_as_its_model_is_and_follows_what_was_frozen_before(type_: str) -> None:
    frozen, current = revisions(type_), current_schema(CONTRACTS[type_])
    assert is_frozen(frozen, current), "run python -m shared.contracts freeze, and commit what it writes"
    assert problems(CONTRACTS[type_], frozen, current) == []


@pytest.mark.parametrize("type_", CONTRACTS)
def test_each_frozen_example_holds_under_its_schema_and_is_read_by_todays_model(type_: str) -> None:
    for revision in revisions(type_):
        jsonschema.Draft202012Validator.check_schema(revision.schema)
        jsonschema.validate(revision.example, revision.schema, format_checker=jsonschema.FormatChecker())
        CONTRACTS[type_].model.model_validate(revision.example)


@pytest.mark.parametrize("type_", CONTRACTS)
def test_what_we_publish_today_is_read_by_every_schema_that_was_ever_frozen(type_: str) -> None:
    for revision in revisions(type_):
        jsonschema.validate(SAMPLES[type_].model_dump(mode="json"), revision.schema)


def test_nothing_frozen_belongs_to_no_contract() -> None:
    for folder in ("schemas", "examples"):
        names = {path.name.removesuffix(".json").partition(".r")[0] for path in (HERE / folder).glob("*.json")}
        types = {type_.partition(".r")[0] for type_ in CONTRACTS}
        assert names == types


def test_the_page_for_people_says_what_the_models_say() -> None:
    assert DOCS.read_text() == page(), "run python -m shared.contracts page docs/events.md"


class Order(BaseModel):
    """What stands for an event in the planted changes."""

    model_config = ConfigDict(extra="ignore")
    id: str
    state: BoothState
    at: datetime
    names: LocalizedText = {}
    places: list[str] = Field(default=[], max_length=5)
    ring: list[tuple[float, float]] = []
    until: datetime | None = None
    count: int = Field(default=0, ge=0)
    note: str = ""


Fields = Mapping[str, Any]


def changed(*, drop: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: (info.annotation, info) for name, info in Order.model_fields.items() if name not in {*drop, *fields}
    }
    return create_model("Order", **kept, **fields).model_json_schema()


Narrow = Literal["free", "held", "reserved", "sold"]
Wide = Literal["free", "held", "reserved", "sold", "blocked", "melted"]

PLANTED: list[tuple[dict[str, Any], str, str, str]] = [
    (changed(drop=("note",)), "note", "removed", "note was removed"),
    (changed(drop=("id",)), "id", "removed", "id was removed"),
    (changed(drop=("note",), remark=(str, "")), "note", "renamed", "note was renamed to remark"),
    (changed(price=(int, ...)), "price", "new-required", "price is new and required"),
    (changed(note=(str, ...)), "note", "new-required", "note became required"),
    (changed(id=(str, "")), "id", "no-longer-required", "id is no longer required"),
    (changed(state=(Narrow, ...)), "state", "narrowed", 'state no longer takes "blocked"'),
    (changed(state=(Wide, ...)), "state", "widened", 'state now takes "melted" too'),
    (changed(state=(str, ...)), "state", "changed", "state changed enum"),
    (changed(id=(int, ...)), "id", "changed", 'id changed type from "string" to "integer"'),
    (changed(at=(date, ...)), "at", "changed", 'at changed format from "date-time" to "date"'),
    (changed(at=(str, ...)), "at", "changed", "at changed format"),
    (changed(id=(str, Field(max_length=20))), "id", "narrowed", "id was narrowed: maxLength from null to 20"),
    (changed(id=(str, Field(pattern="^a"))), "id", "narrowed", 'id was narrowed by pattern "^a"'),
    (changed(places=(list[str], Field(default=[], max_length=3))), "places", "narrowed", "maxItems from 5 to 3"),
    (changed(places=(list[str], Field(default=[], max_length=9))), "places", "widened", "maxItems from 5 to 9"),
    (changed(places=(list[int], Field(default=[], max_length=5))), "places[]", "changed", "places[] changed type"),
    (changed(count=(int, Field(default=0, ge=1))), "count", "narrowed", "minimum from 0 to 1"),
    (changed(count=(int, Field(default=1, ge=0))), "count", "changed", "count changed default from 0 to 1"),
    (changed(names=(dict[str, int], {})), "names{}", "changed", "names{} changed type"),
    (changed(ring=(list[tuple[float, float, float]], [])), "ring[]", "changed", "changed the members of its tuple"),
    (changed(until=(datetime, ...)), "until", "new-required", "until became required"),
    (changed(until=(datetime | int | None, None)), "until", "widened", "until now takes"),
    (changed(until=(date | None, None)), "until", "narrowed", "until no longer takes"),
]


@pytest.mark.parametrize(("new", "field", "kind", "text"), PLANTED, ids=[text for *_, text in PLANTED])
def test_a_planted_incompatible_change_is_found_and_named(new: Fields, field: str, kind: str, text: str) -> None:
    found = breaks(Order.model_json_schema(), new)
    assert any((broken.field, broken.kind) == (field, kind) and text in str(broken) for broken in found), found


@pytest.mark.parametrize(
    "new",
    [
        changed(),
        changed(extra=(str, "")),
        changed(extra=(dict[str, list[int]], {}), more=(datetime | None, None)),
        changed(note=(str, Field(default="", description="said better", title="Remark", examples=["x"]))),
    ],
    ids=["nothing", "a field with a default", "several", "other explanations"],
)
def test_what_every_reader_survives_is_let_through(new: Fields) -> None:
    assert breaks(Order.model_json_schema(), new) == []


class Stamp(BaseModel):
    seal: str
    by: str = ""


class Sealed(BaseModel):
    stamp: Stamp
    stamps: list[Stamp] = []
    next: Sealed | None = None


class StampWithout(BaseModel):
    seal: str


def test_a_break_inside_a_nested_model_is_found_with_its_path() -> None:
    new = create_model("Sealed", stamp=(StampWithout, ...), stamps=(list[StampWithout], []), next=(Sealed | None, None))
    found = {broken.field for broken in breaks(Sealed.model_json_schema(), new.model_json_schema())}
    assert {"stamp.by", "stamps[].by"} <= found
    assert breaks(Sealed.model_json_schema(), Sealed.model_json_schema()) == []


class Thing(Event):
    """A thing happened."""

    type_ = "pavilion.booking.thing.happened.v1"
    thing: str


class Roomier(Event):
    """A thing happened."""

    type_: ClassVar[str] = Thing.type_
    thing: str
    colour: str = ""


class Poorer(Event):
    """A thing happened."""

    type_: ClassVar[str] = Thing.type_
    colour: str = ""


def contracts(model: type[Event], topic: Topic = BOOKING_BOOTHS) -> dict[str, Contract]:
    return {Thing.type_: Contract(Thing.type_, model, topic)}


def frozen_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def test_freezing_writes_what_is_new_adds_a_revision_for_an_addition_and_never_touches_a_file(tmp_path: Path) -> None:
    written = freeze(tmp_path, contracts(Thing), {Thing.type_: Thing(thing="x")})
    assert [path.name for path in written] == ["pavilion.booking.thing.happened.v1.json"] * 2
    first = frozen_files(tmp_path)
    assert freeze(tmp_path, contracts(Thing), {}) == []

    written = freeze(tmp_path, contracts(Roomier), {Thing.type_: Roomier(thing="x", colour="red")})
    assert [path.name for path in written] == ["pavilion.booking.thing.happened.v1.r2.json"] * 2
    assert first.items() <= frozen_files(tmp_path).items()

    # The field that came with the second revision is published: it may not go again.
    with pytest.raises(Refused, match=r"thing\.happened\.v1: colour was removed"):
        freeze(tmp_path, contracts(Thing), {Thing.type_: Thing(thing="x")})


def test_an_incompatible_change_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    freeze(tmp_path, contracts(Thing), {Thing.type_: Thing(thing="x")})
    before = frozen_files(tmp_path)
    with pytest.raises(Refused, match=r"pavilion\.booking\.thing\.happened\.v1: thing was removed"):
        freeze(tmp_path, contracts(Poorer), {Thing.type_: Poorer()})
    assert frozen_files(tmp_path) == before


def test_a_contract_stays_on_its_topic_with_its_key(tmp_path: Path) -> None:
    freeze(tmp_path, contracts(Thing), {Thing.type_: Thing(thing="x")})
    moved = Topic("pavilion.other.v1", "booking", "colour", (Thing,), "", None)
    with pytest.raises(Refused) as caught:
        freeze(tmp_path, contracts(Thing, moved), {})
    assert "changed its topic from “pavilion.booking.booths.v1” to “pavilion.other.v1”" in str(caught.value)
    assert "changed its key from “booth id” to “colour”" in str(caught.value)


def test_a_contract_without_a_sample_is_not_frozen(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no sample"):
        freeze(tmp_path, contracts(Thing), {})
    assert frozen_files(tmp_path) == {}


def test_the_command_refuses_a_tampered_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("schemas", "examples"):
        shutil.copytree(HERE / folder, tmp_path / folder)
    path = tmp_path / "schemas" / "pavilion.booking.reservation.held.v1.json"
    path.write_text(path.read_text().replace('"expires_at"', '"expires"'))
    monkeypatch.setattr("shared.contracts.__main__.revisions", lambda type_: revisions(type_, tmp_path))
    assert main(["check"]) == 1
    assert "pavilion.booking.reservation.held.v1: expires was renamed to expires_at" in capsys.readouterr().err
    assert main(["sing"]) == 2
