"""Bringing a folder in: all of it is checked before any of it is entered, and twice changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.client import Api, ApiRefused
from deploy.client.progress import Bars
from deploy.fairs import FairImport, FolderInvalid, import_folder, read_folder
from deploy.fairs.entering import known
from deploy.fairs.model import Problem
from deploy.fairs.report import show_import
from tests.builders.folders import Folder, row_of, stand
from tests.unit.rehearsal.conftest import Catalog

OURS = "steppe-fairs"


@pytest.fixture
def api(catalog: Catalog) -> Api:
    return catalog.access.organizer(catalog.http, OURS)


@pytest.fixture
def made(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "fair").hall("N1", *row_of(["Altai Ltd"], ["Orda"], []))
    return folder.table(("Altai Ltd", "KZ", "N1/A001"), ("Orda", "KZ"), ("Tien Shan", "KG"))


async def problems(folder: Folder, api: Api) -> tuple[Problem, ...]:
    with pytest.raises(FolderInvalid) as invalid:
        await import_folder(read_folder(folder.path, go_on=True), api, organizer=OURS, publish=False)
    return invalid.value.problems


async def places(folder: Folder, api: Api) -> list[str]:
    return [problem.place for problem in await problems(folder, api)]


async def left_behind(api: Api) -> list[str]:
    both = ("fairs/steppe-expo", "venues/steppe-centre")
    return [place for place in both if await known(f"/api/catalog/{place}", api) is not None]


BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]]}
FAULTS: dict[str, Callable[[Folder], Any]] = {
    "a misspelt column": lambda made: made.write("exhibitors.csv", "name,countri\nAltai,KZ\n"),
    "a missing name": lambda made: made.table(("", "KZ")),
    "another encoding": lambda made: made.write("exhibitors.csv", "name\nКазах\n".encode("cp1251")),
    "an outline that crosses itself": lambda made: made.hall("N2", {**stand("A-1"), "geometry": BOW_TIE}),
    "an unknown currency": lambda made: made.fair(currency="ZZZ"),
    "an end before the start": lambda made: made.fair(starts="2027-05-09"),
    "a country that is none": lambda made: made.fair(venue={"slug": "steppe-centre", "name": "C", "country": "XX"}),
    "a zone that is not the venue's": lambda made: made.fair(
        venue={"slug": "steppe-centre", "name": "C", "country": "KZ", "time_zone": "Europe/Berlin"}
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_folder_with_a_fault_leaves_neither_fair_nor_venue_behind(made: Folder, api: Api, fault: str) -> None:
    FAULTS[fault](made)
    assert len(await problems(made, api)) == 1
    assert await left_behind(api) == []


async def test_a_fault_of_the_server_is_not_taken_for_the_folder_s(made: Folder, api: Api) -> None:
    class Broken(Api):
        async def put_file(self, path: str, *_: Any, **__: Any) -> Any:
            raise ApiRefused(f"PUT {path}", 500, {"type": "urn:pavilion:problem:internal", "detail": "It broke."})

    with pytest.raises(ApiRefused, match="It broke"):
        await import_folder(read_folder(made.path), Broken(api._http, api._token), organizer=OURS, publish=False)
    assert await left_behind(api) == []


async def test_an_id_that_another_fair_has_is_found_before_anything_is_entered(made: Folder, api: Api) -> None:
    await import_folder(read_folder(made.path), api, organizer=OURS, publish=False)
    taken = (await api.get("/api/catalog/fairs/steppe-expo/exhibitors"))["items"][0]["id"]
    made.fair(slug="other-expo", venue={"slug": "other-centre", "name": "Other", "country": "KZ"})
    made.table((taken, "Somebody"), columns="id,name")
    assert await places(made, api) == ["exhibitors.csv, row 2"]
    for place in ("fairs/other-expo", "venues/other-centre"):
        assert await known(f"/api/catalog/{place}", api) is None


async def test_all_that_is_wrong_with_the_fair_is_told_at_once(made: Folder, api: Api) -> None:
    made.fair(starts="2027-05-09", time_zone="Asia/Almata", currency="TENGE", hold_ttl_seconds=0)
    assert sorted(await places(made, api)) == [
        f"fair.json, {field}" for field in ("currency", "ends", "hold_ttl_seconds", "time_zone")
    ]


async def test_what_is_of_the_wrong_kind_hides_nothing_else(made: Folder, api: Api) -> None:
    made.fair(slug="Steppe Expo!", starts="1 May", currency="ZZZ", held_booths_max="many", venue={"slug": "v/1"})
    made.hall("N2", {**stand("A-1"), "geometry": BOW_TIE})
    assert set(await places(made, api)) == {
        "fair.json, country",
        "fair.json, currency",
        "fair.json, held_booths_max",
        "fair.json, slug",
        "fair.json, starts",
        "fair.json, venue.name",
        "fair.json, venue.slug",
        "halls/hall-N2.geojson, feature 1 (A-1)",
    }


async def test_a_slug_that_a_rival_has_is_told_once(made: Folder, api: Api, catalog: Catalog) -> None:
    rival = catalog.access.organizer(catalog.http, "other-fairs")
    other = {"slug": "rivals-centre", "name": "R", "country": "KZ"}
    await import_folder(read_folder(made.fair(venue=other).path), rival, organizer="other-fairs", publish=False)
    made.fair()
    assert [(p.place, p.remedy) for p in await problems(made, api)] == [("fair.json", "choose another slug")]
    assert await left_behind(rival) == ["fairs/steppe-expo"]


async def test_the_step_that_fails_is_shown_as_failed(made: Folder, api: Api) -> None:
    made.fair(currency="ZZZ")
    console = Console(file=io.StringIO(), width=200)
    with pytest.raises(FolderInvalid):
        await import_folder(read_folder(made.path), api, organizer=OURS, progress=Bars(console), publish=False)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "✗ Checking fair, floor plans and exhibitors\n"


async def test_what_only_the_server_sees_is_told_together_with_what_the_files_show(made: Folder, api: Api) -> None:
    made.hall("N1", stand("A-1", (0, 0, 10, 10)), stand("B-2", (5, 5, 10, 10)))
    made.write("halls/bad.geojson", "{").write("exhibitors.csv", "who\n")
    assert await places(made, api) == [
        "exhibitors.csv, row 1",
        "halls/bad.geojson, line 1, column 2",
        "halls/hall-N1.geojson, feature 2 (B-2)",
    ]


async def test_an_import_done_twice_changes_nothing(made: Folder, api: Api) -> None:
    read = read_folder(made.path)
    first = await import_folder(read, api, organizer=OURS, publish=False)
    again = await import_folder(read, api, organizer=OURS, publish=False)
    assert (first.halls[0].counts.created, first.exhibitors.created) == (3, 3)
    assert not again.changed_anything
    fair = await api.get("/api/catalog/fairs/steppe-expo")
    venue = await api.get("/api/catalog/venues/steppe-centre")
    assert (fair["version"], venue["version"]) == (2, 1)


async def test_publishing_an_unchanged_draft_is_a_change_and_said_so(
    made: Folder, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_folder(made.path)

    async def all_known(_api: Api, _fair: str) -> set[str]:
        return {stand.label for stand in read.stands}

    monkeypatch.setattr("deploy.fairs.importing.booths_known", all_known)
    await import_folder(read, api, organizer=OURS, publish=False)
    unchanged = "Nothing was changed"
    assert unchanged in shown(await import_folder(read, api, organizer=OURS, publish=False))
    published = shown(await import_folder(read, api, organizer=OURS))
    assert "steppe-expo is published" in published
    assert unchanged not in published
    assert unchanged in shown(await import_folder(read, api, organizer=OURS))


async def test_an_import_says_which_settings_it_changed(made: Folder, api: Api) -> None:
    first = await import_folder(read_folder(made.path), api, organizer=OURS, publish=False)
    assert "Settings" not in shown(first)
    made.fair(held_booths_max=3, name="Steppe")
    again = shown(await import_folder(read_folder(made.path), api, organizer=OURS, publish=False))
    assert "Nothing was changed" not in again
    assert "Settings changed: name en: Steppe Expo, zh: 草原博览会 → en: Steppe, held_booths_max 10 → 3." in again


def shown(done: FairImport) -> str:
    console = Console(file=io.StringIO(), width=200)
    show_import(console, done)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_a_second_fair_at_a_venue_leaves_its_other_halls_alone(tmp_path: Path, api: Api) -> None:
    one = Folder(tmp_path / "one").hall("N1", stand("A-1"))
    two = Folder(tmp_path / "two", slug="other-expo", venue="steppe-centre").hall("N2", stand("A-1"))
    for made in (one, two):
        await import_folder(read_folder(made.path), api, organizer=OURS, publish=False)
    venue = await api.get("/api/catalog/venues/steppe-centre")
    assert [hall["hall"] for hall in venue["halls"]] == ["N1", "N2"]
    assert venue["name"] == {"en": "Steppe Centre"}
