"""Recognising the plan's names in the list, and the list's stands on the plan."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from deploy.fairs import ListedExhibitor, Stand, read_folder
from deploy.fairs.addresses import StandIndex, addresses, hall_key
from deploy.rehearsal.matching import How, Match, match
from deploy.rehearsal.names import core_words, likeness


def listed(*rows: tuple[str, str]) -> list[ListedExhibitor]:
    """Rows of name and stands, separated by semicolons."""
    return [
        ListedExhibitor(line, name, stands=tuple(s.strip() for s in stands.split(";") if s.strip()))
        for line, (name, stands) in enumerate(rows, start=2)
    ]


def found(stands: list[Stand], rows: list[ListedExhibitor]) -> list[tuple[str, str, int | None, How]]:
    return [(m.stand.label, m.name, m.row and m.row.line, m.how) for m in match(stands, rows).matches]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("B-021 C-020", "7.1/B021/C020"),
        ("C-020 B-021", "7.1/B021/C020"),
        ("A-012g B-011g", "7.1/A012gB011g"),
        ("C-030a D-029a", "7.1/C030aD029a"),
        ("A-011", "Halle 7.1/a 011"),
        ("A-011", "7.1 A011"),
        ("A-011", "7.1:A-011"),
        ("A-011", "A011"),
        ("12/3", "7.1/12/3"),
        ("甲-12", "7.1/甲12"),
    ],
)
def test_a_stand_is_found_however_the_list_writes_it(number: str, written: str) -> None:
    index = StandIndex([Stand("7.1", number), Stand("7.1", "Z-999")])
    assert [stand.number for stand in index.find(index.read(written))] == [number]


@pytest.mark.parametrize("written", ["7.2/A011", "7.1/A-011g", "7.1/A-01", "7.1", ""])
def test_a_stand_is_not_taken_for_another(written: str) -> None:
    index = StandIndex([Stand("7.1", "A-011")])
    assert index.find(index.read(written)) == []


def test_one_entry_may_name_several_stands_of_a_hall() -> None:
    index = StandIndex([Stand("5.1", "D-042"), Stand("5.1", "A-080 B-079"), Stand("5.2", "D-042")])
    assert {s.label for s in index.find(index.read("5.1/D042/A080"))} == {"5.1/D-042", "5.1/A-080 B-079"}


def test_without_a_hall_an_address_of_two_halls_names_neither() -> None:
    index = StandIndex([Stand("1", "A-1"), Stand("2", "A-1")])
    assert index.find(index.read("A1")) == []


def test_a_halls_name_is_compared_without_the_word() -> None:
    assert hall_key("Halle 7.1") == hall_key("Hall 7.1") == hall_key(" 7.1") == "7.1"
    assert hall_key("Hallway") == "hallway"


def test_a_bare_number_within_a_number_is_no_address_of_its_own() -> None:
    assert addresses("12/3") == {"123"}
    assert addresses("12") == {"12"}


def test_the_same_name_is_recognised_whatever_its_case_and_width() -> None:
    stands = [Stand("1", "A-1", ("Altai Ltd", "ALTAI tools", "ＯＲＤＡ"))]
    rows = listed(("Altai Ltd", ""), ("Altai Tools", ""), ("Orda", ""))
    assert [how for *_, how in found(stands, rows)] == [How.NAME, How.FOLDED, How.FOLDED]


def test_of_several_of_one_name_the_stand_tells_which() -> None:
    stands = [Stand("1", "A-1", ("Altai",)), Stand("1", "B-2", ("Altai",))]
    rows = listed(("Altai", "1/B2"), ("Altai", "1/A1"))
    assert found(stands, rows) == [("1/A-1", "Altai", 3, How.STAND), ("1/B-2", "Altai", 2, How.STAND)]


def test_where_no_stand_tells_the_first_of_that_name_is_taken_and_said_so() -> None:
    assert found([Stand("1", "A-1", ("Altai",))], listed(("Altai", ""), ("Altai", ""))) == [
        ("1/A-1", "Altai", 2, How.FIRST)
    ]


def test_a_like_name_counts_on_the_same_stand_only() -> None:
    stands = [Stand("1", "A-1", ("Rocked Panda Games",)), Stand("1", "B-2", ("Steppe Goat Gmaes",))]
    rows = listed(("Rocket Panda Games", "1/A1"), ("Steppe Goat Games", "2/C3"))
    assert found(stands, rows) == [
        ("1/A-1", "Rocked Panda Games", 2, How.LIKE),
        ("1/B-2", "Steppe Goat Gmaes", None, How.NOBODY),
    ]


def test_a_very_like_name_counts_in_the_same_hall() -> None:
    stands = [Stand("1", "A-1", ("Altai Precision Instrument GmbH",))]
    assert found(stands, listed(("Altai Precision Instruments", "1/Z9")))[0][2:] == (2, How.LIKE_IN_HALL)


def test_whoever_the_plan_shows_by_name_is_not_taken_for_another() -> None:
    stands = [Stand("1", "A-1", ("Altai Games", "Altai Gamez"))]
    assert found(stands, listed(("Altai Games", "1/A1"))) == [
        ("1/A-1", "Altai Games", 2, How.NAME),
        ("1/A-1", "Altai Gamez", None, How.NOBODY),
    ]


def test_the_first_word_counts_where_stand_and_list_leave_one_of_each() -> None:
    stands = [
        Stand("1", "A-1", ("Tencent Technology (Shenzhen) Co., Ltd",)),
        Stand("2", "B-1", ("Tencent Technology (Shenzhen) Co., Ltd",)),
    ]
    rows = listed(("Tencent Games", "1/A1"))
    assert [(line, how) for _, _, line, how in found(stands, rows)] == [(2, How.FIRST_WORD), (2, How.ELSEWHERE)]


@pytest.mark.parametrize(
    "rows",
    [
        listed(("Tencent Games", "1/A1"), ("Tencent Cloud", "1/A1")),
        listed(("Tencent Games", "1/B2")),
        listed(("TenX", "1/A1")),
    ],
)
def test_the_first_word_does_not_count_where_it_leaves_a_doubt(rows: list[ListedExhibitor]) -> None:
    assert found([Stand("1", "A-1", ("Tencent Technology",))], rows)[0][2:] == (None, How.NOBODY)


def test_chinese_names_are_compared_without_their_legal_form() -> None:
    assert core_words("兰州精密仪器有限公司") == core_words("兰州精密仪器股份有限公司")
    assert likeness("ООО «Алтай Агро»", "Алтай Агро") == 1.0
    assert likeness("Altai S.A.R.L.", "Altai SARL") == 1.0
    assert likeness("Altai", "Orda") < 0.5


def test_whom_the_list_puts_where_the_plan_does_not_is_told_with_the_reason() -> None:
    stands = [Stand("1", "A-1", ("Altai",)), Stand("1", "B-2"), Stand("1", "C-3", ("Orda",))]
    rows = listed(("Altai", "1/A1; 1/C3; F8/X1"), ("Kazan", "1/A1"), ("Oral", "1/B2"), ("Ural", "1/Z9"), ("Omsk", ""))
    matching = match(stands, rows)
    assert {(entry.row.name, entry.listed): entry.why for entry in matching.unseen} == {
        ("Altai", "1/C3"): "the plan shows others on that stand, but on another",
        ("Altai", "F8/X1"): "there is no floor plan of F8",
        ("Kazan", "1/A1"): "the plan shows others on that stand",
        ("Oral", "1/B2"): "the plan shows nobody on that stand",
        ("Ural", "1/Z9"): "the plan has no such stand",
    }
    assert matching.without_stand == 1
    assert matching.plan_only == ("Orda",)


def test_every_name_of_a_real_plan_is_recognised_and_all_that_is_left_is_told(real_fair: Path) -> None:
    read = read_folder(real_fair)
    matching = match(read.stands, read.exhibitors)
    assert {how: n for how, n in matching.count().items() if n} == {
        How.NAME: 1849,
        How.STAND: 7,
        How.LIKE: 1,
        How.FIRST_WORD: 2,
    }
    unsure: list[Match] = [m for m in matching.matches if m.how in {How.LIKE, How.FIRST_WORD}]
    assert {(m.stand.label, m.name): m.row and m.row.name for m in unsure} == {
        ("10.2/E-010 D-011", "Rocked Panda Games"): "Rocket Panda Games",
        ("4.2/B-035 D-040", "Tencent Technology (Shenzhen) Co., Ltd"): "Tencent Games",
        ("8.1/B-050 A-051", "Tencent Technology (Shenzhen) Co., Ltd"): "Tencent Games",
    }
    # Counted apart from the program: every exhibitor of the list is on a stand, or told of, or has no stand.
    shown = {m.row.line for m in matching.matches if m.row}
    told = {entry.row.line for entry in matching.unseen}
    nowhere = {row.line for row in read.exhibitors if not row.stands}
    assert shown | told | nowhere == {row.line for row in read.exhibitors}
    assert len(matching.unseen) == 98
    assert Counter(entry.why for entry in matching.unseen)["the plan shows others on that stand"] == 56
    assert matching.without_stand == 43
