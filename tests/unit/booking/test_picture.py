"""The picture of a fair's booths: merged by version, the same digest for the same content, changes by their place."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.booking.ports import BoothSeen
from services.booking.queries.picture import Picture

BOOTH = BoothSeen("expo/1/A", "expo", "1/A", "free", 1, 12.0)
heard = st.lists(
    st.builds(
        lambda number, version: replace(BOOTH, id=f"expo/1/{number}", label=f"1/{number}", version=version),
        st.sampled_from("ABCD"),
        st.integers(1, 5),
    ),
    max_size=20,
)


def _picture(booths: list[BoothSeen]) -> Picture:
    picture = Picture("expo")
    for booth in booths:
        picture.merge(booth)
    return picture


@given(heard, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(booths: list[BoothSeen], random: object) -> None:
    shuffled = [*booths, *booths[:3]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = _picture(booths), _picture(shuffled)
    assert (one.tag, one.everything()) == (other.tag, other.everything())


@given(heard, heard)
def test_the_digest_differs_where_the_content_does(booths: list[BoothSeen], others: list[BoothSeen]) -> None:
    one, other = _picture(booths), _picture(others)
    assert (one.tag == other.tag) == (one.everything() == other.everything())


def test_only_a_newer_version_is_taken() -> None:
    picture = _picture([replace(BOOTH, version=3, state="held")])
    assert not picture.merge(replace(BOOTH, version=3, state="free"))
    assert not picture.merge(replace(BOOTH, version=2, state="free"))
    assert json.loads(picture.everything())[0]["state"] == "held"
    assert picture.merge(replace(BOOTH, version=4, state="reserved"))
    assert json.loads(picture.everything())[0]["state"] == "reserved"


def test_a_booth_that_left_the_plan_is_shown_only_while_reserved_but_its_leaving_is_told() -> None:
    picture = _picture([replace(BOOTH, version=2, state="sold", withdrawn=True)])
    assert len(json.loads(picture.everything())) == 1
    picture.merge(replace(BOOTH, version=3, withdrawn=True))
    assert json.loads(picture.everything()) == []
    [left] = json.loads(picture.only([BOOTH.id]))
    assert left["withdrawn"] is True


def test_changes_are_found_by_their_place() -> None:
    picture = Picture("expo")
    for position, booth in [(11, "A"), (12, "B"), (15, "A")]:
        picture.place(booth, position)
    assert sorted(picture.changed_since(0)) == ["A", "B"]
    assert sorted(picture.changed_since(11)) == ["A", "B"]
    assert picture.changed_since(12) == ["A"]
    assert picture.changed_since(15) == []


def test_what_is_asked_for_twice_is_rendered_once() -> None:
    picture = _picture([BOOTH])
    assert picture.everything() is picture.everything()
