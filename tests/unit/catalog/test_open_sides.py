"""Which sides of a booth are open to a gangway, worked out from the hall's floor plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.adapters.geometry import PlaneGeometry
from services.catalog.domain.booths import Outline
from services.catalog.domain.plan_features import Measurement

HALL = (40.0, 30.0)
# Two rows of three, back to back, the first of which leans on the wall, and one that stands alone.
BLOCK = [(0, 10), (4, 10), (8, 10), (0, 13), (4, 13), (8, 13), (20, 10)]


def outline(x: float, y: float, width: float = 4, depth: float = 3) -> Outline:
    return (((x, y), (x + width, y), (x + width, y + depth), (x, y + depth), (x, y)),)


def sides(*outlines: Outline, hall: tuple[float, float] = HALL) -> list[int]:
    measured: Measurement = PlaneGeometry().measure(outlines, *hall)
    return [one.open_sides for one in measured.outlines]


def test_one_is_open_in_a_row_two_at_a_corner_four_of_an_island_and_none_at_a_wall() -> None:
    assert sides(*(outline(x, y) for x, y in BLOCK)) == [1, 1, 2, 1, 1, 2, 4]


def test_it_does_not_matter_which_way_round_the_corners_come() -> None:
    turned = [((*reversed(ring),),) for (ring,) in (outline(x, y) for x, y in BLOCK)]
    assert sides(*turned) == sides(*(outline(x, y) for x, y in BLOCK))


def test_a_joint_stand_and_its_parts_do_not_close_one_another() -> None:
    assert sides(outline(20, 10, 8), outline(20, 10), outline(24, 10)) == [4, 3, 3]


@pytest.mark.parametrize(("depth", "open_"), [(1, 4), (3, 3)])
def test_a_side_is_open_where_most_of_it_is(depth: float, open_: int) -> None:
    assert sides(outline(10, 10, 4, 4), outline(14, 10, 4, depth))[0] == open_


def test_an_outline_with_a_notch_has_four_sides_all_the_same() -> None:
    corners = ((10.0, 10.0), (16.0, 10.0), (16.0, 13.0), (13.0, 13.0), (13.0, 16.0), (10.0, 16.0), (10.0, 10.0))
    assert sides((corners,)) == [4]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), unique=True, min_size=1, max_size=40))
def test_on_a_grid_a_side_is_open_where_the_next_field_is_empty(fields: list[tuple[int, int]]) -> None:
    """Held against a plain count of empty neighbours."""
    found = sides(*(outline(3 * x, 3 * y, 3, 3) for x, y in fields), hall=(27.0, 27.0))
    for (x, y), count in zip(fields, found, strict=True):
        beside = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        assert count == sum(0 <= a <= 8 and 0 <= b <= 8 and (a, b) not in fields for a, b in beside)
