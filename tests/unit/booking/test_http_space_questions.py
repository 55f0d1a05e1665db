"""What is free, who has what, how much was used: now, and as it was."""

from __future__ import annotations

from typing import Any

import pytest

from services.booking.app.space_questions import FreeBody, UtilisationBody
from shared.runtime.auth import Principal, Role

from .house import ORGANIZER, STRANGER, House, exhibitor, hall

BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
DAY = {"start": "2027-06-10T00:00", "end": "2027-06-11T00:00"}
HOURS = [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(1, 6)]


@pytest.fixture
async def centre(house: House) -> House:
    await house.open_venue(
        hall("small", capacity={"theatre": 50}, kind="room"),
        hall("large", capacity={"theatre": 300, "banquet": 150}, equipment=["stage"], accessible=True),
        hall("both", "small", "large", capacity={"theatre": 400}, buffer_after_minutes=60),
        opening_hours=HOURS,
    )
    return house


async def book(house: House, space: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    client = await house.http(BOOKER)
    body = {"space": f"centre/{space}", "start": f"2027-06-{start}", "end": f"2027-06-{end}", **more}
    answer = await client.post("/space-bookings", json=body)
    assert answer.status_code == 201, answer.text
    booked: dict[str, Any] = answer.json()
    return booked


async def ask(house: House, question: str, by: Principal = BOOKER, **params: Any) -> dict[str, Any]:
    client = await house.http(by)
    answer = await client.get(f"/venues/centre/{question}", params={**DAY, **params})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def free(house: House, minutes: int = 60, **params: Any) -> dict[str, list[tuple[str, str]]]:
    """By space, the local hours within which it could be had."""
    told = await ask(house, "free", minutes=minutes, **params)
    assert (
        FreeBody.model_validate(told, extra="forbid").model_dump(mode="json", exclude_none=True).keys() == told.keys()
    )
    return {
        one["space"].partition("/")[2]: [(_local(span["start"]), _local(span["end"])) for span in one["free"]]
        for one in told["spaces"]
    }


def _local(moment: str) -> str:
    """The day and hour in Shanghai, which is eight hours ahead."""
    hour = int(moment[11:13]) + 8
    return f"{int(moment[8:10]) + hour // 24}T{hour % 24:02}{moment[13:16]}"


@pytest.mark.parametrize("wish", [{"people": 1_000_000}, {"equipment": ["unicorn"]}, {"space": ["centre/none"]}])
async def test_nothing_fits_what_no_space_offers(centre: House, wish: dict[str, Any]) -> None:
    assert await free(centre, **wish) == {}


@pytest.mark.parametrize("question", ["free", "timeline", "utilisation"])
async def test_a_question_about_a_time_out_of_reach_is_refused_with_its_place(centre: House, question: str) -> None:
    client = await centre.http(ORGANIZER)
    params = {"start": "9999-12-30T00:00", "end": "9999-12-31T00:00", "minutes": 60}
    answer = await client.get(f"/venues/centre/{question}", params=params)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == {"query.start", "query.end"}


async def test_what_is_free_lies_in_the_opening_hours_between_bookings_and_their_buffers(centre: House) -> None:
    assert await free(centre) == {name: [("10T08:00", "10T20:00")] for name in ("small", "large", "both")}
    await book(centre, "small", "10T10:00", "10T12:00")
    assert await free(centre) == {
        "small": [("10T08:00", "10T10:00"), ("10T12:00", "10T20:00")],
        "large": [("10T08:00", "10T20:00")],
        "both": [("10T08:00", "10T09:00"), ("10T12:00", "10T20:00")],
    }
    assert (await free(centre, minutes=120))["both"] == [("10T12:00", "10T20:00")]
    assert await free(centre, minutes=13 * 60) == {}


async def test_what_ends_at_the_windows_start_is_in_the_way_of_a_space_that_must_be_clear_before(house: House) -> None:
    await house.open_venue(hall("room"), hall("clean", "room", buffer_before_minutes=60))
    # 08:00 in Shanghai is where a page of the calendar ends and the next begins.
    await book(house, "room", "10T06:00", "10T08:00")
    assert await free(house, start="2027-06-10T08:00") == {
        "room": [("10T08:00", "11T00:00")],
        "clean": [("10T09:00", "11T00:00")],
    }


async def test_people_equipment_and_kind_choose_the_spaces_that_fit_most_closely_first(centre: House) -> None:
    assert list(await free(centre, people=40)) == ["small", "large", "both"]
    assert list(await free(centre, people=200)) == ["large", "both"]
    assert list(await free(centre, people=100, setup="banquet")) == ["large"]
    assert list(await free(centre, equipment=["stage"])) == ["large"]
    assert list(await free(centre, kind="room")) == ["small"]
    assert list(await free(centre, accessible=True)) == ["large"]
    assert list(await free(centre, space=["centre/both"])) == ["both"]


async def test_a_setup_chooses_also_where_nobody_says_how_many_people(centre: House) -> None:
    assert set(await free(centre, setup="banquet")) == {"large"}


async def test_options_count_as_taken_unless_they_are_looked_over(centre: House) -> None:
    await book(centre, "large", "10T08:00", "10T20:00", state="option")
    assert "large" not in await free(centre)
    assert (await free(centre, over_options=True))["large"] == [("10T08:00", "10T20:00")]
    centre.advance(days=14)
    assert "large" in await free(centre)


async def test_several_days_begin_and_end_while_the_venue_is_open_and_touch_no_closed_day(centre: House) -> None:
    week = {"start": "2027-06-07T00:00", "end": "2027-06-14T00:00"}
    assert (await free(centre, minutes=2 * 24 * 60, **week))["small"] == [("7T09:00", "14T00:00")]
    await book(centre, "small", "09T10:00", "09T12:00")
    assert (await free(centre, minutes=24 * 60, **week))["small"] == [("7T09:00", "9T10:00"), ("9T12:00", "14T00:00")]
    assert "small" not in await free(centre, minutes=4 * 24 * 60, **week)


async def test_a_timeline_shows_times_to_all_and_names_to_the_parties(centre: House) -> None:
    booked = await book(centre, "small", "10T10:00", "10T12:00", title="Secret talks")
    for by, known in ((BOOKER, True), (ORGANIZER, True), (STRANGER, False), (exhibitor("acme"), False)):
        [entry] = (await ask(centre, "timeline", by))["entries"]
        assert (entry["state"], entry["uses"][0]["start"]) == ("definite", "2027-06-10T02:00:00.000Z")
        assert (entry.get("booking") == booked["id"], entry.get("title") == "Secret talks") == (known, known), by
    assert (await ask(centre, "timeline", start="2027-06-10T12:00"))["entries"] == []


async def test_utilisation_counts_open_minutes_by_phase_space_and_month(centre: House) -> None:
    await book(
        centre, "small", "10T08:00", "10T14:00", build_up={"start": "2027-06-09T17:00", "end": "2027-06-10T08:00"}
    )
    await book(centre, "large", "10T08:00", "10T09:00", state="option")
    month = {"start": "2027-06-01T00:00", "end": "2027-07-01T00:00"}
    [told] = (await ask(centre, "utilisation", **month))["months"]
    by_space = {one["space"].partition("/")[2]: one for one in told["spaces"]}
    opened = 22 * 12 * 60  # working days in June 2027
    assert (told["month"], told["venue"]["available_minutes"]) == ("2027-06", 2 * opened)
    assert (told["venue"]["show_minutes"], told["venue"]["build_up_minutes"]) == (360, 180)
    assert by_space["small"]["show_minutes"] == by_space["both"]["show_minutes"] == 360
    assert by_space["large"]["show_minutes"] == 0
    assert by_space["small"]["share"] == round(360 / opened, 4)


async def test_utilisation_tells_by_the_clock_how_long_a_space_was_taken_however_many_atoms_it_has(
    centre: House,
) -> None:
    await book(
        centre, "both", "10T08:00", "10T14:00", dismantling={"start": "2027-06-10T14:00", "end": "2027-06-10T16:00"}
    )
    await book(centre, "small", "11T10:00", "11T13:00")
    await book(centre, "large", "11T12:00", "11T14:00")
    [told] = (await ask(centre, "utilisation", start="2027-06-10T00:00", end="2027-06-12T00:00"))["months"]
    UtilisationBody.model_validate({"venue": "centre", "months": [told], "server_now": DAY["start"] + ":00Z"})
    taken = {one["space"].partition("/")[2]: _hours(one["taken"]) for one in told["spaces"]}
    assert taken == {"small": (9, 0, 2), "large": (8, 0, 2), "both": (10, 0, 2)}
    assert _hours(told["venue"]["taken"]) == (10, 0, 2)
    both = next(one for one in told["spaces"] if one["space"] == "centre/both")
    assert _hours(both) == (17, 0, 4), "of its two atoms together"
    assert both["share"] == round(17 / (2 * 2 * 12), 4)


def _hours(told: dict[str, Any]) -> tuple[float, ...]:
    return tuple(told[f"{phase}_minutes"] / 60 for phase in ("show", "build_up", "dismantling"))


async def test_every_question_is_answered_as_of_a_past_instant(centre: House) -> None:
    before = centre.clock.now().isoformat()
    centre.advance(minutes=1)
    booked = await book(centre, "small", "10T10:00", "10T12:00")
    between = centre.clock.now().isoformat()
    centre.advance(minutes=1)
    client = await centre.http(BOOKER)
    moved = {"space": "centre/small", "start": "2027-06-17T10:00", "end": "2027-06-17T12:00"}
    assert (await client.post(f"/space-bookings/{booked['id']}/reschedule", json=moved)).status_code == 200
    for as_of, count in ((before, 0), (between, 1), (None, 0)):
        asked = {} if as_of is None else {"as_of": as_of}
        assert len((await ask(centre, "timeline", **asked))["entries"]) == count, as_of
        assert len((await free(centre, **asked))["small"]) == 1 + count, as_of
        [month] = (await ask(centre, "utilisation", **asked))["months"]
        assert month["venue"]["show_minutes"] == 120 * count, as_of


@pytest.mark.parametrize(
    ("question", "params", "field"),
    [
        ("free", {"minutes": 60, "end": "2027-06-09T00:00"}, "end"),
        ("free", {"minutes": 60, "end": "2028-06-09T00:00"}, "end"),
        ("free", {"minutes": 0}, "query.minutes"),
        ("timeline", {"end": "2029-06-09T00:00"}, "end"),
        ("timeline", {"as_of": "2027-06-09T00:00:00"}, "as_of"),
        ("timeline", {"as_of": "2099-06-09T00:00:00Z"}, "as_of"),
        ("free", {"minutes": 60, "as_of": "2099-06-09T00:00:00Z"}, "as_of"),
        ("timeline", {"start": "2027-06-10T00:00:30"}, "start"),
    ],
)
async def test_a_question_that_makes_no_sense_hears_why(
    centre: House, question: str, params: dict[str, Any], field: str
) -> None:
    client = await centre.http(BOOKER)
    answer = await client.get(f"/venues/centre/{question}", params={**DAY, **params})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert answer.json()["errors"][0]["remedy"]
