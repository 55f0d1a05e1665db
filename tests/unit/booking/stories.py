"""A sale with a bit of everything, which several suites tell and then ask about."""

from __future__ import annotations

from typing import Any

import httpx

from .house import ORGANIZER, House, exhibitor


async def reserved_story(house: House) -> None:
    """A sold, B confirmed, C held, D cancelled, E run out, F blocked; of 12 m² each, all on one day."""
    await house.open_fair("A", "B", "C", "D", "E", "F")
    acme, beta = await house.http(exhibitor("acme")), await house.http(exhibitor("beta"))
    organizer = await house.http(ORGANIZER)
    await _held(acme, "acme", "E")
    house.advance(minutes=16)
    assert await house.sweep() == 1
    sold, reserved, gone = (
        await _held(acme, "acme", "A"),
        await _held(beta, "beta", "B"),
        await _held(beta, "beta", "D"),
    )
    house.advance(minutes=1)
    for client, id_ in ((acme, sold), (beta, reserved), (beta, gone)):
        await _stepped(client, id_, "confirm")
    house.advance(minutes=1)
    await _stepped(organizer, sold, "sell")
    await _stepped(beta, gone, "cancel")
    await _held(acme, "acme", "C")
    blocking = {"booths": ["1/F"], "reason": "a pillar"}
    assert (await organizer.post("/fairs/expo/booths/block", json=blocking)).status_code == 200


async def _held(client: httpx.AsyncClient, who: str, number: str) -> str:
    wish = {"fair": "expo", "booths": [f"1/{number}"], "exhibitor": who}
    answer = await client.post("/reservations", json=wish)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return str(told["id"])


async def _stepped(client: httpx.AsyncClient, id_: str, step: str) -> None:
    answer = await client.post(f"/reservations/{id_}/{step}", json={})
    assert answer.status_code == 200, answer.text
