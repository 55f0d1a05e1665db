"""A venue's bookings live: told that something changed, to whoever looks, without saying what."""

from __future__ import annotations

import httpx
import pytest

from shared.runtime.auth import Principal, Role

from .house import STRANGER, House, exhibitor
from .streams import live

BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
HALL = {"space": "centre/hall-1", "start": "2027-06-10T09:00", "end": "2027-06-10T18:00"}


@pytest.fixture
async def client(house: House) -> httpx.AsyncClient:
    await house.open_venue()
    await house.number()
    await house.booking.feed.start()
    return await house.http(BOOKER)


@pytest.mark.parametrize("who", [STRANGER, exhibitor("acme")])
async def test_everybody_hears_at_once_and_with_each_change_that_there_is_something_new(
    house: House, client: httpx.AsyncClient, who: Principal
) -> None:
    async with live(house, who, "/venues/centre/live") as browser:
        assert browser.status == 200
        first = await browser.next()
        assert (first.event, first.data["venue"]) == ("changed", "centre")
        assert (await client.post("/space-bookings", json=HALL)).status_code == 201
        await house.number()
        told = await browser.next()
        assert (told.event, told.id > first.id) == ("changed", True)
        assert told.data.keys() == {"venue", "sequence", "server_now"}


async def test_what_changes_elsewhere_is_not_told(house: House, client: httpx.AsyncClient) -> None:
    await house.open_fair("A")
    async with live(house, BOOKER, "/venues/centre/live") as browser:
        first = await browser.next()
        acme = await house.http(exhibitor("acme"))
        await acme.post("/reservations", json={"fair": "expo", "booths": ["1/A"], "exhibitor": "acme"})
        await house.number()
        booked = (await client.post("/space-bookings", json=HALL)).json()
        await house.number()
        told = await browser.next()
        await client.post(f"/space-bookings/{booked['id']}/cancel")
        await house.number()
        assert first.id < told.id < (await browser.next()).id
    assert not house.booking.feed._at_venues, "nobody listens any more"


async def test_a_stopping_service_ends_it_and_an_unknown_venue_is_none(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.get("/venues/nowhere/live")).status_code == 404
    async with live(house, BOOKER, "/venues/centre/live") as browser:
        await browser.next()
        house.booking.health.drain()
        assert await browser.chunk() == b""
        assert browser.ended
    assert (await client.get("/venues/centre/live")).status_code == 503
