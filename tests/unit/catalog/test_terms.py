"""A fair's price list, deadlines and product groups: what is taken, what is told, and what is refused at its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.catalog.domain.terms import RATES_MAX
from tests.unit.catalog.kit import FAIR, Catalog, fair_settings

ROW = {"per_m2_minor": 118_000}
CORNER = {"per_m2_minor": 128_000, "hall": "N1", "open_sides": 2, "until": "2027-01-31"}
DESIGNS = {"day": "2027-04-15", "name": {"en": "Stand designs are due", "ru": "Сдать проекты стендов"}}
TEA = {"code": "21", "name": {"en": "Tea", "zh": "茶", "ru": "Чай"}}
BUILD_UP = {"day": "2027-05-07", "name": {"en": "Build-up begins"}}


async def put(catalog: Catalog, **settings: Any) -> Any:
    return await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(**settings))


async def test_rates_and_deadlines_come_back_as_they_were_given_and_deadlines_by_day(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await put(catalog, rates=[ROW, CORNER], deadlines=[BUILD_UP, DESIGNS])
    assert answer.status_code == 200, answer.text
    shown = (await catalog.ask("GET", f"/fairs/{FAIR}")).json()
    assert shown["rates"] == [{"hall": None, "open_sides": None, "until": None, **ROW}, CORNER]
    assert shown["deadlines"] == [DESIGNS, BUILD_UP]


async def test_a_published_fairs_new_rates_are_told(catalog: Catalog) -> None:
    await catalog.fair(publish=True)
    await put(catalog, rates=[CORNER], deadlines=[DESIGNS])
    last = (await catalog.told())[-1]
    assert (last["type"], last["data"]["rates"], last["data"]["deadlines"]) == ("fair.published", [CORNER], [DESIGNS])


@pytest.mark.parametrize(
    ("settings", "field", "remedy"),
    [
        ({"rates": [ROW, {"per_m2_minor": 0, "hall": "N1"}]}, "rates.1.per_m2_minor", "minor units"),
        ({"rates": [{**ROW, "open_sides": 5}]}, "rates.0.open_sides", "0 to 4"),
        ({"rates": [{**ROW, "until": "2027-05-14"}]}, "rates.0.until", "leave it out"),
        ({"rates": [CORNER, ROW, {**CORNER, "per_m2_minor": 1}]}, "rates.2", "one of them"),
        ({"rates": [{**ROW, "hall": str(n)} for n in range(RATES_MAX + 1)]}, "rates", str(RATES_MAX)),
        ({"deadlines": [{"day": "2027-04-15", "name": {}}]}, "deadlines.0.name", ""),
        ({"deadlines": [DESIGNS] * 51}, "deadlines", "50"),
        ({"product_groups": [{"code": "2 1", "name": {"en": "Tea"}}]}, "product_groups.0.code", "without a space"),
        ({"product_groups": [TEA, TEA]}, "product_groups.1.code", "leave one"),
        ({"product_groups": [{"code": "21", "name": {}}]}, "product_groups.0.name", ""),
    ],
)
async def test_what_is_wrong_is_named_with_its_place_and_nothing_changes(
    catalog: Catalog, settings: dict[str, Any], field: str, remedy: str
) -> None:
    await catalog.fair()
    answer = await put(catalog, **settings)
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["items"]
    assert error["field"] == field
    assert remedy in error["remedy"]
    assert (await catalog.ask("GET", f"/fairs/{FAIR}")).json()["rates"] == []


async def test_an_early_rate_may_hold_until_the_fairs_last_day(catalog: Catalog) -> None:
    await catalog.fair()
    last = date.fromisoformat(fair_settings()["ends"])
    assert (await put(catalog, rates=[{**ROW, "until": last.isoformat()}])).status_code == 200


async def test_exhibitors_are_found_by_their_product_group(catalog: Catalog) -> None:
    await catalog.fair()
    await put(catalog, product_groups=[TEA])
    table = "name,stands,category_codes\nAltai Honey,N1/A-1,22\nTian Shan Tea,N1/A-2,21 22\nUrumqi Tea,N1/A-3,21\n"
    assert (await catalog.put_table(table)).status_code == 200
    found = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params={"group": "21", "limit": 1})).json()
    assert [one["stands"] for one in found["items"]] == [["N1/A-2"]]
    query = {"group": "21", "limit": 1, "cursor": found["cursor"]}
    more = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params=query)).json()
    assert ([one["name"] for one in more["items"]], more["cursor"]) == (["Urumqi Tea"], None)
    both = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params={"group": "21", "q": "tian"})).json()
    assert [one["name"] for one in both["items"]] == ["Tian Shan Tea"]
    assert (await catalog.ask("GET", f"/fairs/{FAIR}")).json()["product_groups"] == [TEA]
