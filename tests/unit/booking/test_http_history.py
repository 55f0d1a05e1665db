"""What happened, over HTTP: the events of a reservation or of a booking of spaces, to those who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from services.booking.app.history import HistoryBody
from shared.runtime.auth import Principal, Role
from shared.runtime.outbox import OUTBOX

from .house import ORGANIZER, STRANGER, House, exhibitor

BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
HALL = {"space": "centre/hall-1", "start": "2027-06-10T09:00", "end": "2027-06-10T18:00", "state": "option"}


async def story(house: House, path: str, who: Principal) -> dict[str, Any]:
    answer = await (await house.http(who)).get(f"{path}/history")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    HistoryBody.model_validate(told)
    return told


async def test_a_booking_of_spaces_tells_what_happened_to_it_newest_first(house: House) -> None:
    await house.open_venue()
    client = await house.http(BOOKER)
    booked = (await client.post("/space-bookings", json=HALL)).json()
    house.advance(hours=1)
    assert (await client.post(f"/space-bookings/{booked['id']}/confirm")).status_code == 200
    cancel = {"reason": "the fair was put off"}
    assert (await client.post(f"/space-bookings/{booked['id']}/cancel", json=cancel)).status_code == 200
    for who in (BOOKER, ORGANIZER):
        told = await story(house, f"/space-bookings/{booked['id']}", who)
        assert [one["event"]["type"].split(".")[3] for one in told["events"]] == ["cancelled", "definite", "optioned"]
        assert [int(one["event"]["sequence"]) for one in told["events"]] == [3, 2, 1]
        assert told["events"][0]["event"]["data"]["reason"] == "the fair was put off"
        assert told["events"][1]["event"]["time"] > told["events"][2]["event"]["time"]
        assert told["complete"]
    for one in (it["event"] for it in told["events"]):
        assert one["id"] == f"pavilion.booking.events.v1/{booked['id']}/{one['sequence']}"
        assert one["data"]["booking"] == booked["id"]
    stranger = await house.http(STRANGER)
    assert (await stranger.get(f"/space-bookings/{booked['id']}/history")).status_code == 404


async def test_a_reservation_tells_what_happened_to_it_to_its_parties(house: House) -> None:
    await house.open_fair("A")
    acme = await house.http(exhibitor("acme"))
    held = (await acme.post("/reservations", json={"fair": "expo", "booths": ["1/A"], "exhibitor": "acme"})).json()
    assert (await acme.post(f"/reservations/{held['id']}/confirm", json={})).status_code == 200
    told = await story(house, f"/reservations/{held['id']}", exhibitor("acme"))
    assert [one["event"]["type"].split(".")[3] for one in told["events"]] == ["confirmed", "held"]
    other = await house.http(exhibitor("other"))
    assert (await other.get(f"/reservations/{held['id']}/history")).status_code == 404


async def test_what_is_kept_no_more_is_said_to_be_missing(house: House) -> None:
    await house.open_venue()
    client = await house.http(BOOKER)
    booked = (await client.post("/space-bookings", json=HALL)).json()
    await client.post(f"/space-bookings/{booked['id']}/details", json={"title": "Tea"})
    store = house.booking.core.store
    first = (await store.find(OUTBOX, {"entries.id": f"pavilion.booking.events.v1/{booked['id']}/1"}))[0]
    await store.delete(OUTBOX, {"_id": first["_id"]})
    told = await story(house, f"/space-bookings/{booked['id']}", BOOKER)
    assert ([int(one["event"]["sequence"]) for one in told["events"]], told["complete"]) == ([2], False)


@pytest.mark.parametrize("path", ["/reservations/none/history", "/space-bookings/none/history"])
async def test_of_nothing_there_is_no_history(house: House, path: str) -> None:
    assert (await (await house.http(ORGANIZER)).get(path)).status_code == 404
