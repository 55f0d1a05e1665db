"""Claims on an atom's calendar: who clashes, on which pages they meet, and who is before whom."""

from __future__ import annotations

import pytest

from services.booking.domain.spaces.calendar import WEEK, Claim, Standing, clash, rank_of


def claim(
    name: str, start: int, end: int, *, before: int = 0, after: int = 0, order: int = 0, standing: int = Standing.OPTION
) -> Claim:
    return Claim(name, start, end, before, after, standing, order, 0)


@pytest.mark.parametrize(
    ("gap", "after", "before", "meets"),
    [(0, 0, 0, False), (29, 30, 0, True), (30, 30, 0, False), (29, 0, 30, True), (30, 10, 30, False), (9, 10, 5, True)],
)
def test_the_larger_of_two_neighbours_needs_lies_between_them(gap: int, after: int, before: int, meets: bool) -> None:
    one, other = claim("a", 0, 60, after=after), claim("b", 60 + gap, 120 + gap, before=before)
    assert clash(one, other) is clash(other, one) is meets


def test_a_booking_does_not_clash_with_itself() -> None:
    assert not clash(claim("a", 0, 60), claim("a", 30, 90))


@pytest.mark.parametrize(("after", "before"), [(60, 0), (0, 60)])
def test_whoever_could_clash_meets_on_a_page(after: int, before: int) -> None:
    one, other = claim("a", WEEK - 90, WEEK - 30, after=after), claim("b", WEEK + 10, WEEK + 60, before=before)
    assert clash(one, other)
    assert set(one.weeks) & set(other.weeks)


def test_a_claim_stands_on_no_page_that_it_does_not_touch() -> None:
    assert list(claim("a", 0, WEEK).weeks) == [0]
    assert list(claim("a", WEEK, WEEK + 1, before=1).weeks) == [0, 1]


def test_a_rank_is_one_more_than_the_most_options_before_it_at_any_minute() -> None:
    waiting = claim("x", 0, 100, order=9)
    first, second = claim("a", 0, 60, order=1), claim("b", 50, 100, order=2)
    assert rank_of(waiting, [first, claim("b", 60, 100, order=2)]) == 2
    assert rank_of(waiting, [first, second]) == 3
    assert rank_of(waiting, [first, second, claim("c", 0, 100, order=10)]) == 3
    assert rank_of(waiting, [first, claim("d", 0, 100, standing=Standing.DEFINITE)]) == 2


def test_one_booking_before_it_counts_once_however_often_it_meets() -> None:
    """Its first claim meets only by its buffer, at the minute at which its second one begins."""
    waiting = claim("x", 60, 100, order=9)
    assert rank_of(waiting, [claim("a", 0, 40, after=30, order=1), claim("a", 60, 80, order=1)]) == 2


def test_of_two_options_in_the_same_place_the_smaller_id_comes_first() -> None:
    one, other = claim("a", 0, 60, order=5), claim("b", 0, 60, order=5)
    assert (rank_of(one, [other]), rank_of(other, [one])) == (1, 2)
