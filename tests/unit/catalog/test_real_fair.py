"""A real fair's thirteen halls and exhibitor list, as they are."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.builders.real_fair import floor_plans
from tests.unit.catalog.kit import FAIR, Catalog, venue


async def test_the_real_plans_come_in_with_their_known_oddities(catalog: Catalog, real_fair: Path) -> None:
    await catalog.fair()
    plans = floor_plans(real_fair)
    sizes = {hall: json.loads(body)["properties"]["size_m"] for hall, body in plans.items()}
    halls = [{"hall": hall, "width_m": width, "depth_m": depth} for hall, (width, depth) in sizes.items()]
    assert (await catalog.ask("PUT", "/venues/steppe-centre", json=venue() | {"halls": halls})).status_code == 200
    reports = {}
    for hall, body in plans.items():
        answer = await catalog.put_plan(body, hall=hall)
        assert answer.status_code == 200, answer.text
        reports[hall] = answer.json()
    warnings = [warning["field"] for report in reports.values() for warning in report["warnings"]]
    joint = [stand for report in reports.values() for stand in report["joint_stands"]]
    assert len(plans) == 13
    assert sum(report["counts"]["created"] for report in reports.values()) == 998
    assert (warnings.count("area_m2"), warnings.count("number"), len(warnings)) == (26, 5, 31)
    assert sum(len(stand["parts"]) for stand in joint) == 215

    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    told = await catalog.told()
    listed = {event["key"]: event["data"] for event in told if event["type"] == "booth.listed"}
    assert (len(told), len(listed), {event["seq"] for event in told}) == (999, 998, {1})
    assert sum(len(booth["parts"]) for booth in listed.values()) == 215
    for booth in listed.values():
        assert all(booth["booth"] in listed[part]["part_of"] for part in booth["parts"])
        assert all(booth["booth"] in listed[whole]["parts"] for whole in booth["part_of"])

    for hall, body in plans.items():
        counts = (await catalog.put_plan(body, hall=hall)).json()["counts"]
        assert counts == reports[hall]["counts"] | {"created": 0, "unchanged": reports[hall]["counts"]["created"]}
    assert len(await catalog.told()) == 999


async def test_the_real_list_comes_in_twice_and_is_told_once(catalog: Catalog, real_fair: Path) -> None:
    table = (real_fair / "exhibitors.csv").read_bytes()
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    stands = [stand.strip() for row in rows for stand in row["stands"].split(";") if stand.strip()]
    await catalog.fair(halls=sorted({stand.partition("/")[0] for stand in stands}))
    answer = await catalog.put_table(table)
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"] == {"created": 1783, "changed": 0, "unchanged": 0, "withdrawn": 0}
    assert len(answer.json()["warnings"]) == 4
    assert (await catalog.put_table(table)).json()["counts"]["unchanged"] == 1783
    assert len(await catalog.told()) == len(await catalog.told(topic="pavilion.catalog.exhibitors.v1")) == 1783
    page = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params={"q": "sega"})).json()
    assert "SEGA Europe" in {entry["name"] for entry in page["items"]}
