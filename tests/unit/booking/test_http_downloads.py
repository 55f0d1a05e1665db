"""Tables of booths, reservations, bookings of spaces and what happened: whole, in the asker's words, theirs alone."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from services.booking.adapters import readers
from services.booking.adapters.tables import words_in
from services.booking.domain.reservation import Reservation
from shared.contracts import events as e
from shared.runtime.auth import Principal, Role
from shared.runtime.store import Document

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor

ACME, OTHER = exhibitor("acme"), exhibitor("other")
BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
HALL = {"space": "centre/hall-1", "start": "2027-06-10T09:00", "end": "2027-06-10T18:00", "title": "=HYPERLINK(1)"}


async def table(house: House, who: Principal, name: str, **query: str) -> list[dict[str, str]]:
    answer = await (await house.http(who)).get(f"/downloads/{name}", params={"language": "en", **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def state_of(name: str, title: str, **names: str) -> e.ExhibitorState:
    return e.ExhibitorState.model_validate(
        {"exhibitor": name, "fair": "expo", "organizer": "sco", "name": title, "names": names, "language": "en"}
    )


@pytest.fixture
async def fair(house: House) -> House:
    """Acme has two booths with Beta, Other one that they gave back, and one is out of sale."""
    await house.open_fair("A-2", "A-10", "B", "C")
    await house.tell(state_of("acme", "Acme", zh="顶点"), state_of("beta", "=cmd()"))
    acme = await house.http(ACME)
    body = {"fair": "expo", "booths": ["1/A-2", "1/A-10"], "exhibitor": "acme", "co_exhibitors": ["beta"]}
    held = (await acme.post("/reservations", json=body)).json()
    assert (await acme.post(f"/reservations/{held['id']}/confirm")).status_code == 200
    other = await house.http(OTHER)
    mine = (await other.post("/reservations", json={**body, "booths": ["1/B"], "exhibitor": "other"})).json()
    assert (await other.post(f"/reservations/{mine['id']}/cancel")).status_code == 200
    organizer = await house.http(ORGANIZER)
    assert (await organizer.post("/fairs/expo/booths/block", json={"booths": ["1/C"]})).status_code == 200
    await house.number()
    return house


async def test_an_organizer_gets_every_booth_with_who_has_it(fair: House) -> None:
    for who in (ORGANIZER, ADMIN, SERVICE):
        rows = await table(fair, who, "booths", fair="expo")
        assert [(row["Booth"], row["State"], row["Exhibitor"], row["Co-exhibitors"]) for row in rows] == [
            ("A-2", "Reserved", "Acme", "'=cmd()"),
            ("A-10", "Reserved", "Acme", "'=cmd()"),
            ("B", "Free", "", ""),
            ("C", "Blocked", "", ""),
        ]
        assert all(row["Last changed (Asia/Shanghai)"].startswith("2027-01-01 08:00") for row in rows), rows


async def test_others_get_who_has_a_booth_only_where_it_is_theirs(fair: House) -> None:
    for who, holders in ((ACME, ["Acme", "Acme", "", ""]), (exhibitor("beta"), ["Acme", "Acme", "", ""])):
        assert [row["Exhibitor"] for row in await table(fair, who, "booths", fair="expo")] == holders
    for stranger in (OTHER, STRANGER):
        rows = await table(fair, stranger, "booths", fair="expo")
        assert {(row["Exhibitor"], row["Co-exhibitors"], row["Reservation"]) for row in rows} == {("", "", "")}


async def test_who_has_a_booth_is_not_sought_among_what_has_ended(fair: House, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    decode = readers.decode_reservation

    def noting(document: Document) -> Reservation:
        read.append(document["exhibitor"])
        return decode(document)

    monkeypatch.setattr(readers, "decode_reservation", noting)
    await table(fair, ORGANIZER, "booths", fair="expo")
    assert read == ["acme"]


async def test_reservations_are_those_that_the_asker_may_see(fair: House) -> None:
    rows = await table(fair, ORGANIZER, "reservations", fair="expo")
    assert [(row["Exhibitor id"], row["State"], row["Booths"], row["Area, m²"]) for row in rows] == [
        ("other", "Cancelled", "1/B", "12.0"),
        ("acme", "Confirmed", "1/A-2; 1/A-10", "24.0"),
    ]
    assert rows[0]["Exhibitor"] == "other", "by its id while its name is not known"
    assert [row["Exhibitor id"] for row in await table(fair, OTHER, "reservations", fair="expo")] == ["other"]
    assert await table(fair, STRANGER, "reservations", fair="expo") == []


async def test_what_it_costs_is_a_plain_number_with_its_currency(house: House) -> None:
    await house.open_fair("A", rates=[{"per_m2_minor": 123_45}], currency="CNY")
    acme = await house.http(ACME)
    body = {"fair": "expo", "booths": ["1/A"], "exhibitor": "acme"}
    assert (await acme.post("/reservations", json=body)).status_code == 201
    [row] = await table(house, ACME, "reservations", fair="expo")
    assert (row["Amount"], row["Currency"]) == ("1481.40", "CNY")


async def test_a_workbook_says_the_same_in_the_asker_s_language(fair: House) -> None:
    lan = Principal("lan", Role.EXHIBITOR, exhibitor="acme", language="zh-CN")
    answer = await (await fair.http(lan)).get("/downloads/booths", params={"fair": "expo", "format": "xlsx"})
    assert answer.status_code == 200
    assert "filename*=UTF-8''%E5%B1%95%E4%BD%8D-expo.xlsx" in answer.headers["content-disposition"]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    heading, first, *_ = sheet.iter_rows(values_only=True)
    assert heading[:3] == ("展位号", "展馆", "面积（平方米）")
    assert first[:7] == ("A-2", "1", 12.0, 0, "已预订", "顶点", "=cmd()")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


async def test_bookings_of_spaces_have_a_row_for_each_space_and_time(house: House) -> None:
    await house.open_venue()
    booker = await house.http(BOOKER)
    assert (await booker.post("/space-bookings", json=HALL)).status_code == 201
    for who in (BOOKER, ORGANIZER):
        [row] = await table(house, who, "space-bookings", venue="centre")
        assert (row["Title"], row["Space"], row["State"]) == ("'=HYPERLINK(1)", "hall-1", "Definite")
        assert row["From (Asia/Shanghai)"] == "2027-06-10 09:00:00"
    assert await table(house, STRANGER, "space-bookings", venue="centre") == []
    refused = await (await house.http(ACME)).get("/downloads/space-bookings", params={"venue": "centre"})
    assert refused.status_code == 403


async def test_what_happened_is_searched_as_its_list_is(fair: House) -> None:
    rows = await table(fair, ORGANIZER, "happenings", fair="expo", exhibitor="acme")
    assert [(row["Event"], row["What it is about"], row["Asked for"], row["Asked by"]) for row in rows] == [
        ("reservation.confirmed", "1/A-2; 1/A-10", "confirm", "Exhibitor"),
        ("reservation.held", "1/A-2; 1/A-10", "hold", "Exhibitor"),
    ]
    assert [row["Event"] for row in await table(fair, OTHER, "happenings", fair="expo")] == [
        "reservation.cancelled",
        "reservation.held",
    ]
    client = await fair.http(ORGANIZER)
    assert (await client.get("/downloads/happenings")).status_code == 422


@pytest.mark.parametrize("path", ["booths?fair=none", "reservations?fair=none", "space-bookings?venue=none"])
async def test_of_what_there_is_not_there_is_no_table(house: House, path: str) -> None:
    client = await house.http(ORGANIZER)
    assert (await client.get(f"/downloads/{path}")).status_code == 404
    assert (await client.get(f"/downloads/{path}&format=pdf")).status_code == 422


def test_every_language_has_every_word() -> None:
    english = words_in("en").told
    for language in ("ru", "zh"):
        told = words_in(language).told
        assert told.keys() == english.keys()
        for name, words in english.items():
            if isinstance(words, dict):
                assert told[name].keys() == words.keys()
            else:
                assert ("{zone}" in told[name]) == ("{zone}" in words), name


async def test_a_name_that_is_told_late_does_not_replace_a_newer_one(fair: House) -> None:
    [known] = (await fair.store.load({"exhibitors": ["acme"]}))["exhibitors"].values()
    await fair.tell(state_of("acme", "Acme renamed"))
    again = (await fair.store.load({"exhibitors": ["acme"]}))["exhibitors"]["acme"]
    assert again == known, "the same sequence says the same"
