"""Reservations over HTTP: shapes, statuses, problems, idempotency, and whose they are."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from services.booking.domain.limits import BOOTHS_MAX
from shared.runtime.auth import Principal
from tests.builders.rows import outbox_rows

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor

ACME, BETA, RIVAL = exhibitor("acme"), exhibitor("beta"), exhibitor("rival")


def _wish(*booths: str, who: str = "acme", **more: Any) -> dict[str, Any]:
    return {"fair": "expo", "booths": [f"1/{booth}" for booth in booths], "exhibitor": who, **more}


@pytest.fixture
async def acme(house: House) -> httpx.AsyncClient:
    await house.open_fair("A", "B", "C", "P", "P1", parts={"P": ["P1"]})
    return await house.http(ACME)


async def _held(client: httpx.AsyncClient, *booths: str, **more: Any) -> dict[str, Any]:
    answer = await client.post("/reservations", json=_wish(*booths, **more))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"urn:pavilion:problem:{slug}"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return body


async def test_a_hold_answers_with_its_end_and_the_servers_time(house: House, acme: httpx.AsyncClient) -> None:
    body = await _held(acme, "A", "B", co_exhibitors=["beta"])
    id_ = body.pop("id")
    assert id_.startswith("res-")
    assert body == {
        "fair": "expo",
        "booths": ["1/A", "1/B"],
        "exhibitor": "acme",
        "co_exhibitors": ["beta"],
        "admitted": [],
        "state": "held",
        "expires_at": "2027-01-01T00:15:00.000Z",
        "held_at": "2027-01-01T00:00:00.000Z",
        "confirmed_at": None,
        "sold_at": None,
        "ended_at": None,
        "server_now": "2027-01-01T00:00:00.000Z",
        "extensions": 0,
        "price": None,
        "version": 1,
    }
    house.advance(seconds=60)
    shown = (await acme.get(f"/reservations/{id_}")).json()
    assert shown == {"id": id_, **body, "server_now": "2027-01-01T00:01:00.000Z"}


async def test_what_is_wrong_with_a_request_comes_with_what_to_send_instead(acme: httpx.AsyncClient) -> None:
    homeless = await acme.post("/reservations", json={**_wish(), "booths": ["C-021"]})
    [error] = _problem(homeless, 422, "invalid-request")["errors"]
    assert (error["field"], error["remedy"]) == ("booths.0", "write hall/number, as 1/C-021")
    [error] = _problem(await acme.get("/reservations?limit=0"), 422, "invalid-request")["errors"]
    assert (error["field"], error["remedy"]) == ("query.limit", "send 1 or more")
    [error] = _problem(await acme.get("/reservations?state=lost"), 422, "invalid-request")["errors"]
    assert error["remedy"] == "send 'held', 'confirmed', 'sold', 'cancelled' or 'expired'"


async def test_refusals_count_as_people_do_and_say_when_a_hold_ended(house: House, acme: httpx.AsyncClient) -> None:
    id_ = (await _held(acme, "A"))["id"]
    one = _problem(await acme.post("/reservations", json=_wish("A")), 409, "booth-taken")
    assert one["detail"] == "The booth that was asked for cannot be had."
    two = _problem(await acme.post("/reservations", json=_wish("A", "B")), 409, "booth-taken")
    assert two["detail"] == "1 of the 2 booths that were asked for cannot be had."
    house.advance(seconds=901)
    late = _problem(await acme.post(f"/reservations/{id_}/confirm"), 409, "hold-expired")
    assert late["detail"] == "The hold ended at 2027-01-01 00:15:00 UTC."


async def test_a_life_from_hold_to_contract(house: House, acme: httpx.AsyncClient) -> None:
    id_ = (await _held(acme, "A"))["id"]
    extended = (await acme.post(f"/reservations/{id_}/extend")).json()
    assert (extended["expires_at"], extended["extensions"]) == ("2027-01-01T00:30:00.000Z", 1)
    confirmed = (await acme.post(f"/reservations/{id_}/confirm")).json()
    assert (confirmed["state"], confirmed["version"]) == ("confirmed", 3)
    _problem(await acme.post(f"/reservations/{id_}/sell"), 403, "role-not-allowed")
    sold = await (await house.http(ORGANIZER)).post(f"/reservations/{id_}/sell")
    assert sold.json()["state"] == "sold"
    _problem(await acme.post(f"/reservations/{id_}/cancel"), 409, "already-sold")


async def test_a_refusal_names_every_booth_in_the_way_and_never_who_has_it(
    house: House, acme: httpx.AsyncClient
) -> None:
    await _held(acme, "A", "P")
    rival = await house.http(RIVAL)
    body = _problem(await rival.post("/reservations", json=_wish("A", "B", "P1", who="rival")), 409, "booth-taken")
    assert body["items"] == [
        {"booth": "1/A", "reason": "booth-taken", "state": "held"},
        {"booth": "1/P1", "reason": "joint-stand-taken", "state": "held", "overlapping": "1/P"},
    ]
    assert "acme" not in str(body)


@pytest.mark.parametrize(
    ("wish", "status", "slug"),
    [
        (_wish("Z"), 404, "booth-unknown"),
        ({**_wish("A"), "fair": "nowhere"}, 404, "fair-unknown"),
        (_wish("A", who="beta"), 403, "not-yours"),
        (_wish("A", "A"), 422, "invalid-request"),
        (_wish(), 422, "invalid-request"),
        (_wish(*(f"X{n}" for n in range(BOOTHS_MAX + 1))), 422, "invalid-request"),
        (_wish("A", co_exhibitors=["acme"]), 422, "invalid-request"),
        (_wish("A", co_exhibitors=["beta", "beta"]), 422, "invalid-request"),
        ({**_wish("A"), "booths": ["A"]}, 422, "invalid-request"),
        ({**_wish("A"), "hold_for_ever": True}, 422, "invalid-request"),
        ({"fair": "expo"}, 422, "invalid-request"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused_by_a_stable_name(
    acme: httpx.AsyncClient, wish: dict[str, Any], status: int, slug: str
) -> None:
    _problem(await acme.post("/reservations", json=wish), status, slug)


async def test_broken_json_is_no_wish(acme: httpx.AsyncClient) -> None:
    answer = await acme.post("/reservations", content=b"{", headers={"Content-Type": "application/json"})
    _problem(answer, 400, "malformed-json")


async def test_the_same_key_gets_the_same_bytes_and_books_once(house: House, acme: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await acme.post("/reservations", json=_wish("A"), headers=key)
    house.advance(seconds=5)
    again = await acme.post("/reservations", json=_wish("A"), headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    _problem(await acme.post("/reservations", json=_wish("B"), headers=key), 422, "idempotency-key-reused")
    other = await house.http(RIVAL)
    assert (await other.post("/reservations", json=_wish("B", who="rival"), headers=key)).status_code == 201


async def test_a_refusal_is_remembered_under_its_key_too(house: House, acme: httpx.AsyncClient) -> None:
    rival = await house.http(RIVAL)
    id_ = (await _held(rival, "A", who="rival"))["id"]
    key = {"Idempotency-Key": "k-2"}
    refused = await acme.post("/reservations", json=_wish("A"), headers=key)
    await rival.post(f"/reservations/{id_}/cancel")
    assert (await acme.post("/reservations", json=_wish("A"), headers=key)).content == refused.content
    await _held(acme, "A")


async def test_of_many_rivals_one_wins_and_the_others_are_told_so(house: House, acme: httpx.AsyncClient) -> None:
    clients = [await house.http(exhibitor(f"x{n}")) for n in range(20)]
    wishes = [c.post("/reservations", json=_wish("B", "A", who=f"x{n}")) for n, c in enumerate(clients)]
    answers = await asyncio.gather(*wishes)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19


async def test_a_late_confirmation_is_refused_and_the_timer_frees_the_booth(
    house: House, acme: httpx.AsyncClient
) -> None:
    id_ = (await _held(acme, "A"))["id"]
    house.advance(seconds=900)
    _problem(await acme.post(f"/reservations/{id_}/confirm"), 409, "hold-expired")
    assert await house.sweep() == 1
    assert (await acme.get(f"/reservations/{id_}")).json()["state"] == "expired"
    assert await house.sweep() == 0
    await _held(await house.http(RIVAL), "A", who="rival")


async def test_a_confirmed_hold_is_left_alone_by_the_timer(house: House, acme: httpx.AsyncClient) -> None:
    id_ = (await _held(acme, "A"))["id"]
    await acme.post(f"/reservations/{id_}/confirm")
    house.advance(seconds=10_000)
    assert await house.sweep() == 0
    assert (await acme.get(f"/reservations/{id_}")).json()["state"] == "confirmed"


async def test_a_cancellation_may_tell_why_and_need_not(house: House, acme: httpx.AsyncClient) -> None:
    first, second = (await _held(acme, "A"))["id"], (await _held(acme, "B"))["id"]
    assert (await acme.post(f"/reservations/{first}/cancel", json={"reason": "too small"})).status_code == 200
    assert (await acme.post(f"/reservations/{second}/cancel")).json()["state"] == "cancelled"
    _problem(await acme.post(f"/reservations/{second}/cancel"), 409, "already-cancelled")
    _problem(await acme.post(f"/reservations/{second}/cancel", json={"reason": 7}), 422, "invalid-request")
    rows = await outbox_rows(house.store, type="pavilion.booking.reservation.cancelled.v1")
    assert sorted(b'"reason":"too small"' in (row.data or b"") for row in rows) == [False, True]


async def test_guests_are_admitted_and_companions_named(house: House, acme: httpx.AsyncClient) -> None:
    id_ = (await _held(acme, "P"))["id"]
    rival = await house.http(RIVAL)
    _problem(await rival.post("/reservations", json=_wish("P1", who="rival")), 409, "joint-stand-taken")
    admitted = await acme.post(f"/reservations/{id_}/admissions", json={"exhibitor": "rival"})
    assert admitted.json()["admitted"] == ["rival"]
    await _held(rival, "P1", who="rival")
    named = await acme.post(f"/reservations/{id_}/co-exhibitors", json={"exhibitors": ["beta", "coop"]})
    assert named.json()["co_exhibitors"] == ["beta", "coop"]


SEES = [
    (ACME, True),
    (BETA, True),
    (RIVAL, False),
    (ORGANIZER, True),
    (STRANGER, False),
    (SERVICE, True),
    (ADMIN, True),
]


@pytest.mark.parametrize(("who", "sees"), SEES, ids=lambda value: getattr(value, "subject", str(value)))
async def test_a_reservation_is_seen_by_its_parties_and_by_who_runs_the_fair(
    house: House, acme: httpx.AsyncClient, who: Principal, sees: bool
) -> None:
    id_ = (await _held(acme, "A", co_exhibitors=["beta"]))["id"]
    client = await house.http(who)
    one = await client.get(f"/reservations/{id_}")
    assert one.status_code == (200 if sees else 404)
    listed = (await client.get("/reservations", params={"fair": "expo"})).json()["reservations"]
    assert [found["id"] for found in listed] == ([id_] if sees else [])


@pytest.mark.parametrize("command", ["extend", "confirm", "cancel", "co-exhibitors", "admissions"])
@pytest.mark.parametrize(
    ("who", "slug"),
    [(BETA, "not-yours"), (RIVAL, "not-yours"), (STRANGER, "not-yours"), (SERVICE, "role-not-allowed")],
    ids=lambda value: getattr(value, "subject", value),
)
async def test_nobody_else_commands_it(
    house: House, acme: httpx.AsyncClient, who: Principal, slug: str, command: str
) -> None:
    id_ = (await _held(acme, "A", co_exhibitors=["beta"]))["id"]
    bodies: dict[str, Any] = {"co-exhibitors": {"exhibitors": []}, "admissions": {"exhibitor": "rival"}}
    client = await house.http(who)
    _problem(await client.post(f"/reservations/{id_}/{command}", json=bodies.get(command)), 403, slug)


async def test_nothing_is_shown_or_done_without_a_token(house: House, acme: httpx.AsyncClient) -> None:
    nobody = await house.http(None)
    for answer in (
        await nobody.post("/reservations", json=_wish("A")),
        await nobody.get("/reservations"),
        await nobody.get("/fairs/expo/booths"),
        await nobody.get("/live", params={"fair": "expo"}),
    ):
        _problem(answer, 401, "not-signed-in")


async def test_an_organizer_books_for_an_exhibitor(house: House, acme: httpx.AsyncClient) -> None:
    organizer = await house.http(ORGANIZER)
    id_ = (await _held(organizer, "A", who="acme"))["id"]
    assert (await acme.post(f"/reservations/{id_}/confirm")).status_code == 200
    _problem(await (await house.http(STRANGER)).post("/reservations", json=_wish("B")), 403, "not-yours")


async def test_a_list_goes_page_by_page_and_by_state(house: House, acme: httpx.AsyncClient) -> None:
    made = [(await _held(acme, booth))["id"] for booth in ("A", "B", "C")]
    await acme.post(f"/reservations/{made[1]}/cancel")
    first = (await acme.get("/reservations", params={"limit": 2})).json()
    assert [found["id"] for found in first["reservations"]] == [made[2], made[1]]
    rest = (await acme.get("/reservations", params={"limit": 2, "cursor": first["next"]})).json()
    assert ([found["id"] for found in rest["reservations"]], rest["next"]) == ([made[0]], None)
    cancelled = (await acme.get("/reservations", params={"state": "cancelled"})).json()
    assert [found["id"] for found in cancelled["reservations"]] == [made[1]]
    _problem(await acme.get("/reservations", params={"state": "lost"}), 422, "invalid-request")


async def test_unknown_reservations_are_not_found(acme: httpx.AsyncClient) -> None:
    _problem(await acme.get("/reservations/res-0"), 404, "not-found")
    _problem(await acme.post("/reservations/res-0/confirm"), 404, "reservation-unknown")


async def test_a_store_that_is_away_is_told_as_such_and_nothing_happened(house: House, acme: httpx.AsyncClient) -> None:
    house.store.available = False  # type: ignore[attr-defined]
    answer = await acme.post("/reservations", json=_wish("A"))
    _problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    house.store.available = True  # type: ignore[attr-defined]
    await _held(acme, "A")


async def test_a_command_reads_once_and_writes_once(house: House, acme: httpx.AsyncClient) -> None:
    trips: list[str] = []
    load, write = house.store.load, house.store.write

    async def counted_load(reads: Any) -> Any:
        trips.append("load")
        return await load(reads)

    async def counted_write(writes: Any) -> None:
        trips.append("write")
        await write(writes)

    house.store.load, house.store.write = counted_load, counted_write  # type: ignore[method-assign]
    id_ = (await _held(acme, "A", "B"))["id"]
    assert trips == ["load", "write"]
    for command in ("extend", "confirm", "cancel"):
        trips.clear()
        assert (await acme.post(f"/reservations/{id_}/{command}")).status_code == 200
        assert trips == ["load", "write"]


async def test_the_description_names_every_route(house: House) -> None:
    document = house.booking.app.openapi()
    assert document["openapi"].startswith("3.1")
    paths = {path.removeprefix("/api/booking") for path in document["paths"]}
    assert paths >= {
        "/reservations",
        "/reservations/{reservation}",
        *(
            f"/reservations/{{reservation}}/{command}"
            for command in ("extend", "confirm", "cancel", "sell", "co-exhibitors", "admissions")
        ),
        "/fairs/{fair}/booths",
        "/fairs/{fair}/booths/block",
        "/fairs/{fair}/booths/unblock",
        "/live",
    }


@pytest.mark.parametrize("cursor", ["zzz", "res-", "res-" + "g" * 32, "%00"])
async def test_a_cursor_that_no_answer_gave_is_refused(house: House, cursor: str) -> None:
    """Taken for the first page, it would have a client begin again for ever."""
    acme = await house.http(exhibitor("acme"))
    answer = await acme.get(f"/reservations?cursor={cursor}")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:pavilion:problem:cursor-invalid")
