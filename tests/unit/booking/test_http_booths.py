"""A fair's booths over HTTP: polled by ETag and by sequence, live by server-sent events, blocked by the organizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from shared.contracts.events import BoothWithdrawn, FairClosed
from shared.runtime.auth import Issuer
from shared.runtime.committer import Committed
from tests.builders.rows import outbox_rows

from .house import ORGANIZER, SERVICE, STRANGER, House, exhibitor, listed, published
from .streams import live

ACME = exhibitor("acme")


@pytest.fixture
async def acme(house: House) -> httpx.AsyncClient:
    await house.open_fair("A", "B", "P", "P1", parts={"P": ["P1"]})
    await house.number()
    return await house.http(ACME)


async def _hold(client: httpx.AsyncClient, *booths: str) -> str:
    wish = {"fair": "expo", "booths": [f"1/{booth}" for booth in booths], "exhibitor": "acme"}
    answer = await client.post("/reservations", json=wish)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


async def _booths(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get("/fairs/expo/booths", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_every_booth_is_shown_with_its_state_and_nobodys_name(house: House, acme: httpx.AsyncClient) -> None:
    await _hold(acme, "A")
    body = await _booths(acme)
    assert [booth["booth"] for booth in body["booths"]] == ["1/A", "1/B", "1/P", "1/P1"]
    assert body["booths"][0] == {
        "booth": "1/A",
        "state": "held",
        "version": 2,
        "area_m2": 12.0,
        "open_sides": 0,
        "until": "2027-01-01T00:15:00Z",
    }
    assert body["server_now"] == "2027-01-01T00:00:00.000Z"
    assert "acme" not in orjson.dumps(body).decode()


async def test_a_poll_that_knows_the_content_gets_nothing_again(house: House, acme: httpx.AsyncClient) -> None:
    first = await acme.get("/fairs/expo/booths")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await acme.get("/fairs/expo/booths", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await _hold(acme, "A")
    changed = await acme.get("/fairs/expo/booths", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_since_tells_what_changed_after_a_sequence(house: House, acme: httpx.AsyncClient) -> None:
    start = (await _booths(acme))["sequence"]
    assert (await _booths(acme, since=start))["booths"] == []
    await _hold(acme, "A", "B")
    await house.number()
    body = await _booths(acme, since=start)
    assert (body["reset"], [booth["booth"] for booth in body["booths"]]) == (False, ["1/A", "1/B"])
    assert body["sequence"] > start
    assert (await _booths(acme, since=body["sequence"]))["booths"] == []


async def test_a_sequence_that_cannot_be_known_starts_over(house: House, acme: httpx.AsyncClient) -> None:
    now = (await _booths(acme))["sequence"]
    body = await _booths(acme, since=now + 1_000)
    assert (body["reset"], len(body["booths"])) == (True, 4)
    assert (await _booths(acme, since=0))["reset"] is False
    for nonsense in ("soon", "-1", "1" * 30):
        answer = await acme.get("/fairs/expo/booths", params={"since": nonsense})
        assert answer.json()["type"] == "urn:pavilion:problem:invalid-request"


async def test_everything_up_to_the_sequence_is_in_the_answer_whatever_was_not_yet_numbered(
    house: House, acme: httpx.AsyncClient
) -> None:
    await _hold(acme, "A")
    body = await _booths(acme)
    assert body["booths"][0]["state"] == "held"
    await house.number()
    later = await _booths(acme, since=body["sequence"])
    assert [booth["booth"] for booth in later["booths"]] == ["1/A"]


async def test_two_processes_show_the_same_tag_for_the_same_content(
    house: House, acme: httpx.AsyncClient, issuer: Issuer, tmp_path: Path
) -> None:
    other = House(house.store, issuer, tmp_path / "jwks.json", house.clock)
    elsewhere = await other.http(ACME)
    await elsewhere.get("/fairs/expo/booths")
    await _hold(acme, "A")
    await _hold(elsewhere, "B")
    await house.number()
    one, two = await acme.get("/fairs/expo/booths"), await elsewhere.get("/fairs/expo/booths")
    assert one.headers["etag"] == two.headers["etag"]
    assert one.json()["booths"] == two.json()["booths"]
    await other.stop()


async def test_a_fair_that_nobody_published_is_not_found(acme: httpx.AsyncClient) -> None:
    answer = await acme.get("/fairs/nowhere/booths")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:pavilion:problem:not-found")


async def test_the_picture_is_shown_while_the_store_is_away(house: House, acme: httpx.AsyncClient) -> None:
    await _booths(acme)
    house.store.available = False  # type: ignore[attr-defined]
    assert len((await _booths(acme))["booths"]) == 4
    answer = await acme.get("/fairs/unseen/booths")
    assert answer.status_code == 503


async def test_the_organizer_blocks_and_unblocks(house: House, acme: httpx.AsyncClient) -> None:
    organizer = await house.http(ORGANIZER)
    blocked = await organizer.post("/fairs/expo/booths/block", json={"booths": ["1/A"], "reason": "pillar"})
    assert blocked.json() == {"fair": "expo", "booths": ["1/A"], "server_now": "2027-01-01T00:00:00.000Z"}
    assert (await _booths(acme))["booths"][0]["state"] == "blocked"
    assert (await organizer.post("/fairs/expo/booths/unblock", json={"booths": ["1/A"]})).status_code == 200
    assert (await _booths(acme))["booths"][0]["state"] == "free"
    for who, slug in ((ACME, "role-not-allowed"), (SERVICE, "role-not-allowed"), (STRANGER, "not-yours")):
        answer = await (await house.http(who)).post("/fairs/expo/booths/block", json={"booths": ["1/A"]})
        assert (answer.status_code, answer.json()["type"]) == (403, f"urn:pavilion:problem:{slug}")
    answer = await organizer.post("/fairs/expo/booths/block", json={"booths": ["1/Z", "1/A"]})
    assert (answer.status_code, answer.json()["items"]) == (404, [{"booth": "1/Z", "reason": "booth-unknown"}])


async def test_catalogs_events_delivered_twice_change_booths_once(house: House, acme: httpx.AsyncClient) -> None:
    events = [listed("N"), BoothWithdrawn(booth="expo/1/B", fair="expo"), FairClosed(fair="expo")]
    first = await house.tell(*events, ids=["t1", "t2", "t3"])
    again = await house.tell(*events, ids=["t1", "t2", "t3"])
    assert [result.replayed for result in (*first, *again) if isinstance(result, Committed)] == [False] * 3 + [True] * 3
    rows = [row for row in await outbox_rows(house.store) if row.key in ("expo/1/N", "expo/1/B")]
    assert sorted((row.key, row.sequence) for row in rows) == [("expo/1/B", 1), ("expo/1/B", 2), ("expo/1/N", 1)]
    assert [booth["booth"] for booth in (await _booths(acme))["booths"]] == ["1/A", "1/N", "1/P", "1/P1"]


async def test_a_live_stream_begins_with_everything_and_goes_on_with_changes(
    house: House, acme: httpx.AsyncClient, issuer: Issuer
) -> None:
    await house.booking.feed.start()
    async with live(house, ACME, "/live", fair="expo") as browser:
        assert (browser.status, browser.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        snapshot = await browser.next()
        assert (snapshot.event, len(snapshot.data["booths"])) == ("snapshot", 4)
        assert snapshot.id == snapshot.data["sequence"]
        await _hold(acme, "A")
        await house.number()
        change = await browser.next()
        assert (change.event, change.id > snapshot.id) == ("booths", True)
        assert [(booth["booth"], booth["state"]) for booth in change.data["booths"]] == [("1/A", "held")]


async def test_a_stream_resumes_where_it_broke_off(house: House, acme: httpx.AsyncClient, issuer: Issuer) -> None:
    await house.booking.feed.start()
    async with live(house, ACME, "/live", fair="expo") as browser:
        seen = (await browser.next()).id
    await _hold(acme, "B")
    await house.number()
    await _booths(acme)
    async with live(house, ACME, "/live", fair="expo", last_event_id=seen) as browser:
        missed = await browser.next()
        assert (missed.event, [booth["booth"] for booth in missed.data["booths"]]) == ("booths", ["1/B"])
    async with live(house, ACME, "/live", fair="expo", last_event_id=seen + 1_000) as browser:
        assert (await browser.next()).event == "snapshot"


async def test_a_stopping_service_ends_its_streams(house: House, acme: httpx.AsyncClient, issuer: Issuer) -> None:
    await house.booking.feed.start()
    async with live(house, ACME, "/live", fair="expo") as browser:
        await browser.next()
        house.booking.health.drain()
        assert [await browser.chunk() for _ in range(2)] == [b": ping", b""]
        assert browser.ended
    answer = await acme.get("/live", params={"fair": "expo"})
    assert answer.status_code == 503


@pytest.mark.parametrize("settings", [{"live_ping_seconds": 0.01}])
async def test_a_silent_stream_says_that_it_lives(
    issuer: Issuer, tmp_path: Path, house: House, settings: dict[str, Any]
) -> None:
    lively = House(house.store, issuer, tmp_path / "jwks.json", house.clock, settings=settings)
    await lively.tell(published())
    async with live(lively, ACME, "/live", fair="expo") as browser:
        await browser.next()
        # The first is said at once; the others for want of anything else.
        assert [await browser.chunk() for _ in range(3)] == [b": ping"] * 3
    await lively.stop()


async def test_one_stream_too_many_is_told_to_come_again(issuer: Issuer, tmp_path: Path, house: House) -> None:
    small = House(house.store, issuer, tmp_path / "jwks.json", house.clock, settings={"live_listeners_max": 1})
    await small.tell(published())
    client = await small.http(ACME)
    async with live(small, ACME, "/live", fair="expo") as browser:
        await browser.next()
        answer = await client.get("/live", params={"fair": "expo"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await client.get("/live", params={"fair": "nowhere"})).status_code == 404
    await small.stop()


async def test_a_stream_ends_in_time_and_leaves_nothing_behind(issuer: Issuer, tmp_path: Path, house: House) -> None:
    brief = House(house.store, issuer, tmp_path / "jwks.json", house.clock, settings={"live_seconds_max": 0.05})
    await brief.tell(published())
    async with live(brief, ACME, "/live", fair="expo") as browser:
        await browser.next()
        assert [await browser.chunk() for _ in range(2)] == [b": ping", b""]
    assert not brief.booking.feed._listeners
    await brief.stop()
