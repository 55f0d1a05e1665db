"""Who is who in the catalog, and addresses that reach nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.client import Api
from deploy.client.progress import Silent
from deploy.fairs import import_folder, read_folder
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
    with pytest.raises(StackError, match=r"1 exhibitor of “steppe-expo” has mail addresses .*such as D's"):
        refuse_real_addresses(read, [*fine, entry("d", "D", email="d@d.kz")])
