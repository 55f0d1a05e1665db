"""What booths cost: which rate is a booth's, exact amounts, and that what was shown is what is paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.domain.prices import Price, Rate, amount_minor, last_day, rate_of
from shared.contracts.events import FairClosed, FairPublished, ReservationHeld
from shared.runtime.clock import ManualClock
from tests.builders.rows import outbox_rows

from .house import House, exhibitor, listed, published

ACME = exhibitor("acme")
DAY = date(2027, 1, 1)
EARLY = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("hall", "sides", "on", "per_m2"),
    [
        ("1", 1, DAY, 90),
        ("1", 1, date(2027, 1, 31), 90),
        ("1", 1, date(2027, 2, 1), 100),
        ("1", 2, DAY, 120),
        ("2", 2, DAY, 80),
        ("2", 3, DAY, 70),
    ],
)
def test_the_hall_comes_before_the_sides_and_an_early_rate_before_a_lasting_one(
    hall: str, sides: int, on: date, per_m2: int
) -> None:
    rates = (
        Rate(100),
        Rate(90, until=EARLY),
        Rate(95, until=date(2027, 3, 1)),
        Rate(120, open_sides=2),
        Rate(80, hall="2"),
        Rate(70, hall="2", open_sides=3),
    )
    if on > EARLY:
        rates = tuple(rate for rate in rates if rate.per_m2_minor != 95)
    found = rate_of(rates, hall, sides, on)
    assert found is not None
    assert found.per_m2_minor == per_m2


def test_what_no_rate_fits_has_no_price_and_neither_have_all_together() -> None:
    rates = (Rate(100, hall="1"), Rate(50, hall="2", until=date(2026, 12, 31)))
    assert [rate_of(rates, hall, 1, DAY) for hall in ("1", "2")] == [rates[0], None]
    assert amount_minor(12.0, None) is None
    assert Price("CNY", (100, None)).amount_minor is None
    assert Price("CNY", (100, 0)).amount_minor == 100


@given(st.decimals("0.01", "100000", places=2), st.integers(1, 10**9))
def test_amounts_are_exact_and_rounded_half_up(area: Decimal, per_m2: int) -> None:
    """Held against whole numbers: hundredths of a square metre times minor units."""
    hundredths = int(area * 100) * per_m2
    assert amount_minor(float(area), Rate(per_m2)) == (hundredths + 50) // 100


def test_the_next_change_of_prices_is_the_earliest_last_day_to_come() -> None:
    rates = (Rate(1), Rate(1, until=date(2026, 12, 31)), Rate(1, until=EARLY), Rate(1, until=date(2027, 3, 1)))
    assert last_day(rates, DAY) == EARLY
    assert last_day(rates, date(2027, 3, 2)) is None


def _rates(*rates: dict[str, Any]) -> dict[str, Any]:
    return {"rates": [{"per_m2_minor": 100_00}, *rates]}


@pytest.fixture
async def acme(house: House) -> httpx.AsyncClient:
    early = {"per_m2_minor": 90_00, "until": "2027-01-01"}
    await house.open_fair("A", "B", "C", **_rates(early, {"per_m2_minor": 150_00, "open_sides": 3}))
    await house.tell(listed("C").model_copy(update={"open_sides": 3, "area_m2": 10.5}))
    await house.number()
    return await house.http(ACME)


def _wish(*booths: str, **more: Any) -> dict[str, Any]:
    return {"fair": "expo", "booths": [f"1/{booth}" for booth in booths], "exhibitor": "acme", **more}


async def test_prices_are_told_booth_by_booth_with_the_day_until_which_they_hold(acme: httpx.AsyncClient) -> None:
    body = (await acme.get("/fairs/expo/prices")).json()
    assert (body["currency"], body["until"]) == ("CNY", "2027-01-01")
    assert {one["booth"]: one["amount_minor"] for one in body["booths"]} == {
        "1/A": 108_000,
        "1/B": 108_000,
        "1/C": 157_500,
    }


async def test_the_day_changes_at_midnight_of_the_venue(house: House, acme: httpx.AsyncClient) -> None:
    assert isinstance(house.clock, ManualClock)
    house.advance(hours=15, minutes=59, seconds=59)  # 23:59:59 in Shanghai
    early = (await acme.get("/fairs/expo/prices")).json()["booths"][0]["amount_minor"]
    house.advance(seconds=1)
    late = (await acme.get("/fairs/expo/prices")).json()
    assert (early, late["booths"][0]["amount_minor"], late["until"]) == (108_000, 120_000, None)


async def test_an_offer_counts_what_is_free_and_begins_at_the_cheapest_free_booth(
    house: House, acme: httpx.AsyncClient
) -> None:
    await acme.post("/reservations", json=_wish("A", "B"))
    offer = (await acme.get("/fairs/expo/offer")).json()
    del offer["server_now"]
    assert offer == {"fair": "expo", "open": True, "booths": 3, "free": 1, "currency": "CNY", "from_minor": 157_500}
    await house.tell(FairClosed(fair="expo"))
    closed = (await acme.get("/fairs/expo/offer")).json()
    assert (closed["open"], closed["free"], closed["from_minor"]) == (False, 0, None)


async def test_a_hold_keeps_its_price_whatever_the_rates_become(house: House, acme: httpx.AsyncClient) -> None:
    held = (await acme.post("/reservations", json=_wish("C", "A"))).json()
    price = {
        "currency": "CNY",
        "amount_minor": 265_500,
        "booths": [{"booth": "1/C", "amount_minor": 157_500}, {"booth": "1/A", "amount_minor": 108_000}],
    }
    assert held["price"] == price
    await house.tell(FairPublished.model_validate({**published().model_dump(), **_rates()}))
    house.advance(minutes=1)
    confirmed = (await acme.post(f"/reservations/{held['id']}/confirm")).json()
    assert confirmed["price"] == price
    [told] = await outbox_rows(house.store, type=ReservationHeld.type_)
    said = ReservationHeld.model_validate_json(told.data or b"").price
    assert said is not None
    assert (said.amount_minor, said.booths[0].booth) == (265_500, "expo/1/C")


async def test_who_saw_another_price_is_told_so_and_holds_nothing(house: House, acme: httpx.AsyncClient) -> None:
    refused = await acme.post("/reservations", json=_wish("A", amount_minor=107_999))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:pavilion:problem:price-changed")
    assert "is 108000 now, not 107999" in refused.json()["detail"]
    assert (await acme.get("/fairs/expo/offer")).json()["free"] == 3
    held = await acme.post("/reservations", json=_wish("A", amount_minor=108_000))
    assert held.status_code == 201, held.text


async def test_a_fair_that_tells_no_prices_holds_all_the_same(house: House) -> None:
    await house.open_fair("A")
    client = await house.http(ACME)
    assert (await client.get("/fairs/expo/prices")).json()["booths"] == []
    assert (await client.get("/fairs/expo/offer")).json()["from_minor"] is None
    refused = await client.post("/reservations", json=_wish("A", amount_minor=1))
    assert refused.json()["type"] == "urn:pavilion:problem:price-changed"
    assert (await client.post("/reservations", json=_wish("A"))).json()["price"] is None


@pytest.mark.parametrize("route", ["prices", "offer"])
async def test_there_are_no_prices_where_there_is_no_fair(house: House, route: str) -> None:
    client = await house.http(ACME)
    assert (await client.get(f"/fairs/nowhere/{route}")).status_code == 404


async def test_a_price_is_no_business_of_co_exhibitors(house: House, acme: httpx.AsyncClient) -> None:
    held = (await acme.post("/reservations", json=_wish("A", co_exhibitors=["beta"]))).json()
    await house.number()
    beta = await house.http(exhibitor("beta"))
    seen = [
        (await beta.get(f"/reservations/{held['id']}")).json(),
        (await beta.get("/reservations")).json()["reservations"][0],
        (await beta.get(f"/reservations/{held['id']}/history")).json()["events"][0]["event"]["data"],
        (await beta.get("/happenings", params={"fair": "expo"})).json()["happenings"][0]["event"]["data"],
    ]
    assert [one["price"] for one in seen] == [None] * 4
    table = (await beta.get("/downloads/reservations", params={"fair": "expo"})).text
    assert (held["id"] in table, "1080" in table) == (True, False)
    own = (await acme.get("/happenings", params={"fair": "expo"})).json()["happenings"][0]
    assert own["event"]["data"]["price"]["amount_minor"] == 108_000


async def test_who_is_left_out_or_admitted_finds_the_event_that_says_so(house: House, acme: httpx.AsyncClient) -> None:
    held = (await acme.post("/reservations", json=_wish("A", co_exhibitors=["beta"]))).json()
    await acme.post(f"/reservations/{held['id']}/co-exhibitors", json={"exhibitors": []})
    await acme.post(f"/reservations/{held['id']}/admissions", json={"exhibitor": "gamma"})
    await house.number()
    for who, kind in (("beta", "co_exhibitors_changed"), ("gamma", "admitted")):
        client = await house.http(exhibitor(who))
        newest = (await client.get("/happenings", params={"fair": "expo"})).json()["happenings"][0]
        assert newest["event"]["type"] == f"pavilion.booking.reservation.{kind}.v1"
