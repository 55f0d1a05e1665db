"""Bookings that recur together, over HTTP: booked, moved, cancelled and described as one, occurrence by occurrence."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.contracts import events as e
from shared.contracts.events import CancellationTerm, SpacePolicy
from shared.contracts.topics import BOOKING_EVENTS
from shared.runtime.auth import Principal, Role
from shared.runtime.outbox import OUTBOX, rows

from .house import ORGANIZER, STRANGER, House, exhibitor, hall

BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
MORNING = {"space": "centre/hall-1", "start": "2027-06-01T09:00", "end": "2027-06-01T11:00"}
WEEKLY = {**MORNING, "rule": "FREQ=WEEKLY;COUNT=4", "title": "Tea tasting"}


@pytest.fixture
async def client(house: House) -> httpx.AsyncClient:
    await house.open_venue()
    return await house.http(BOOKER)


async def post(client: httpx.AsyncClient, path: str = "", body: Any = None, status: int | None = None) -> Any:
    answer = await client.post(f"/space-series{path}", json=body or WEEKLY)
    assert status in (None, answer.status_code), answer.text
    return answer.json()


async def booked(client: httpx.AsyncClient, **body: Any) -> Any:
    return await post(client, body={**WEEKLY, **body}, status=201)


async def single(client: httpx.AsyncClient, start: str, end: str, space: str = "centre/hall-1") -> Any:
    body = {"space": space, "start": start, "end": end}
    answer = await client.post("/space-bookings", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def became(series: Any) -> list[tuple[str, str]]:
    return [(one["start"], one["became"]) for one in series["occurrences"]]


def problem(answer: Any) -> str:
    return str(answer["type"]).rpartition(":")[2]


async def stands(client: httpx.AsyncClient, series: str) -> list[tuple[str, str, str]]:
    """Each booking's state, space and start in UTC, by its start."""
    found = (await client.get("/space-bookings", params={"series": series})).json()["bookings"]
    shown = ((one["state"], one["uses"][0]["space"].partition("/")[2], one["uses"][0]["start"][:16]) for one in found)
    return sorted(shown, key=lambda one: one[2])


async def test_each_occurrence_is_a_booking_of_the_series(client: httpx.AsyncClient) -> None:
    series = await booked(client, exceptions=["2027-06-15T09:00"])
    days = ["2027-06-01T09:00", "2027-06-08T09:00", "2027-06-22T09:00"]
    assert became(series) == [(day, "booked") for day in days]
    assert {one["booking"]["series"] for one in series["occurrences"]} == {series["series"]}
    assert {one["booking"]["details"]["title"] for one in series["occurrences"]} == {"Tea tasting"}
    assert await stands(client, series["series"]) == [
        ("definite", "hall-1", f"2027-06-{day}T01:00") for day in ("01", "08", "22")
    ]


async def test_phases_and_programme_recur_with_the_show_by_the_venues_clock(house: House) -> None:
    await house.open_venue(time_zone="Europe/Berlin")
    client = await house.http(BOOKER)
    series = await booked(
        client,
        start="2027-10-25T09:00",
        end="2027-10-25T17:00",
        build_up={"start": "2027-10-24T20:00", "end": "2027-10-25T09:00"},
        rule="FREQ=WEEKLY;COUNT=2",
        programme=[{"at": "2027-10-25T10:00+02:00", "text": "Opening"}],
    )
    summer, winter = (one["booking"] for one in series["occurrences"])
    assert (summer["uses"][0]["start"], winter["uses"][0]["start"]) == (
        "2027-10-25T07:00:00.000Z",
        "2027-11-01T08:00:00.000Z",
    )
    # The night of build-up in which the clocks go back is an hour longer than the other.
    assert winter["uses"][0]["build_up"] == {"start": "2027-10-31T19:00:00.000Z", "end": "2027-11-01T08:00:00.000Z"}
    assert winter["details"]["programme"] == [{"at": "2027-11-01T09:00:00.000Z", "text": "Opening"}]


async def test_one_conflict_refuses_all_and_names_each(client: httpx.AsyncClient) -> None:
    first = await single(client, "2027-06-08T10:00", "2027-06-08T12:00", "centre/hall-1-2")
    other = await single(client, "2027-06-22T08:00", "2027-06-22T10:00")
    refused = await post(client, status=409)
    assert problem(refused) == "series-conflicts"
    assert refused["detail"] == "2 of 4 occurrences cannot be had. Nothing was booked."
    named = [(one["occurrence"], one["occurrence_start"], one["booking"]) for one in refused["items"]]
    assert named == [(1, "2027-06-08T09:00", first["id"]), (3, "2027-06-22T09:00", other["id"])]
    listed = (await client.get("/space-bookings")).json()["bookings"]
    assert {one["id"] for one in listed} == {first["id"], other["id"]}


async def test_conflicts_are_skipped_where_that_is_asked_for(client: httpx.AsyncClient) -> None:
    await single(client, "2027-06-08T10:00", "2027-06-08T12:00")
    series = await booked(client, on_conflict="skip")
    assert [one["became"] for one in series["occurrences"]] == ["booked", "skipped", "booked", "booked"]
    skipped = series["occurrences"][1]
    assert (skipped["booking"], skipped["reason"]) == (None, "space-taken")
    assert len(await stands(client, series["series"])) == 3
    nothing = await post(client, body={**WEEKLY, "on_conflict": "skip"}, status=409)
    assert nothing["detail"] == "4 of 4 occurrences cannot be had. None is left."


async def test_an_occurrence_that_the_clocks_skip_is_named(house: House) -> None:
    await house.open_venue(time_zone="Europe/Berlin")
    client = await house.http(BOOKER)
    night = {"start": "2027-03-27T02:30", "end": "2027-03-27T03:30", "rule": "FREQ=DAILY;COUNT=2"}
    refused = await post(client, body={**WEEKLY, **night}, status=409)
    [item] = refused["items"]
    assert (item["occurrence_start"], item["reason"], item["field"]) == ("2027-03-28T02:30", "time-skipped", "start")
    assert (await post(client, body={**WEEKLY, **night, "on_conflict": "skip"}, status=201))["occurrences"][1][
        "reason"
    ] == "time-skipped"


async def test_occurrences_that_overlap_each_other_are_refused(client: httpx.AsyncClient) -> None:
    long = {"end": "2027-06-02T10:00", "rule": "FREQ=DAILY;COUNT=2"}
    refused = await post(client, body={**WEEKLY, **long}, status=409)
    [item] = refused["items"]
    assert (item["occurrence"], item["reason"], item["field"]) == (1, "series-overlaps-itself", "rule")
    assert item["problem"] == "It overlaps the occurrence of 2027-06-01T09:00, buffers included."
    assert "booking" not in item, "nobody has heard of that booking"


async def test_a_series_is_told_of_once_and_each_booking_for_itself_all_the_same(
    house: House, client: httpx.AsyncClient
) -> None:
    series = await booked(client)
    first, *others = [one["booking"]["id"] for one in series["occurrences"]]
    await post(client, f"/{series['series']}/cancel", {"scope": "all", "booking": first}, 200)
    kept = rows(await house.booking.core.store.find(OUTBOX, {}))
    told = [row for row in kept if row.topic == BOOKING_EVENTS.name]
    assert len(told) == 8
    for type_ in (e.SpaceDefinite, e.SpaceCancelled):
        events = {row.key: type_.model_validate_json(row.data or b"") for row in told if row.type == type_.type_}
        assert events.keys() == {first, *others}
        assert (events[first].told_by, events[first].others) == (None, 3)
        assert {(events[id_].told_by, events[id_].others) for id_ in others} == {(first, 0)}


async def test_what_is_due_is_told_of_each_that_it_differs_for(house: House) -> None:
    terms = [CancellationTerm(days_before=30, percent=50), CancellationTerm(days_before=7, percent=100)]
    await house.open_venue(policy=SpacePolicy(cancellation=terms))
    client = await house.http(BOOKER)
    series = await booked(client, rule="FREQ=WEEKLY;COUNT=4")
    first = series["occurrences"][0]["booking"]["id"]
    house.advance(days=130)
    await post(client, f"/{series['series']}/cancel", {"scope": "all", "booking": first}, 200)
    told = [
        e.SpaceCancelled.model_validate_json(row.data or b"")
        for row in rows(await house.booking.core.store.find(OUTBOX, {}))
        if row.type == e.SpaceCancelled.type_
    ]
    leading = {one.due_percent: one.others for one in told if one.told_by is None}
    assert len(leading) > 1
    assert sum(1 + others for others in leading.values()) == 4


async def test_this_and_following_move_and_those_before_stay(client: httpx.AsyncClient) -> None:
    series = await booked(client)
    third = series["occurrences"][2]["booking"]["id"]
    moved = await post(
        client,
        f"/{series['series']}/reschedule",
        {
            "booking": third,
            "scope": "following",
            "space": "centre/hall-2",
            "start": "2027-06-16T14:00",
            "end": "2027-06-16T15:00",
        },
        200,
    )
    assert became(moved) == [("2027-06-16T14:00", "changed"), ("2027-06-23T14:00", "changed")]
    assert await stands(client, series["series"]) == [
        ("definite", "hall-1", "2027-06-01T01:00"),
        ("definite", "hall-1", "2027-06-08T01:00"),
        ("definite", "hall-2", "2027-06-16T06:00"),
        ("definite", "hall-2", "2027-06-23T06:00"),
    ]


@pytest.mark.parametrize("on_conflict", ["fail", "skip"])
@pytest.mark.parametrize("weeks", ["08", "25"])
async def test_all_move_by_a_step_of_the_series_without_meeting_themselves(
    client: httpx.AsyncClient, on_conflict: str, weeks: str
) -> None:
    series = await booked(client)
    first = series["occurrences"][0]["booking"]["id"]
    month = "06" if weeks == "08" else "05"
    to = {
        "booking": first,
        "scope": "all",
        **MORNING,
        "start": f"2027-{month}-{weeks}T09:00",
        "end": f"2027-{month}-{weeks}T11:00",
    }
    moved = await post(client, f"/{series['series']}/reschedule", {**to, "on_conflict": on_conflict}, 200)
    assert [one["became"] for one in moved["occurrences"]] == ["changed"] * 4
    assert len({one[2] for one in await stands(client, series["series"])}) == 4


async def test_a_move_that_one_occurrence_cannot_make_moves_none_or_skips_it(client: httpx.AsyncClient) -> None:
    series = await booked(client)
    await single(client, "2027-06-08T13:00", "2027-06-08T15:00")
    before = await stands(client, series["series"])
    to = {
        "booking": series["occurrences"][0]["booking"]["id"],
        "scope": "all",
        "space": "centre/hall-1",
        "start": "2027-06-01T14:00",
        "end": "2027-06-01T16:00",
    }
    refused = await post(client, f"/{series['series']}/reschedule", to, 409)
    assert [(one["occurrence"], one["occurrence_start"]) for one in refused["items"]] == [(1, "2027-06-08T09:00")]
    assert await stands(client, series["series"]) == before
    moved = await post(client, f"/{series['series']}/reschedule", {**to, "on_conflict": "skip"}, 200)
    assert [one["became"] for one in moved["occurrences"]] == ["changed", "skipped", "changed", "changed"]
    assert ("definite", "hall-1", "2027-06-08T01:00") in await stands(client, series["series"])


async def test_an_occurrence_moved_by_itself_stays_where_it_is(client: httpx.AsyncClient) -> None:
    series = await booked(client)
    ids = [one["booking"]["id"] for one in series["occurrences"]]
    alone = {"space": "centre/hall-2", "start": "2027-06-09T09:00", "end": "2027-06-09T11:00"}
    apart = (await client.post(f"/space-bookings/{ids[1]}/reschedule", json=alone)).json()
    assert apart["apart"] is True
    to = {"scope": "all", "space": "centre/hall-1", "start": "2027-06-01T15:00", "end": "2027-06-01T16:00"}
    moved = await post(client, f"/{series['series']}/reschedule", {**to, "booking": ids[0]}, 200)
    assert [one["became"] for one in moved["occurrences"]] == ["changed", "kept", "changed", "changed"]
    refused = await post(client, f"/{series['series']}/reschedule", {**to, "booking": ids[1]}, 409)
    assert problem(refused) == "booking-apart"


async def test_following_and_all_are_cancelled_but_not_what_has_begun(house: House, client: httpx.AsyncClient) -> None:
    series = await booked(client)
    ids = [one["booking"]["id"] for one in series["occurrences"]]
    cancelled = await post(
        client, f"/{series['series']}/cancel", {"booking": ids[2], "scope": "following", "reason": "summer"}, 200
    )
    assert [one["booking"]["id"] for one in cancelled["occurrences"]] == ids[2:]
    assert {one["booking"]["reason"] for one in cancelled["occurrences"]} == {"summer"}
    states = [one[0] for one in await stands(client, series["series"])]
    assert states == ["definite", "definite", "cancelled", "cancelled"]
    gone = await post(client, f"/{series['series']}/cancel", {"booking": ids[2], "scope": "all"}, 409)
    assert problem(gone) == "booking-cancelled"
    rest = await post(client, f"/{series['series']}/cancel", {"booking": ids[0], "scope": "all"}, 200)
    assert [one["booking"]["id"] for one in rest["occurrences"]] == ids[:2]
    assert (await client.post("/space-series", json=WEEKLY)).status_code == 201


async def test_details_change_for_a_part_and_the_programme_moves_along(client: httpx.AsyncClient) -> None:
    series = await booked(client)
    ids = [one["booking"]["id"] for one in series["occurrences"]]
    body = {
        "booking": ids[1],
        "scope": "following",
        "title": "Coffee tasting",
        "programme": [{"at": "2027-06-08T09:30+08:00", "text": "First cup"}],
    }
    changed = await post(client, f"/{series['series']}/details", body, 200)
    told = [one["booking"]["details"] for one in changed["occurrences"]]
    assert [one["title"] for one in told] == ["Coffee tasting"] * 3
    assert [one["programme"][0]["at"][:16] for one in told] == [
        "2027-06-08T01:30",
        "2027-06-15T01:30",
        "2027-06-22T01:30",
    ]
    again = await post(client, f"/{series['series']}/details", body, 200)
    assert [one["became"] for one in again["occurrences"]] == ["unchanged"] * 3


@pytest.fixture
async def twins(house: House) -> httpx.AsyncClient:
    """Two names for the same floor."""
    await house.open_venue(hall("hall-1"), hall("great-hall", "hall-1"))
    return await house.http(BOOKER)


async def refuses_rivals(client: httpx.AsyncClient, *starts: str) -> None:
    for start in starts:
        rival = {"space": "centre/hall-1", "start": start, "end": f"{start[:11]}23:00"}
        answer = await client.post("/space-bookings", json=rival)
        assert (answer.status_code, problem(answer.json())) == (409, "space-taken"), start


async def test_what_moves_within_its_own_minutes_keeps_them(client: httpx.AsyncClient) -> None:
    """The claims stay the same where the show takes the build-up's time; they must not get lost on the way."""
    build_up = {"start": "2027-06-01T08:00", "end": "2027-06-01T09:00"}
    series = await booked(client, build_up=build_up)
    first = series["occurrences"][0]["booking"]["id"]
    longer = {
        "booking": first,
        "scope": "all",
        "space": "centre/hall-1",
        "start": build_up["start"],
        "end": MORNING["end"],
    }
    moved = await post(client, f"/{series['series']}/reschedule", longer, 200)
    assert {one["became"] for one in moved["occurrences"]} == {"changed"}
    await refuses_rivals(client, *(f"2027-06-{day}T08:30" for day in ("01", "08", "15", "22")))


async def test_what_moves_to_another_name_of_the_same_floor_keeps_it(twins: httpx.AsyncClient) -> None:
    series = await booked(twins)
    first = series["occurrences"][0]["booking"]["id"]
    other = {**MORNING, "booking": first, "scope": "all", "space": "centre/great-hall"}
    await post(twins, f"/{series['series']}/reschedule", other, 200)
    await refuses_rivals(twins, *(f"2027-06-{day}T10:00" for day in ("01", "08", "15", "22")))


async def test_two_that_swap_names_of_the_same_floor_keep_it(twins: httpx.AsyncClient) -> None:
    one = await single(twins, "2027-06-01T09:00", "2027-06-01T11:00")
    other = await single(twins, "2027-06-02T09:00", "2027-06-02T11:00", "centre/great-hall")
    answer = await twins.post("/space-bookings/swap", json={"first": one["id"], "second": other["id"]})
    assert answer.status_code == 200, answer.text
    await refuses_rivals(twins, "2027-06-01T10:00", "2027-06-02T10:00")


async def test_a_series_too_large_for_one_decision_is_refused_before_it(client: httpx.AsyncClient) -> None:
    days = [f"2027-06-{day:02}" for day in range(1, 11)]
    intervals = [{"start": f"{day}T09:00", "end": f"{day}T10:00"} for day in days]
    both = {"space": None, "spaces": ["centre/hall-1", "centre/hall-2"]}
    wide = {**both, "intervals": intervals, "start": None, "end": None}
    long = {"notes": "n" * 5_000, "equipment": ["e" * 200] * 100}
    for body, rule in ((wide, "FREQ=DAILY;INTERVAL=10;COUNT=180"), (long, "FREQ=DAILY;COUNT=366")):
        refused = await post(client, body={**WEEKLY, **body, "rule": rule}, status=422)
        assert problem(refused) == "series-too-large"
        assert refused["items"][0]["remedy"] == "split it into several series"


@pytest.mark.parametrize("start", ["9996-01-02T09:00", "1969-12-31T23:00", "0001-01-01T00:00+14:00"])
async def test_a_moment_out_of_reach_is_refused_with_its_place(client: httpx.AsyncClient, start: str) -> None:
    for path, more in (("/space-series", {"rule": WEEKLY["rule"]}), ("/space-bookings", {})):
        answer = await client.post(path, json={**MORNING, **more, "start": start})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "start")
    far = {"programme": [{"at": "9999-12-31T10:00+08:00", "text": "Encore"}]}
    assert (await post(client, body={**WEEKLY, **far}, status=422))["errors"][0]["field"] == "programme.0.at"
    refused = await post(client, body={**WEEKLY, "exceptions": ["9999-12-31T23:00-11:00"]}, status=422)
    assert refused["errors"][0]["field"] == "exceptions.0"


async def test_what_will_not_do_on_any_day_is_refused_as_for_one_booking(client: httpx.AsyncClient) -> None:
    for body, reason in (({"space": "centre/attic"}, "space-unknown"), ({"end": "2027-06-01T09:00"}, "time-empty")):
        refused = await post(client, body={**WEEKLY, **body}, status=422)
        assert problem(refused) == reason
        assert [item["field"] for item in refused["items"]] == [next(iter(body))]


async def test_a_series_is_its_bookers_and_the_venues(house: House, client: httpx.AsyncClient) -> None:
    series = await booked(client)
    id_ = series["occurrences"][0]["booking"]["id"]
    body = {"booking": id_, "scope": "all"}
    stranger = await house.http(STRANGER)
    assert problem(await post(stranger, f"/{series['series']}/cancel", body, 403)) == "not-yours"
    other = await booked(client, space="centre/hall-2")
    wrong = {"booking": id_, "scope": "all"}
    assert problem(await post(client, f"/{other['series']}/cancel", wrong, 404)) == "booking-unknown"
    assert (await (await house.http(exhibitor("silk"))).post("/space-series", json=WEEKLY)).status_code == 403
    assert (await post(await house.http(ORGANIZER), f"/{series['series']}/cancel", body, 200))["occurrences"]


async def test_the_same_key_is_answered_the_same(client: httpx.AsyncClient) -> None:
    first = await client.post("/space-series", json=WEEKLY, headers={"Idempotency-Key": "k"})
    again = await client.post("/space-series", json=WEEKLY, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.content) == (201, first.content)


async def test_a_rule_that_will_not_do_is_a_422_by_its_reason(client: httpx.AsyncClient) -> None:
    refused = await post(client, body={**WEEKLY, "rule": "FREQ=DAILY;COUNT=10000"}, status=422)
    assert (problem(refused), refused["items"][0]["field"]) == ("series-too-long", "rule")


async def test_the_longest_series_is_booked_and_moved_in_one_decision(client: httpx.AsyncClient) -> None:
    series = await booked(client, rule="FREQ=DAILY;COUNT=366", space="centre/hall-1-2")
    assert len(series["occurrences"]) == 366
    to = {"scope": "all", "space": "centre/hall-1-2", "start": "2027-06-01T10:00", "end": "2027-06-01T12:00"}
    moved = await post(
        client, f"/{series['series']}/reschedule", {**to, "booking": series["occurrences"][0]["booking"]["id"]}, 200
    )
    assert {one["became"] for one in moved["occurrences"]} == {"changed"}
