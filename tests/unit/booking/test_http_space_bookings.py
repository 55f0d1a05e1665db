"""Space bookings over HTTP: what is asked, what is answered, who may see it, and what bad input hears."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.runtime.auth import Principal, Role

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor

BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
DAY = {"start": "2027-06-10T09:00", "end": "2027-06-10T18:00"}
HALL = {"space": "centre/hall-1", **DAY}
Answer = tuple[int, Any]


@pytest.fixture
async def open_house(house: House) -> House:
    await house.open_venue()
    return house


async def post(client: httpx.AsyncClient, path: str, body: Any = None, **headers: str) -> Answer:
    answer = await client.post(f"/space-bookings{path}", json={} if body is None else body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_hall_is_booked_shown_and_listed(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    status, booked = await post(client, "", {**HALL, "title": "Tea congress", "people": 300})
    assert status == 201
    assert (booked["state"], booked["organizer"], booked["venue"]) == ("definite", "expo-ltd", "centre")
    [use] = booked["uses"]
    assert (use["space"], use["start"], use["end"]) == (
        "centre/hall-1",
        "2027-06-10T01:00:00.000Z",
        "2027-06-10T10:00:00.000Z",
    )
    shown = (await client.get(f"/space-bookings/{booked['id']}")).json()
    assert {**shown, "server_now": ""} == {**booked, "server_now": ""}
    listed = (await client.get("/space-bookings", params={"venue": "centre"})).json()
    assert [one["id"] for one in listed["bookings"]] == [booked["id"]]


async def test_several_halls_at_several_times_with_their_phases_are_one_booking(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    days = [{"start": f"2027-06-{day}T09:00", "end": f"2027-06-{day}T18:00"} for day in (11, 12)]
    days.insert(0, {**DAY, "build_up": {"start": "2027-06-09T08:00", "end": "2027-06-10T09:00"}})
    body = {"spaces": ["centre/hall-1", "centre/hall-2"], "intervals": days}
    status, booked = await post(client, "", body)
    assert (status, len(booked["uses"])) == (201, 6)
    assert booked["uses"][0]["build_up"] == {"start": "2027-06-09T00:00:00.000Z", "end": "2027-06-10T01:00:00.000Z"}
    assert booked["start"] == "2027-06-09T00:00:00.000Z"
    again, refused = await post(client, "", {"space": "centre/hall-1-2", **days[2]})
    assert (again, refused["type"]) == (409, "urn:pavilion:problem:space-taken")


async def test_a_409_names_what_is_in_the_way_and_carries_alternatives(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    _, first = await post(client, "", HALL)
    status, refused = await post(await open_house.http(ORGANIZER), "", {**HALL, "organizer": "sco"})
    assert status == 409
    assert [(one["booking"], one["state"]) for one in refused["items"]] == [(first["id"], "definite")]
    kinds = {one["kind"] for one in refused["alternatives"]}
    assert {"other-space", "other-day"} <= kinds
    for one in refused["alternatives"]:
        uses = [{name: use[name] for name in ("space", "start", "end")} for use in one["uses"]]
        assert (await post(client, "", {"uses": uses}))[0] == 201, "an alternative can be had"
        cancelled = (await client.get("/space-bookings")).json()["bookings"][0]["id"]
        assert (await post(client, f"/{cancelled}/cancel"))[0] == 200


async def test_the_same_key_gives_the_same_refusal_byte_for_byte(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    await post(client, "", HALL)
    answers = [
        (await client.post("/space-bookings", json=HALL, headers={"Idempotency-Key": "k"})).content for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert b"alternatives" in answers[0]


async def test_an_option_is_challenged_yields_and_the_next_goes_definite(open_house: House) -> None:
    first_client, second_client = await open_house.http(BOOKER), await open_house.http(STRANGER)
    _, first = await post(first_client, "", {**HALL, "state": "option"})
    _, second = await post(second_client, "", {**HALL, "state": "option"})
    assert (first["rank"], second["rank"]) == (1, 2)
    status, refused = await post(second_client, f"/{second['id']}/confirm")
    assert (status, refused["type"]) == (409, "urn:pavilion:problem:options-ahead")
    assert (await post(second_client, f"/{second['id']}/challenge"))[0] == 200
    challenged = (await first_client.get(f"/space-bookings/{first['id']}")).json()
    assert challenged["challenges"] == [{"challenger": second["id"], "answer_by": challenged["answer_by"]}]
    waiting = (await second_client.get(f"/space-bookings/{second['id']}")).json()
    assert waiting["answers_by"] == challenged["answer_by"] is not None
    assert (await post(first_client, f"/{first['id']}/yield"))[1]["state"] == "yielded"
    status, firm = await post(second_client, f"/{second['id']}/confirm")
    assert (status, firm["state"], firm["rank"]) == (200, "definite", None)


@pytest.mark.parametrize("command", ["confirm", "cancel"])
async def test_a_command_that_needs_to_say_nothing_may_say_nothing(open_house: House, command: str) -> None:
    client = await open_house.http(BOOKER)
    _, option = await post(client, "", {**HALL, "state": "option"})
    headers = {"Content-Type": "application/json"}
    answer = await client.post(f"/space-bookings/{option['id']}/{command}", headers=headers)
    assert answer.status_code == 200, answer.text


async def test_an_option_runs_out_by_its_timer(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    _, booked = await post(client, "", {**HALL, "state": "option"})
    open_house.advance(days=14)
    assert await open_house.sweep() == 1
    assert (await client.get(f"/space-bookings/{booked['id']}")).json()["state"] == "expired"


async def test_a_booking_is_moved_in_one_step(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    _, booked = await post(client, "", HALL)
    longer = {"space": "centre/hall-1-2", "start": DAY["start"], "end": "2027-06-11T02:00"}
    status, moved = await post(client, f"/{booked['id']}/reschedule", longer)
    assert (status, moved["uses"][0]["atoms"]) == (200, ["hall-1", "hall-2"])
    assert moved["version"] == 2
    # Who looked at it before that moves something else than they saw.
    longer["end"] = "2027-06-11T03:00"
    status, refused = await post(client, f"/{booked['id']}/reschedule", {**longer, "version": 1})
    assert (status, refused["type"]) == (412, "urn:pavilion:problem:changed-meanwhile")
    status, moved = await post(client, f"/{booked['id']}/reschedule", {**longer, "version": 2})
    assert (status, moved["version"]) == (200, 3)


async def test_only_the_parties_see_and_change_a_booking(open_house: House) -> None:
    _, booked = await post(await open_house.http(BOOKER), "", HALL)
    for principal, status in ((BOOKER, 200), (ORGANIZER, 200), (ADMIN, 200), (SERVICE, 200), (STRANGER, 404)):
        client = await open_house.http(principal)
        assert (await client.get(f"/space-bookings/{booked['id']}")).status_code == status, principal
    stranger = await open_house.http(STRANGER)
    assert (await post(stranger, f"/{booked['id']}/cancel"))[0] == 403
    assert (await post(await open_house.http(exhibitor("acme")), "", HALL))[0] == 403
    assert (await stranger.get("/space-bookings")).json()["bookings"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"space": None}, "body"),
        ({"spaces": ["centre/hall-1"]}, "body"),
        ({"spaces": ["centre/hall-1", "other/hall-1"], "space": None}, "body"),
        ({"end": None}, "body"),
        ({"start": "2027-06-10"}, "start"),
        ({"start": 1_800_000_000}, "start"),
        ({"start": "soon"}, "start"),
        ({"space": "hall-1"}, "space"),
        ({"state": "maybe"}, "state"),
        ({"people": 0}, "people"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_body_that_makes_no_sense_hears_which_field(open_house: House, change: Any, field: str) -> None:
    client = await open_house.http(BOOKER)
    body = {name: value for name, value in {**HALL, **change}.items() if value is not None}
    status, problem = await post(client, "", body)
    assert status == 422
    assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["remedy"]


async def test_an_unknown_venue_is_not_found_and_an_unknown_space_is_named(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    assert (await post(client, "", {**HALL, "space": "nowhere/hall-1"}))[0] == 404
    status, problem = await post(client, "", {**HALL, "space": "centre/hall-9"})
    assert (status, problem["items"][0]["field"]) == (422, "space")


async def test_an_admin_says_for_whom(open_house: House) -> None:
    client = await open_house.http(ADMIN)
    status, problem = await post(client, "", HALL)
    assert (status, problem["errors"][0]["field"]) == (422, "organizer")
    assert (await post(client, "", {**HALL, "organizer": "expo-ltd"}))[0] == 201


async def test_what_is_blocked_is_not_booked_until_it_is_lifted(open_house: House) -> None:
    keeper, client = await open_house.http(ORGANIZER), await open_house.http(BOOKER)
    _, blocking = await post(keeper, "/blockings", {**HALL, "reason": "inspection"})
    assert blocking["state"] == "blocked"
    assert (await post(client, "", HALL))[0] == 409
    assert (await post(keeper, f"/{blocking['id']}/cancel"))[1]["state"] == "unblocked"
    assert (await post(client, "", HALL))[0] == 201


async def test_two_bookings_change_places(open_house: House) -> None:
    client = await open_house.http(BOOKER)
    _, one = await post(client, "", HALL)
    _, other = await post(client, "", {**HALL, "space": "centre/hall-2"})
    status, pair = await post(client, "/swap", {"first": one["id"], "second": other["id"]})
    assert status == 200
    assert [booking["uses"][0]["space"] for booking in pair["bookings"]] == ["centre/hall-2", "centre/hall-1"]
