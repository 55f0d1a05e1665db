"""What booking tells of who is invited: to definite bookings only, as they are now, and never more than can be sent."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from shared.contracts import events as e
from shared.contracts.topics import BOOKING_INVITATIONS
from tests.builders.rows import outbox_rows

from .house import ORGANIZER, House

ANNA = {"name": "Анна", "email": "anna@example.org", "language": "ru"}
SAM = {"email": "sam@example.com"}
MORNING = {"space": "centre/hall-1", "start": "2027-06-01T09:00", "end": "2027-06-01T11:00", "title": "Tasting"}


@pytest.fixture
async def client(house: House) -> httpx.AsyncClient:
    await house.open_venue()
    return await house.http(ORGANIZER)


async def post(client: httpx.AsyncClient, path: str, body: Any, status: int = 200) -> Any:
    answer = await client.post(f"/space-bookings{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def book(client: httpx.AsyncClient, *participants: Any, **more: Any) -> str:
    body = {**MORNING, "participants": list(participants), **more}
    return str((await post(client, "", body, 201))["id"])


async def told(house: House) -> list[tuple[int, list[str], bool]]:
    """Each record's version, addresses and whether it is over, in order."""
    rows = await outbox_rows(house.store, type=e.SpaceInvitations.type_)
    assert {row.topic for row in rows} <= {BOOKING_INVITATIONS.name}
    found = [orjson.loads(row.data) for row in rows]
    return [(one["version"], [who["email"] for who in one["participants"]], one["over"]) for one in found]


async def test_a_definite_booking_tells_who_is_invited_and_each_change_of_it(
    house: House, client: httpx.AsyncClient
) -> None:
    id_ = await book(client, ANNA, SAM)
    later = {"space": "centre/hall-2", "start": "2027-06-02T09:00", "end": "2027-06-02T11:00"}
    await post(client, f"/{id_}/reschedule", later)
    shown = await post(client, f"/{id_}/details", {"title": "Tasting", "participants": [SAM]})
    assert shown["details"]["participants"] == [{"name": "", "language": "en", **SAM}]
    await post(client, f"/{id_}/details", {"title": "Tasting"})
    await post(client, f"/{id_}/cancel", {})
    assert await told(house) == [
        (1, ["anna@example.org", "sam@example.com"], False),
        (2, ["anna@example.org", "sam@example.com"], False),
        (3, ["sam@example.com"], False),
        (4, [], False),
    ]


async def test_nobody_is_invited_to_what_is_not_firm(house: House, client: httpx.AsyncClient) -> None:
    option = await book(client, ANNA, state="option")
    await post(client, f"/{option}/details", {"title": "Tasting", "participants": [SAM]})
    await post(client, f"/{await book(client, ANNA, state='inquiry')}/cancel", {})
    lapsed = await book(client, ANNA, state="option", space="centre/hall-2")
    await post(client, f"/{lapsed}/yield", {})
    assert [one for one in await told(house) if one[1]] == []
    await post(client, f"/{option}/confirm", {})
    assert (await told(house))[-1] == (3, ["sam@example.com"], False)


async def test_what_is_over_forgets_them_and_is_no_reason_to_mail(house: House, client: httpx.AsyncClient) -> None:
    await book(client, ANNA)
    await book(client, SAM, start="2026-06-01T09:00", end="2026-06-01T11:00", retrospective=True)
    house.advance(days=200)
    await house.sweep()
    assert (await told(house))[0] == (1, ["anna@example.org"], False)
    assert {(tuple(who), over) for _, who, over in (await told(house))[1:]} == {((), True)}


async def test_what_is_moved_into_the_past_is_called_off(house: House, client: httpx.AsyncClient) -> None:
    id_ = await book(client, ANNA)
    past = {"space": "centre/hall-1", "start": "2026-06-01T09:00", "end": "2026-06-01T11:00", "retrospective": True}
    await post(client, f"/{id_}/reschedule", past)
    await post(client, f"/{id_}/details", {"title": "Tasting"})
    assert await told(house) == [(1, ["anna@example.org"], False), (2, [], False), (3, [], True)]


async def test_a_booking_without_participants_is_on_no_list(house: House, client: httpx.AsyncClient) -> None:
    id_ = await book(client)
    await post(client, f"/{id_}/cancel", {})
    assert await told(house) == []


async def test_more_invitations_than_can_be_sent_at_once_are_refused_and_nothing_is_booked(
    house: House, client: httpx.AsyncClient
) -> None:
    crowd = [{"email": f"p{number}@example.org"} for number in range(200)]
    days = [{"start": f"2027-06-{day:02}T09:00", "end": f"2027-06-{day:02}T10:00"} for day in range(1, 7)]
    refused = await post(client, "", {"space": "centre/hall-1", "intervals": days, "participants": crowd}, 422)
    assert refused["type"] == "urn:pavilion:problem:invitations-too-many"
    assert refused["items"] == [
        {
            "field": "participants",
            "problem": "would get 1200 mails",
            "remedy": "invite fewer people, or change fewer bookings at once",
        }
    ]
    fewer = {"space": "centre/hall-1", "intervals": days[:5], "participants": crowd}
    id_ = (await post(client, "", fewer, 201))["id"]
    longer = {"space": "centre/hall-1", "intervals": days}
    assert (await post(client, f"/{id_}/reschedule", longer, 422))["type"].endswith(":invitations-too-many")
    assert [version for version, _, _ in await told(house)] == [1]
    await post(client, f"/{id_}/cancel", {})


@pytest.mark.parametrize(
    ("participants", "told_of"),
    [
        ([{"email": "anna"}], "participants.0.email"),
        ([{"email": "a b@example.org"}], "participants.0.email"),
        ([{"email": "anna@example.org, eve@example.org"}], "participants.0.email"),
        ([{"email": "анна@example.org"}], "participants.0.email"),
        ([{"email": "anna@example.org", "language": "de"}], "participants.0.language"),
        ([{"email": "anna@example.org\nBcc: x@example.org"}], "participants.0.email"),
        ([ANNA, {"email": "Anna@example.org"}], "participants[1] is named twice"),
        ([{"name": "Anna"}], "participants.0.email"),
    ],
)
async def test_who_cannot_be_mailed_is_refused_with_the_place(
    client: httpx.AsyncClient, participants: Any, told_of: str
) -> None:
    refused = await post(client, "", {**MORNING, "participants": participants}, 422)
    [error] = refused["errors"]
    assert told_of in f"{error['field']} {error['problem']}"
    assert error["remedy"]
