"""Reading a fair folder: what is there, what may be missing, and everything that is wrong at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from deploy.fairs import FairFolder, FolderInvalid, read_folder
from deploy.fairs.table import without_addresses
from tests.builders.folders import Folder, row_of, stand


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "fair").hall("N1", *row_of(["Altai Ltd", "Orda LLC"], [])).table(("Altai Ltd", "KZ"))


def problems(folder: Folder) -> dict[str, str]:
    with pytest.raises(FolderInvalid) as invalid:
        read_folder(folder.path)
    return {problem.place: problem.problem for problem in invalid.value.problems}


def warnings(read: FairFolder) -> list[str]:
    return [f"{warning.place}: {warning.problem}" for warning in read.warnings]


def test_a_folder_gives_its_fair_its_venue_its_stands_and_who_is_listed(folder: Folder) -> None:
    read = read_folder(folder.path)
    assert read.slug == "steppe-expo"
    assert read.settings["venue"] == "steppe-centre"
    assert read.venue["time_zone"] == "Asia/Almaty"
    assert [(s.label, s.exhibitors) for s in read.stands] == [
        ("N1/A-001", ("Altai Ltd", "Orda LLC")),
        ("N1/A-002", ()),
    ]
    assert [(row.line, row.name, row.country) for row in read.exhibitors] == [(2, "Altai Ltd", "KZ")]


def test_all_that_is_wrong_is_told_at_once_with_file_and_place(folder: Folder) -> None:
    folder.fair(slug="Steppe Expo!", currency=None)
    folder.write("halls/bad.geojson", "{")
    folder.write("halls/list.geojson", "[]")
    folder.hall("N1", stand("B-001"), file="again.geojson")
    folder.hall("N2", stand("C-001", exhibitors=[7]))
    folder.write("exhibitors.csv", "name;country\n")
    found = problems(folder)
    assert set(found) == {
        "fair.json, currency",
        "fair.json, slug",
        "halls/bad.geojson, line 1, column 2",
        "halls/list.geojson",
        "halls/hall-N1.geojson",
        "halls/hall-N2.geojson, feature 1 (C-001)",
        "exhibitors.csv, row 1",
    }


@pytest.mark.parametrize("missing", ["fair.json", "halls/hall-N1.geojson"])
def test_without_a_fair_or_a_floor_plan_there_is_nothing_to_bring_in(folder: Folder, missing: str) -> None:
    (folder.path / missing).unlink()
    assert list(problems(folder)) == ["fair.json" if missing == "fair.json" else "halls/"]


def test_what_is_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(FolderInvalid, match="is no folder"):
        read_folder(tmp_path / "nowhere")


def test_list_and_categories_may_be_missing(folder: Folder) -> None:
    (folder.path / "exhibitors.csv").unlink()
    read = read_folder(folder.path)
    assert (read.table, read.exhibitors) == (None, ())
    assert warnings(read) == ["exhibitors.csv: is missing; exhibitors are known only from the floor plans"]


def test_an_empty_list_is_as_none(folder: Folder) -> None:
    assert read_folder(folder.table().path).table is None


def test_a_list_of_names_alone_is_enough(folder: Folder) -> None:
    read = read_folder(folder.table(("Altai Ltd",), columns="name").path)
    assert read.exhibitors[0].stands == ()


def test_names_in_other_languages_and_given_ids_are_known(folder: Folder) -> None:
    folder.table(("Altai Ltd", "阿尔泰有限公司", "altai", "a@b.kz"), columns="name,name_zh,id,email")
    row = read_folder(folder.path).exhibitors[0]
    assert (row.every_name, row.id, row.email) == (("Altai Ltd", "阿尔泰有限公司"), "altai", "a@b.kz")


def test_a_byte_order_mark_and_blank_rows_are_no_trouble(folder: Folder) -> None:
    folder.write("exhibitors.csv", "\ufeffname,country\n\n Altai   Ltd ,KZ\n")
    assert [(row.line, row.name) for row in read_folder(folder.path).exhibitors] == [(3, "Altai Ltd")]


def test_a_list_in_another_encoding_is_said_with_its_row(folder: Folder) -> None:
    folder.write("exhibitors.csv", "name\nAltai\nКазах\n".encode("cp1251"))
    assert problems(folder) == {"exhibitors.csv, row 3": "is not UTF-8: byte 0xca"}


def test_categories_that_nobody_named_are_told(folder: Folder) -> None:
    folder.table(("Altai Ltd", "KZ", "", "101 999"), ("Orda LLC", "KZ", "", "999"))
    folder.write("categories.json", '{"101": "Machines"}')
    assert warnings(read_folder(folder.path)) == ["exhibitors.csv, row 2: category '999' is not in categories.json"]


@pytest.mark.parametrize(
    ("file", "hall"),
    [("hall-7.1.geojson", "7.1"), ("Halle_3.geojson", "3"), ("Зал 2.geojson", "2"), ("Yard.json", "Yard")],
)
def test_a_hall_that_does_not_say_which_it_is_is_called_after_its_file(tmp_path: Path, file: str, hall: str) -> None:
    read = read_folder(Folder(tmp_path / "fair").hall(None, *row_of([]), file=file).path)
    assert read.halls[0].hall == hall
    assert f"taken as hall {hall}, after the file's name" in warnings(read)[0]


def test_a_hall_without_a_size_is_as_large_as_its_booths_need(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair").hall(
        "1", stand("A-1", (0, 0, 10, 4)), stand("A-2", (20, 5, 4.5, 4)), size_m=None
    )
    hall = read_folder(folder.path).halls[0]
    assert (hall.width_m, hall.depth_m) == (25, 9)
    assert "taken as 25 m by 9 m" in hall.notes[0]


def test_a_hall_without_a_size_whose_frame_begins_elsewhere_is_moved(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair").hall("1", stand("A-1", (-10.5, -2, 4, 4)), size_m=None)
    hall = read_folder(folder.path).halls[0]
    assert (hall.width_m, hall.depth_m) == (5, 4)
    assert b"[0.5, 0" in hall.content
    assert "moved by 11 m and 2 m" in hall.notes[1]


def test_a_halls_name_may_be_a_number_and_a_stands_too(tmp_path: Path) -> None:
    read = read_folder(Folder(tmp_path / "fair").hall(3, stand(12, exhibitors="Altai Ltd"), file="x.geojson").path)
    assert [(s.label, s.exhibitors) for s in read.stands] == [("3/12", ("Altai Ltd",))]


def test_names_on_the_plan_are_put_in_order_and_each_kept_once(tmp_path: Path) -> None:
    names = ["  Altai\u00a0 Ltd ", "", "Altai Ltd", "甘肃 有限公司"]
    read = read_folder(Folder(tmp_path / "fair").hall("1", stand("A  1", exhibitors=names)).path)
    assert (read.stands[0].number, read.stands[0].exhibitors) == ("A 1", ("Altai Ltd", "甘肃 有限公司"))


def test_a_venue_may_be_named_alone_and_a_fairs_name_be_bare_text(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair", venue="steppe-centre", name="Steppe Expo", country="KZ").hall("1", stand("A-1"))
    read = read_folder(folder.path)
    assert read.venue == {"slug": "steppe-centre", "time_zone": "Asia/Almaty", "country": "KZ"}
    assert read.settings["name"] == {"en": "Steppe Expo"}


def test_a_field_that_nobody_knows_is_told_and_left_aside(folder: Folder) -> None:
    assert "fair.json, motto: is not known" in warnings(read_folder(folder.fair(motto="x").path))[0]


def test_addresses_are_cut_out_of_a_list_and_nothing_else() -> None:
    table = b'name,email,country\n"Altai, Ltd",a@b.kz,KZ\n\nOrda,,\n'
    assert without_addresses(table) == b'name,country\r\n"Altai, Ltd",KZ\r\nOrda,\r\n'
    assert without_addresses(b"name\nAltai\n") == b"name\nAltai\n"


def test_a_real_fair_is_read_whole(real_fair: Path) -> None:
    read = read_folder(real_fair)
    assert (len(read.halls), len(read.stands), len(read.exhibitors)) == (13, 998, 1783)
    assert sum(1 for s in read.stands if s.exhibitors) == 684
    # Its open-air grounds have no plan among the real ones, and one stand is on none.
    odd = [warning.problem.partition("' ")[2] for warning in read.warnings]
    assert Counter(odd) == {"is in a hall without a floor plan": 14, "is on no floor plan": 1}


def test_stands_of_the_list_that_no_plan_shows_are_told(folder: Folder) -> None:
    folder.table(("Altai Ltd", "KZ", "N1/A001; N9/A-999"), ("Orda LLC", "KZ", "N1/Z-001"))
    assert warnings(read_folder(folder.path)) == [
        "exhibitors.csv, row 2: stand 'N9/A-999' is in a hall without a floor plan",
        "exhibitors.csv, row 3: stand 'N1/Z-001' is on no floor plan",
    ]


@pytest.mark.parametrize(("seconds", "told"), [(15, 1), (60, 0)])
def test_a_hold_that_hardly_lasts_is_told(folder: Folder, seconds: int, told: int) -> None:
    read = read_folder(folder.fair(hold_ttl_seconds=seconds).path)
    assert [warning.at for warning in read.warnings] == ["hold_ttl_seconds"] * told


def test_fields_of_the_wrong_kind_are_told_with_those_that_are_missing(folder: Folder) -> None:
    folder.fair(slug=None, starts="2027-13-01", ends=20270504, name=["Expo"], held_booths_max="3", venue=7)
    assert set(problems(folder)) == {
        f"fair.json, {field}" for field in ("slug", "starts", "ends", "name", "held_booths_max", "venue")
    }


@pytest.mark.parametrize(("mark", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_list_whose_cells_are_put_apart_by_something_else_is_told_so(folder: Folder, mark: str, called: str) -> None:
    folder.write("exhibitors.csv", f"name{mark}country\nAltai{mark}KZ\n")
    assert problems(folder) == {"exhibitors.csv, row 1": f"there are {called} between its cells"}


def test_product_groups_are_called_in_one_language_or_in_several(folder: Folder) -> None:
    folder.write("categories.json", '{"101": "Machines", "102": {"zh": "茶", "ru": "Чай"}}')
    assert read_folder(folder.path).settings["product_groups"] == [
        {"code": "101", "name": {"en": "Machines"}},
        {"code": "102", "name": {"zh": "茶", "ru": "Чай"}},
    ]


@pytest.mark.parametrize("name", ["7", "{}", '""', '{"en": 7}', "null"])
def test_a_product_group_without_a_name_is_told_by_its_code(folder: Folder, name: str) -> None:
    folder.write("categories.json", f'{{"101": "Machines", "102": {name}}}')
    assert problems(folder) == {"categories.json, 102": "has no name"}


def test_rates_and_deadlines_are_sent_as_they_are_and_told_where_they_are_no_lists(folder: Folder) -> None:
    rates, days = [{"per_m2_minor": 100}], [{"day": "2027-04-15", "name": {"en": "Designs"}}]
    folder.fair(rates=rates, deadlines=days)
    settings = read_folder(folder.path).settings
    assert (settings["rates"], settings["deadlines"]) == (rates, days)
    folder.fair(rates={"per_m2_minor": 100}, deadlines=["2027-04-15"])
    assert set(problems(folder)) == {"fair.json, rates", "fair.json, deadlines"}
