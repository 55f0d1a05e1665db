"""Who has which booth, and how the sale goes, over HTTP: for those who run the fair."""

from __future__ import annotations

from typing import Any

import pytest

from services.booking.app.sales import SalesBody, TakenPage
from services.booking.queries import sales
from shared.runtime.auth import Principal

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor
from .stories import reserved_story


async def asked(house: House, path: str, who: Principal = ORGANIZER) -> dict[str, Any]:
    answer = await (await house.http(who)).get(f"/fairs/expo/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    told: dict[str, Any] = answer.json()
    return told


async def test_the_story_of_a_sale_is_counted(house: House) -> None:
    await reserved_story(house)
    told = await asked(house, "sales")
    SalesBody.model_validate(told)
    assert (told["time_zone"], told["currency"], told["complete"]) == ("Asia/Shanghai", "CNY", True)
    [day] = told["days"]
    moved = {name: day[name]["booths"] for name in ("held", "confirmed", "sold", "cancelled", "expired")}
    assert moved == {"held": 5, "confirmed": 3, "sold": 1, "cancelled": 1, "expired": 1}
    assert {name: tally["booths"] for name, tally in day["standing"].items()} == {"held": 1, "reserved": 1, "sold": 1}
    [hall] = told["halls"]
    states = ("free", "held", "reserved", "sold", "blocked")
    assert [hall[state]["booths"] for state in states] == [2, 1, 1, 1, 1]
    assert sum(hall[state]["area_m2"] for state in states) == 72.0
    assert [(size["over_m2"], size["up_to_m2"]) for size in told["sizes"]][-1] == (72.0, None)
    assert [sum(size[state]["booths"] for state in states) for size in told["sizes"]] == [0, 6, 0, 0, 0]
    assert (await asked(house, "sales?hall=2"))["days"][0]["held"]["booths"] == 0


async def test_who_has_which_booth_is_told_with_since_when(house: House) -> None:
    await reserved_story(house)
    told = await asked(house, "taken")
    TakenPage.model_validate(told)
    shown = {one["booth"]: (one["state"], one["exhibitor"], one["reason"]) for one in told["taken"]}
    assert shown == {
        "1/A": ("sold", "acme", ""),
        "1/B": ("reserved", "beta", ""),
        "1/C": ("held", "acme", ""),
        "1/F": ("blocked", None, "a pillar"),
    }
    by_booth = {one["booth"]: one for one in told["taken"]}
    client = await house.http(ORGANIZER)
    reservation = (await client.get(f"/reservations/{by_booth['1/A']['reservation']}")).json()
    assert by_booth["1/A"]["since"] == reservation["sold_at"] > reservation["confirmed_at"] > reservation["held_at"]
    assert by_booth["1/F"]["since"] is not None
    assert by_booth["1/C"]["until"] is not None


@pytest.mark.parametrize("path", ["taken", "sales"])
async def test_both_are_for_those_who_run_the_fair(house: House, path: str) -> None:
    await reserved_story(house)
    for who, status in ((ADMIN, 200), (SERVICE, 200), (STRANGER, 403), (exhibitor("acme"), 403)):
        answer = await (await house.http(who)).get(f"/fairs/expo/{path}")
        assert answer.status_code == status, (who, answer.text)
    assert (await (await house.http(ORGANIZER)).get(f"/fairs/nowhere/{path}")).status_code == 404


async def test_days_that_end_before_they_begin_are_refused(house: House) -> None:
    await house.open_fair("A")
    answer = await (await house.http(ORGANIZER)).get("/fairs/expo/sales?since=2027-02-02&until=2027-02-01")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")
    answer = await (await house.http(ORGANIZER)).get("/fairs/expo/sales?until=0001-01-01")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.until")


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31"])
async def test_days_before_any_calendar_of_fairs_are_refused(house: House, day: str) -> None:
    await house.open_fair("A")
    answer = await (await house.http(ORGANIZER)).get(f"/fairs/expo/sales?since={day}&until={day}")
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (422, "invalid-request")
    assert [error["field"] for error in answer.json()["errors"]] == ["query.since", "query.until"]
    assert all(error["remedy"] for error in answer.json()["errors"])


async def test_days_to_come_are_none(house: House) -> None:
    await house.open_fair("A")
    assert (await asked(house, "sales?since=2999-12-31&until=2999-12-31"))["days"] == []


async def test_where_many_wait_for_a_count_one_more_is_asked_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.open_fair("A")
    monkeypatch.setattr(sales, "_WAITING_MAX", 0)
    answer = await (await house.http(ORGANIZER)).get("/fairs/expo/sales")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
