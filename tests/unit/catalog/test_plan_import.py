"""Floor plan import over HTTP: every fault is found at its place, and a plan without faults comes in whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.catalog.domain.booths import Overlap
from services.catalog.domain.plan_features import RELATED_MAX, Feature, Measured, Measurement, read_plan
from tests.unit.catalog.kit import (
    FAIR,
    Catalog,
    exhibitor,
    feature,
    plan,
    rectangle,
    row_of_booths,
)

BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]}
FLAT = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [8, 0], [4, 0], [0, 0]]]}
OPEN_RING = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4]]]}
TRIANGLE_OF_TWO = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [0, 0]]]}


def ring(*positions: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*positions, positions[0]]]}


def found(answer: Any, kind: str = "errors") -> list[tuple[str, str]]:
    """Where and in which field something was found."""
    return [(finding["at"], finding["field"]) for finding in answer.json()[kind]]


async def test_a_plan_comes_in_and_goes_out_with_its_measures(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(feature("A-1", rectangle(0, 0), area_m2=24), feature("A-2", rectangle(5, 0))))
    assert answer.status_code == 200
    assert answer.json()["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "withdrawn": 0}
    shown = await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")
    assert shown.headers["content-type"] == "application/geo+json"
    first, second = shown.json()["features"]
    assert first["properties"] == {
        "number": "A-1",
        "booth": "N1/A-1",
        "area_m2": 24,
        "outline_area_m2": 12,
        "open_sides": 2,
        "parts": [],
        "part_of": [],
    }
    assert first["geometry"]["coordinates"] == rectangle(0, 0)["coordinates"]
    assert second["properties"]["area_m2"] == 12


async def test_what_was_shown_can_be_imported_again_and_changes_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2"), feature("A-1g", rectangle(0, 0), area_m2=12)))
    shown = await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")
    again = await catalog.put_plan(shown.content)
    assert again.json()["counts"] == {"created": 0, "changed": 0, "unchanged": 3, "withdrawn": 0}
    etag = (await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")).headers["etag"]
    assert etag == shown.headers["etag"] == '"v1"'


async def test_a_dry_run_reports_and_writes_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(*row_of_booths("A-1")), params={"dry_run": "true"})
    assert (answer.json()["dry_run"], answer.json()["counts"]["created"]) == (True, 1)
    assert (await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")).status_code == 404


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "not a polygon"),
        ({"type": "Point", "coordinates": [1, 1]}, "not a polygon but Point"),
        ({"type": "MultiPolygon", "coordinates": [rectangle(0, 0)["coordinates"]]}, "not a polygon but MultiPolygon"),
        ({"type": "Polygon", "coordinates": []}, "without rings"),
        ({"type": "Polygon"}, "without rings"),
        ({"type": "Polygon", "coordinates": [7]}, "fewer than 4 positions"),
        (TRIANGLE_OF_TWO, "fewer than 4 positions"),
        (OPEN_RING, "not closed"),
        (BOW_TIE, "crosses itself at ("),
        (FLAT, "has no area"),
        (rectangle(0, 0, 0.05, 0.05), "has no area"),
        (ring([0, 0], ["4", 0], [4, 4]), "is no position"),
        (ring([0, 0], [True, 0], [4, 4]), "is no position"),
        (ring([0, 0], [None, 0], [4, 4]), "is no position"),
        (ring([0, 0], [4], [4, 4]), "is no position"),
        (ring([0, 0], [float("nan"), 0], [4, 4]), "is no position"),
        (ring([0, 0], [float("inf"), 0], [4, 4]), "is no position"),
        (ring([0, 0], [10**400, 0], [4, 4]), "is no position"),
        (ring([0, 0], [2e6, 0], [4, 4]), "is no place in a hall"),
        (ring(*([0, n] for n in range(2001))), "more than 2000 positions"),
        (rectangle(97, 0), "3.00 m² of it lie outside the hall of 100 m by 60 m"),
        (rectangle(-1, 5), "3.00 m² of it lie outside"),
    ],
)
async def test_a_wrong_outline_is_found_with_its_place(catalog: Catalog, geometry: Any, says: str) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(*row_of_booths("A-1"), feature("B-1", geometry)))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pavilion:problem:floor-plan-invalid")
    assert found(answer) == [("feature 2 (B-1)", "geometry")]
    assert says in answer.json()["errors"][0]["problem"]
    assert answer.json()["errors"][0]["remedy"]


async def test_an_outline_may_have_a_hole_and_heights(catalog: Catalog) -> None:
    await catalog.fair()
    outer, hole = rectangle(0, 0, 10, 10)["coordinates"][0], rectangle(2, 2, 2, 2)["coordinates"][0]
    with_heights = [[x, y, 4.5] for x, y in outer]
    await catalog.put_plan(plan(feature("A-1", {"type": "Polygon", "coordinates": [with_heights, hole]})))
    shown = (await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")).json()
    assert shown["features"][0]["properties"]["outline_area_m2"] == 96
    assert shown["features"][0]["geometry"]["coordinates"] == [outer, hole]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (b"", "", "not JSON: Expecting value at line 1, column 1"),
        (b'{"type": "FeatureCollection",\n "features": [}', "", "at line 2, column 15"),
        (b'{"type": "\xff"}', "", "not UTF-8: byte 0xff at byte 11 of the file"),
        (b"[" * 100_000, "", "not JSON"),
        (b"1" * 5_000, "", "not JSON"),
        (b"[]", "type", "not a FeatureCollection"),
        (b'{"type": "Feature"}', "type", "not a FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "features", "not a list"),
        (b'{"type": "FeatureCollection", "features": []}', "features", "no features"),
        (json.dumps({"type": "FeatureCollection", "features": [0] * 10_001}).encode(), "features", "more than 10000"),
    ],
)
async def test_a_file_that_is_no_plan_is_refused_with_the_reason(
    catalog: Catalog, body: bytes, field: str, says: str
) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["at"], error["field"]) == ("file", field)
    assert says in error["problem"]


async def test_all_faults_of_a_file_are_reported_together(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(
        plan(
            feature("A-1", rectangle(0, 0)),
            feature("A-1", rectangle(5, 0)),
            feature(None, rectangle(10, 0)),
            feature("  ", rectangle(15, 0)),
            feature(["A-4"], rectangle(20, 0)),
            feature("A-5", BOW_TIE | {"coordinates": [[[x, y + 20] for x, y in BOW_TIE["coordinates"][0]]]}),
            feature("A-6", rectangle(98, 0)),
            feature("A-7", rectangle(30, 0)),
            feature("A-8", rectangle(32, 1)),
            feature("A-9", rectangle(40, 0), area_m2="large"),
            feature("A-10", rectangle(45, 0), area_m2=-1),
            {"type": "Polygon"},
            feature("x" * 81, rectangle(50, 0)),
        )
    )
    assert sorted(found(answer)) == sorted(
        [
            ("feature 2 (A-1)", "number"),
            ("feature 3", "number"),
            ("feature 4 (  )", "number"),
            ("feature 5", "number"),
            ("feature 6 (A-5)", "geometry"),
            ("feature 7 (A-6)", "geometry"),
            ("feature 9 (A-8)", "geometry"),
            ("feature 10 (A-9)", "area_m2"),
            ("feature 11 (A-10)", "area_m2"),
            ("feature 12", "type"),
            (f"feature 13 ({'x' * 81})", "number"),
        ]
    )
    assert (await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")).status_code == 404


async def test_oddities_are_warnings_and_the_plan_comes_in(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(
        plan(
            feature("A-1", rectangle(0, 0), area_m2=24),
            feature("---73.5", rectangle(5, 0), area_m2=12),
            feature("Info", rectangle(10, 0), area_m2=11),
            feature("A-011 B-010", rectangle(15, 0), area_m2=13),
        )
    )
    assert answer.status_code == 200
    assert sorted(found(answer, "warnings")) == [
        ("feature 1 (A-1)", "area_m2"),
        ("feature 2 (---73.5)", "number"),
        ("feature 3 (Info)", "number"),
    ]


async def test_a_plan_of_another_hall_or_of_no_known_hall_is_refused(catalog: Catalog) -> None:
    await catalog.fair()
    swapped = await catalog.put_plan(plan(*row_of_booths("A-1"), hall="N2"))
    assert found(swapped) == [("file", "hall")]
    unknown = await catalog.put_plan(plan(*row_of_booths("A-1")), hall="N9")
    assert found(unknown) == [("file", "size_m")]
    nonsense = await catalog.put_plan(plan(*row_of_booths("A-1"), size_m=[0, "x"]), hall="N9")
    assert ("file", "size_m") in found(nonsense)


async def test_a_hall_that_the_venue_does_not_know_takes_its_size_from_the_file(catalog: Catalog) -> None:
    await catalog.fair()
    inside = await catalog.put_plan(plan(*row_of_booths("A-1"), size_m=[4, 3]), hall="N9")
    assert inside.status_code == 200
    outside = await catalog.put_plan(plan(*row_of_booths("A-1"), size_m=[3, 3]), hall="N9")
    assert found(outside) == [("feature 1 (A-1)", "geometry")]


async def test_the_venues_size_of_a_hall_goes_before_the_files(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(*row_of_booths("A-1"), size_m=[3, 3]))
    assert (answer.status_code, found(answer, "warnings")) == (200, [("file", "size_m")])


@pytest.mark.parametrize(
    ("numbers", "whole"),
    [
        (("A-10", "A-10g"), "A-10g"),
        (("A-10g B-9g", "A-10"), "A-10g B-9g"),
        (("A-10", "A-10a"), "A-10"),
        (("A-10y", "A-10"), "A-10"),
        (("A-10a", "A-10g"), "A-10g"),
        (("A-10", "A-20"), "A-20"),
        (("A-20", "A-10"), "A-20"),
    ],
)
async def test_of_stands_on_one_outline_the_numbers_tell_the_joint_stand(
    catalog: Catalog, numbers: tuple[str, str], whole: str
) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(*(feature(number, rectangle(0, 0)) for number in numbers)))
    part = next(number for number in numbers if number != whole)
    assert answer.json()["joint_stands"] == [{"booth": f"N1/{whole}", "parts": [f"N1/{part}"]}]


async def test_parts_are_recognised_over_several_levels(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(
        plan(
            feature("P-1", rectangle(0, 0, 40, 20)),
            feature("P-2", rectangle(0, 0, 20, 20)),
            feature("P-3", rectangle(0, 0, 5, 5)),
            feature("P-4", rectangle(39.9, 0, 2.5, 4)),
            feature("P-5", rectangle(38.05, 10, 2, 4)),
        )
    )
    assert found(answer) == [("feature 4 (P-4)", "geometry")]
    answer = await catalog.put_plan(
        plan(
            feature("P-1", rectangle(0, 0, 40, 20)),
            feature("P-2", rectangle(0, 0, 20, 20)),
            feature("P-3", rectangle(0, 0, 5, 5)),
            feature("P-5", rectangle(38.05, 10, 2, 4)),
        )
    )
    assert answer.json()["joint_stands"] == [
        {"booth": "N1/P-1", "parts": ["N1/P-2", "N1/P-3", "N1/P-5"]},
        {"booth": "N1/P-2", "parts": ["N1/P-3"]},
    ]


async def test_walls_shared_and_slivers_are_no_overlap(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(
        plan(feature("A-1", rectangle(0, 0)), feature("A-2", rectangle(4, 0)), feature("A-3", rectangle(7.998, 0)))
    )
    assert (answer.status_code, answer.json()["joint_stands"]) == (200, [])


async def test_a_plan_crowded_with_outlines_is_refused_in_bounded_time(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(*(feature(f"A-{n}", rectangle(0, 0)) for n in range(600))))
    assert answer.status_code == 422
    assert found(answer) == [("file", "features")]


def nest(inside: int) -> list[dict[str, Any]]:
    """An outline with small stands in it."""
    small = [feature(f"A-{at}", rectangle(1 + at % 90, 1 + at // 90, 0.9, 0.9)) for at in range(inside)]
    return [*small, feature("J-1", rectangle(0, 0, 95, 20))]


async def test_an_outline_over_more_stands_than_an_event_can_name_is_refused_by_name(catalog: Catalog) -> None:
    await catalog.fair()
    assert (await catalog.put_plan(plan(*nest(RELATED_MAX)))).status_code == 200
    answer = await catalog.put_plan(plan(*nest(RELATED_MAX + 1)))
    assert answer.status_code == 422
    assert found(answer) == [(f"feature {RELATED_MAX + 2} (J-1)", "geometry")]
    [error] = answer.json()["errors"]
    assert (error["problem"], "500" in error["remedy"]) == ("holds 501 other stands", True)


def test_a_stand_inside_more_outlines_than_an_event_can_name_is_refused_by_name() -> None:
    deep = read_plan(
        [Feature(at + 1, f"A-{at}", None, ((),)) for at in range(RELATED_MAX + 2)],
        Measurement(
            tuple(Measured(1.0 if at == 0 else 1000.0, 1000.0, 0.0) for at in range(RELATED_MAX + 2)),
            tuple(Overlap(0, at, 1.0) for at in range(1, RELATED_MAX + 2)),
        ),
        100,
        100,
    )
    assert [(error.at, error.problem) for error in deep.errors] == [("feature 1 (A-0)", "lies inside 501 other stands")]


async def test_a_report_without_end_is_cut_and_says_so(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(*(feature(None, None) for _ in range(800))))
    errors = answer.json()["errors"]
    assert (len(errors), errors[-1]["problem"]) == (1_001, "600 more findings are not listed")


async def test_who_is_not_asked_does_not_see_a_report(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_plan(plan(), by=exhibitor("somebody"))
    assert answer.status_code == 403
    assert (await catalog.ask("PUT", "/fairs/none/halls/N1/floor-plan", content=b"{}")).status_code == 404


async def test_a_file_is_checked_before_its_hall_or_its_fair_is_entered(catalog: Catalog) -> None:
    size = {"dry_run": "true", "width_m": "100", "depth_m": "60"}
    good = await catalog.put_plan(plan(feature("A-1", rectangle(0, 0))), hall="N7", params=size)
    assert good.status_code == 200
    assert good.json()["dry_run"] is True
    bad = await catalog.put_plan(plan(feature("A-1", BOW_TIE)), hall="N7", params=size)
    assert (bad.status_code, bad.json()["type"]) == (422, "urn:pavilion:problem:floor-plan-invalid")
    table = await catalog.put_table("nam\nAltai\n", params={"dry_run": "true"})
    assert (table.status_code, table.json()["type"]) == (422, "urn:pavilion:problem:exhibitors-invalid")
    assert (await catalog.put_plan(plan(feature("A-1", rectangle(0, 0))), hall="N7")).status_code == 404
    await catalog.fair()
    known = await catalog.put_plan(plan(feature("A-1", rectangle(0, 0))), hall="N7", params=size)
    assert known.status_code == 200
    assert (await catalog.ask("GET", f"/fairs/{FAIR}/halls/N7/floor-plan")).status_code == 404
