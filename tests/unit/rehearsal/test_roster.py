"""Who is who in the catalog, and addresses that reach nobody."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from deploy.client import Api
from deploy.client.api import ApiRefused
from deploy.client.progress import Silent
from deploy.fairs import FolderInvalid, import_folder, read_folder
from deploy.fairs.report import FairImport, show_import
from deploy.fairs.table import without_addresses
from deploy.rehearsal.matching import match
from deploy.rehearsal.plan import bookings
from deploy.rehearsal.roster import (
    Entry,
    Roster,
    entries,
    ids_of_rows,
    refuse_real_addresses,
    rehearsal_address,
    settle_roster,
)
from deploy.stack.errors import StackError
from tests.builders.folders import Folder, row_of, stand
from tests.unit.rehearsal.conftest import Catalog


def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "fair").hall("N1", *row_of(["Altai Ltd", "Nobody Knows"], ["甘肃 有限公司"], []))
    return made.table(
        ("Altai Ltd", "KZ", "N1/A001", "", "real@altai.kz"),
        ("甘肃 有限公司", "CN", "N1/A002", "", ""),
        ("Orda", "KZ", "", "", "office@orda.kz"),
        columns="name,country,stands,category_codes,email",
    )


async def cast(folder: Folder, api: Api) -> Roster:
    read = read_folder(folder.path)
    assert read.table is not None
    table = without_addresses(read.table)
    await import_folder(read, api, organizer="steppe-fairs", table=table, publish=False)
    return await settle_roster(read, match(read.stands, read.exhibitors), api, Silent())


async def test_everybody_has_an_address_that_reaches_nobody(tmp_path: Path, catalog: Catalog) -> None:
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    roster = await cast(folder(tmp_path), api)
    known = await entries(api, "steppe-expo")
    assert len(known) == 4
    assert {entry.id: entry.email for entry in known} == {e.id: f"{e.id}@rehearsal.invalid" for e in known}
    assert set(roster.everybody) == {entry.id for entry in known}


async def test_whom_only_the_plan_has_is_registered_once(tmp_path: Path, catalog: Catalog) -> None:
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    first = await cast(folder(tmp_path), api)
    read = read_folder(tmp_path / "fair")
    again = await settle_roster(read, match(read.stands, read.exhibitors), api, Silent())
    assert first.registered == ("Nobody Knows",)
    assert again.registered == ()
    assert first.by_name == again.by_name
    assert len(await entries(api, "steppe-expo")) == 4


async def test_bookings_name_the_first_exhibitor_and_the_others_by_their_ids(tmp_path: Path, catalog: Catalog) -> None:
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    roster = await cast(folder(tmp_path), api)
    read = read_folder(tmp_path / "fair")
    wanted = bookings(match(read.stands, read.exhibitors), roster, [])
    names = {entry.id: entry.name for entry in await entries(api, "steppe-expo")}
    assert [(b.label, names[b.exhibitor], [names[c] for c in b.co_exhibitors]) for b in wanted] == [
        ("N1/A-001", "Altai Ltd", ["Nobody Knows"]),
        ("N1/A-002", "甘肃 有限公司", []),
    ]


def entry(id_: str, name: str, *stands: str, email: str | None = None) -> Entry:
    return Entry(id_, name, "KZ", stands, email)


def test_of_rows_with_one_name_those_belong_together_whose_stands_agree(tmp_path: Path) -> None:
    made = Folder(tmp_path / "fair").hall("1", stand("A-1"))
    made.table(("Altai", "KZ", "1/A1"), ("Altai", "KZ", "1/B2"), ("Altai", "KZ", "1/X9"))
    rows = read_folder(made.path).exhibitors
    known = [entry("three", "ALTAI", "1/C3"), entry("two", "Altai", "1/B2"), entry("one", "Altai", "1/A1")]
    assert ids_of_rows(rows, known) == ({2: "one", 3: "two", 4: "three"}, [])


def test_an_id_that_the_list_gives_counts_before_any_name(tmp_path: Path) -> None:
    made = Folder(tmp_path / "fair").hall("1", stand("A-1")).table(("Altai", "altai-2"), columns="name,id")
    rows = read_folder(made.path).exhibitors
    known = [Entry("altai-1", "Altai", "", (), None), Entry("altai-2", "Other", "", (), None)]
    assert ids_of_rows(rows, known) == ({2: "altai-2"}, [known[0]])


def test_addresses_that_the_folder_could_not_bring_back_are_not_replaced(tmp_path: Path) -> None:
    read = read_folder(folder(tmp_path).path)
    fine = [entry("a", "A"), entry("b", "B", email=rehearsal_address("b")), entry("c", "C", email="real@altai.kz")]
    refuse_real_addresses(read, fine)
    with pytest.raises(StackError, match=r"1 exhibitors of “steppe-expo” have mail addresses .*such as D's"):
        refuse_real_addresses(read, [*fine, entry("d", "D", email="d@d.kz")])


async def test_an_import_that_the_server_finds_faults_with_tells_all_of_them_and_writes_nothing(
    tmp_path: Path, catalog: Catalog
) -> None:
    made = Folder(tmp_path / "fair", currency="ZZZ")
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    made.hall("N1", stand("A-1", (0, 0, 10, 10)), stand("B-2", (5, 5, 10, 10)))
    made.hall("N2", stand("C-3", (200, 0, 4, 4)))
    made.write("exhibitors.csv", "name,country,mail\n,KZ,x\n")
    with pytest.raises(FolderInvalid) as invalid:
        await import_folder(read_folder(made.path), api, organizer="steppe-fairs", publish=False)
    assert {problem.place for problem in invalid.value.problems} == {
        "halls/hall-N1.geojson, feature 2 (B-2)",
        "halls/hall-N2.geojson, feature 1 (C-3)",
        "exhibitors.csv, row 1",
    }
    for left_behind in ("fairs/steppe-expo", "venues/steppe-centre"):
        with pytest.raises(ApiRefused) as unknown:
            await api.get(f"/api/catalog/{left_behind}")
        assert unknown.value.status == 404
    made.hall("N1", stand("A-1", (0, 0, 10, 10))).hall("N2", stand("C-3", (20, 0, 4, 4))).table(("Orda", "KZ"))
    with pytest.raises(FolderInvalid) as invalid:
        await import_folder(read_folder(made.path), api, organizer="steppe-fairs", publish=False)
    assert [problem.place for problem in invalid.value.problems] == ["fair.json, currency"]


async def test_what_only_the_server_sees_is_told_together_with_what_the_files_show(
    tmp_path: Path, catalog: Catalog
) -> None:
    made = Folder(tmp_path / "fair").hall("N1", stand("A-1", (0, 0, 10, 10)), stand("B-2", (5, 5, 10, 10)))
    made.write("halls/bad.geojson", "{").write("exhibitors.csv", "who\n")
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    with pytest.raises(FolderInvalid) as invalid:
        await import_folder(read_folder(made.path, go_on=True), api, organizer="steppe-fairs", publish=False)
    assert [problem.place for problem in invalid.value.problems] == [
        "exhibitors.csv, row 1",
        "halls/bad.geojson, line 1, column 2",
        "halls/hall-N1.geojson, feature 2 (B-2)",
    ]


async def test_an_import_done_twice_changes_nothing(tmp_path: Path, catalog: Catalog) -> None:
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    read = read_folder(folder(tmp_path).path)
    first = await import_folder(read, api, organizer="steppe-fairs", publish=False)
    again = await import_folder(read, api, organizer="steppe-fairs", publish=False)
    assert (first.halls[0].counts.created, first.exhibitors.created) == (3, 3)
    assert not again.changed_anything
    fair = await api.get("/api/catalog/fairs/steppe-expo")
    venue = await api.get("/api/catalog/venues/steppe-centre")
    assert (fair["version"], venue["version"]) == (2, 1)


async def test_publishing_an_unchanged_draft_is_a_change_and_said_so(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    made = folder(tmp_path)
    read = read_folder(made.path)

    async def all_known(_api: Api, _fair: str) -> set[str]:
        return {stand.label for stand in read.stands}

    monkeypatch.setattr("deploy.fairs.importing.booths_known", all_known)
    await import_folder(read, api, organizer="steppe-fairs", publish=False)
    unchanged = "Nothing was changed"
    assert unchanged in shown(await import_folder(read, api, organizer="steppe-fairs", publish=False))
    published = shown(await import_folder(read, api, organizer="steppe-fairs"))
    assert "steppe-expo is published" in published
    assert unchanged not in published
    assert unchanged in shown(await import_folder(read, api, organizer="steppe-fairs"))
    other = replace(read, settings={**read.settings, "held_booths_max": 3})
    assert unchanged not in shown(await import_folder(other, api, organizer="steppe-fairs"))


def shown(done: FairImport) -> str:
    console = Console(file=io.StringIO(), width=200)
    show_import(console, done)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_a_second_fair_at_a_venue_leaves_its_other_halls_alone(tmp_path: Path, catalog: Catalog) -> None:
    api = catalog.access.organizer(catalog.http, "steppe-fairs")
    one = Folder(tmp_path / "one").hall("N1", stand("A-1"))
    two = Folder(tmp_path / "two", slug="other-expo", venue="steppe-centre").hall("N2", stand("A-1"))
    for made in (one, two):
        await import_folder(read_folder(made.path), api, organizer="steppe-fairs", publish=False)
    venue = await api.get("/api/catalog/venues/steppe-centre")
    assert [hall["hall"] for hall in venue["halls"]] == ["N1", "N2"]
    assert venue["name"] == {"en": "Steppe Centre"}
