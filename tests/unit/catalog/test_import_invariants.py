"""Whatever faults a plan or a table holds, each is found at its place and nothing else is."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from services.catalog.adapters import plan_files
from services.catalog.adapters.geojson import write_document
from services.catalog.adapters.geometry import PlaneGeometry
from services.catalog.adapters.tables import read_exhibitors
from services.catalog.domain.booths import canonical, part_and_whole
from services.catalog.domain.plans import Plan, difference
from services.catalog.domain.venues import Hall
from tests.unit.catalog.kit import FAIR, UNHURRIED, feature, plan, rectangle

COLUMNS, ROWS = 8, 6
HALL = Hall("N1", {}, COLUMNS * 6.0, ROWS * 6.0)
GEOMETRY = PlaneGeometry()

PLANTED = ("twice", "nameless", "bow tie", "flat", "outside", "overlap", "point", "open", "not numbers", "area")


def read(body: Any) -> plan_files.PlanFile:
    return plan_files.read(json.dumps(body).encode(), FAIR, "N1", HALL, GEOMETRY)


def cell(at: int) -> tuple[float, float]:
    """The corner of the `at`-th cell of the grid; booths of 4 by 3 in cells of 6 by 6 touch nobody."""
    return (at % COLUMNS) * 6.0, (at // COLUMNS) * 6.0


def spoilt(at: int, fault: str) -> tuple[dict[str, Any], str]:
    """A booth with a planted fault, and the field in which it must be found."""
    x, y = cell(at)
    number, good = f"A-{at}", rectangle(x, y)
    ring = good["coordinates"][0]
    match fault:
        case "twice":
            return feature("A-0", good), "number"
        case "nameless":
            return feature("", good), "number"
        case "bow tie":
            geometry: Any = {"type": "Polygon", "coordinates": [[ring[0], ring[2], ring[1], ring[3], ring[0]]]}
        case "flat":
            geometry = {"type": "Polygon", "coordinates": [[ring[0], ring[1], ring[0], ring[1], ring[0]]]}
        case "outside":
            geometry = rectangle(-4.5 - at, y)
        case "overlap":
            geometry = rectangle(2, 1.5)
        case "point":
            geometry = {"type": "Point", "coordinates": ring[0]}
        case "open":
            geometry = {"type": "Polygon", "coordinates": [ring[:-1]]}
        case "not numbers":
            geometry = {"type": "Polygon", "coordinates": [[["x", 0], *ring[1:]]]}
        case _:
            return feature(number, good, area_m2="12"), "area_m2"
    return feature(number, geometry), "geometry"


faults = st.dictionaries(st.integers(1, COLUMNS * ROWS - 1), st.sampled_from(PLANTED), max_size=8).filter(
    lambda planted: list(planted.values()).count("overlap") <= 1 and list(planted.values()).count("outside") <= 1
)


@settings(UNHURRIED, max_examples=100)
@given(faults)
def test_every_planted_fault_is_found_where_it_is_and_no_other(planted: dict[int, str]) -> None:
    features, expected = [], []
    for at in range(COLUMNS * ROWS):
        if at in planted:
            booth, field = spoilt(at, planted[at])
            number = booth["properties"]["number"]
            expected.append((f"feature {at + 1} ({number})" if number else f"feature {at + 1}", field))
        else:
            booth = feature(f"A-{at}", rectangle(*cell(at)))
        features.append(booth)
    result = read(plan(*features))
    assert sorted((finding.at, finding.field) for finding in result.errors) == sorted(expected)
    assert (result.plan is None) == bool(planted)


boxes = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 12), st.integers(1, 12), st.integers(1, 10)), min_size=1, max_size=12
)


@settings(UNHURRIED, max_examples=100)
@given(boxes)
def test_outlines_anywhere_are_parts_overlaps_or_apart_as_their_areas_say(corners: list[tuple[int, ...]]) -> None:
    shapes = [shapely.box(x, y, x + w, y + d) for x, y, w, d in corners]
    result = read(plan(*(feature(f"A-{at:02}", rectangle(*corner)) for at, corner in enumerate(corners))))
    partly, inside = set(), 0
    for one in range(len(shapes)):
        for two in range(one + 1, len(shapes)):
            shared = shapes[one].intersection(shapes[two]).area
            if shared and shared < 0.95 * min(shapes[one].area, shapes[two].area):
                partly.add(f"feature {two + 1} (A-{two:02})")
            inside += bool(shared)
    assert {finding.at for finding in result.errors} == partly
    if result.plan is not None:
        booths = {booth.number: booth for booth in result.plan.booths}
        assert sum(len(booth.parts) for booth in booths.values()) == inside
        for booth in booths.values():
            assert all(booth.number in booths[part].part_of for part in booth.parts)
            assert booth.number not in booth.parts + booth.part_of


@settings(UNHURRIED, max_examples=60)
@given(st.sets(st.integers(0, COLUMNS * ROWS - 1), min_size=1), st.integers(0, 4), st.booleans())
def test_a_plan_read_written_and_read_again_is_the_same(cells: set[int], turn: int, flip: bool) -> None:
    first = read(plan(*(feature(f"A-{at}", rectangle(*cell(at))) for at in cells))).plan
    assert isinstance(first, Plan)
    document = json.loads(json.dumps(write_document(first)))
    for booth in document["features"]:
        ring = booth["geometry"]["coordinates"][0][:-1]
        ring = ring[turn:] + ring[:turn]
        ring = ring[::-1] if flip else ring
        booth["geometry"]["coordinates"][0] = [*ring, ring[0]]
    second = read(document).plan
    assert isinstance(second, Plan)
    assert difference(first, second).is_empty


@settings(UNHURRIED)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=8, unique=True), st.data())
def test_an_outline_is_the_same_wherever_it_begins_and_whichever_way_it_runs(
    corners: list[tuple[int, int]], data: st.DataObject
) -> None:
    turn, flip = data.draw(st.integers(0, len(corners) - 1)), data.draw(st.booleans())
    other = corners[turn:] + corners[:turn]
    other = other[::-1] if flip else other
    closed = [tuple((float(x), float(y)) for x, y in (*ring, ring[0])) for ring in (corners, other)]
    assert canonical((closed[0],)) == canonical((closed[1],))
    assert Polygon(canonical((closed[0],))[0]).area == Polygon(closed[0]).area


numbers = st.from_regex(r"[A-C]-\d{1,2}[gabcy]?", fullmatch=True)


@settings(UNHURRIED)
@given(numbers, numbers, st.floats(1, 100), st.floats(1, 100), st.floats(0, 1))
def test_which_of_two_stands_is_the_part_does_not_depend_on_their_order(
    one: str, two: str, area: float, other_area: float, share: float
) -> None:
    shared = share * min(area, other_area)
    pair = part_and_whole((one, area), (two, other_area), shared)
    assert pair == part_and_whole((two, other_area), (one, area), shared) or one == two
    assert pair is None or set(pair) == {one, two}


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(
    lambda text: text.strip() != ""
)
rows = st.lists(st.tuples(words, words, st.sampled_from(["", "a@b.example"]), st.sampled_from(["", "zh", "ru", "en"])))


@settings(UNHURRIED)
@given(rows.filter(bool), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_table_that_is_written_rightly_is_read_row_by_row(
    entries: list[tuple[str, str, str, str]], line_end: str, marked: bool
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator=line_end)
    writer.writerows([("name", "country", "email", "language"), *entries])
    body = written.getvalue().encode("utf-8-sig" if marked else "utf-8")
    read_in = read_exhibitors(FAIR, body)
    assert read_in.errors == ()
    assert [draft.fields["email"] for draft in read_in.drafts] == [email or None for _, _, email, _ in entries]
    assert len({draft.id for draft in read_in.drafts}) == len(entries)
    assert [draft.id for draft in read_exhibitors(FAIR, body).drafts] == [draft.id for draft in read_in.drafts]


@settings(UNHURRIED)
@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_a_table_or_a_report(body: bytes) -> None:
    result = read_exhibitors(FAIR, body)
    assert bool(result.errors) != bool(result.drafts)


KEYWORDS = st.sampled_from(["type", "features", "properties", "geometry", "coordinates"])
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "properties", "geometry", "coordinates"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(UNHURRIED)
@given(st.binary(max_size=200) | st.lists(json_values, max_size=3))
def test_any_bytes_at_all_are_a_plan_or_a_report(body: bytes | list[Any]) -> None:
    if isinstance(body, list):
        body = json.dumps({"type": "FeatureCollection", "features": body}).encode()
    result = plan_files.read(body, FAIR, "N1", HALL, GEOMETRY)
    assert bool(result.errors) != (result.plan is not None)
