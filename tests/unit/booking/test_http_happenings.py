"""Everything that happened, over HTTP: searched, in pages, with its causes, to those who may see it; and live."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.booking.app.happening_bodies import HappeningsBody
from services.booking.queries.feed import FeedLimits
from shared.runtime.auth import Principal, Role
from shared.runtime.outbox import OUTBOX

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor
from .streams import live

ACME, OTHER = exhibitor("acme"), exhibitor("other")
BOOKER = Principal("bea", Role.ORGANIZER, organizer="expo-ltd")
RIVAL = Principal("rita", Role.ORGANIZER, organizer="rival-ltd")
HALL = {"space": "centre/hall-1", "start": "2027-06-10T09:00", "end": "2027-06-10T18:00", "state": "option"}


async def asked(house: House, who: Principal, **query: Any) -> dict[str, Any]:
    await house.number()
    answer = await (await house.http(who)).get("/happenings", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    HappeningsBody.model_validate(told)
    return told


async def kinds(house: House, who: Principal, **query: Any) -> list[str]:
    told = (await asked(house, who, **query))["happenings"]
    return [".".join(one["event"]["type"].split(".")[2:4]) for one in told]


async def hold(client: httpx.AsyncClient, who: str, *booths: str) -> dict[str, Any]:
    body = {"fair": "expo", "booths": [f"1/{booth}" for booth in booths], "exhibitor": who}
    answer = await client.post("/reservations", json=body)
    assert answer.status_code == 201, answer.text
    held: dict[str, Any] = answer.json()
    return held


@pytest.fixture
async def story(house: House) -> House:
    """Acme holds two booths and confirms them, other's hold runs out, and the organizer takes a booth out of sale."""
    await house.open_fair("A", "B", "C", "D")
    acme = await house.http(ACME)
    held = await hold(acme, "acme", "A", "B")
    house.advance(seconds=1)
    await hold(await house.http(OTHER), "other", "C")
    house.advance(seconds=1)
    assert (await acme.post(f"/reservations/{held['id']}/confirm")).status_code == 200
    house.advance(seconds=1)
    organizer = await house.http(ORGANIZER)
    assert (await organizer.post("/fairs/expo/booths/block", json={"booths": ["1/D"]})).status_code == 200
    house.advance(hours=1)
    assert await house.sweep() == 1
    return house


ALL = ["reservation.expired", "booth.state", "reservation.confirmed", "reservation.held", "reservation.held"]


async def test_an_organizer_reads_what_happened_at_their_fair_newest_first(story: House) -> None:
    assert await kinds(story, ORGANIZER, fair="expo") == ALL
    assert await kinds(story, ORGANIZER) == ALL
    for who in (ADMIN, SERVICE):
        assert await kinds(story, who) == ALL
        assert await kinds(story, who, fair="expo") == ALL
        assert await kinds(story, who, fair="none") == []


async def test_nobody_reads_what_is_not_theirs(story: House) -> None:
    assert await kinds(story, STRANGER) == []
    assert await kinds(story, STRANGER, fair="expo") == []
    assert await kinds(story, ACME) == ["reservation.confirmed", "reservation.held"]
    assert await kinds(story, ACME, exhibitor="other") == []
    assert await kinds(story, OTHER, fair="expo") == ["reservation.expired", "reservation.held"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"booth": "expo/1/A"}, ["reservation.confirmed", "reservation.held"]),
        ({"booth": "expo/1/D"}, ["booth.state"]),
        ({"exhibitor": "other"}, ["reservation.expired", "reservation.held"]),
        ({"exhibitor": "other", "booth": "expo/1/A"}, []),
        ({"kind": "reservation.held", "fair": "expo"}, ["reservation.held", "reservation.held"]),
        ({"kind": "reservation.held", "exhibitor": "acme"}, ["reservation.held"]),
        ({"kind": "space.optioned"}, []),
    ],
)
async def test_a_search_finds_what_is_about_all_of_it(story: House, query: dict[str, str], found: list[str]) -> None:
    assert await kinds(story, ORGANIZER, **query) == found


async def test_a_search_by_time_is_half_open_and_names_its_zone(story: House) -> None:
    told = (await asked(story, ORGANIZER))["happenings"]
    times = [one["event"]["time"] for one in told]
    assert await kinds(story, ORGANIZER, **{"from": times[2]}) == ALL[:3]
    assert await kinds(story, ORGANIZER, until=times[2]) == ALL[3:]
    assert await kinds(story, ORGANIZER, **{"from": times[3], "until": times[2]}) == ALL[3:4]
    client = await story.http(ORGANIZER)
    assert (await client.get("/happenings", params={"from": "2027-01-01T09:00"})).status_code == 422


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_follow_one_another_without_gap_or_double(story: House, limit: int) -> None:
    whole = [one["event"]["id"] for one in (await asked(story, ORGANIZER))["happenings"]]
    read: list[str] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        page = await asked(story, ORGANIZER, **query)
        read += [one["event"]["id"] for one in page["happenings"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert read == whole


async def test_several_events_of_one_transaction_are_told_apart_by_a_cursor(house: House) -> None:
    await house.open_fair("A", "B", "C")
    organizer = await house.http(ORGANIZER)
    blocked = {"booths": ["1/A", "1/B", "1/C"]}
    assert (await organizer.post("/fairs/expo/booths/block", json=blocked)).status_code == 200
    first = await asked(house, ORGANIZER, limit=2)
    second = await asked(house, ORGANIZER, limit=2, cursor=first["next"])
    keys = [one["event"]["partitionkey"] for one in (*first["happenings"], *second["happenings"])]
    assert sorted(keys) == ["expo/1/A", "expo/1/B", "expo/1/C"]
    assert second["next"] is None


async def test_each_event_tells_its_envelope_and_what_caused_it(story: House) -> None:
    expired, blocked, confirmed, _, held = (await asked(story, ORGANIZER))["happenings"]
    assert held["event"] | {"data": {}, "time": "", "traceparent": ""} == {
        "specversion": "1.0",
        "id": f"pavilion.booking.events.v1/{held['event']['data']['reservation']}/1",
        "source": "/booking",
        "type": "pavilion.booking.reservation.held.v1",
        "subject": "expo",
        "time": "",
        "datacontenttype": "application/json",
        "dataschema": "urn:pavilion:event:pavilion.booking.reservation.held.v1",
        "sequence": "1",
        "partitionkey": held["event"]["data"]["reservation"],
        "traceparent": "",
        "data": {},
    }
    assert held["event"]["traceparent"] != confirmed["event"]["traceparent"]
    asked_for = {"kind": "request", "event": None, "account": None}
    assert held["cause"] == {**asked_for, "command": "hold", "role": "exhibitor", "tenant": "acme"}
    assert confirmed["cause"]["command"] == "confirm"
    assert blocked["cause"] == {
        **asked_for, "command": "block", "role": "organizer", "tenant": "sco", "account": "olga"
    }  # fmt: skip
    nobody = {"role": None, "tenant": None, "account": None, "event": None}
    assert expired["cause"] == {"kind": "clock", "command": "expire", **nobody}


async def test_which_colleague_asked_is_told_to_colleagues_and_administrators(story: House) -> None:
    for who, account in ((ACME, "acme-clerk"), (ADMIN, "acme-clerk"), (ORGANIZER, None), (SERVICE, None)):
        [confirmed] = (await asked(story, who, kind="reservation.confirmed"))["happenings"]
        assert (confirmed["cause"]["account"], confirmed["cause"]["tenant"]) == (account, "acme"), who


async def test_a_rival_hears_what_befell_them_and_not_who_is_behind_it(house: House) -> None:
    await house.open_venue()
    first, rival = await house.http(BOOKER), await house.http(RIVAL)
    booked = (await first.post("/space-bookings", json=HALL)).json()
    assert (await rival.post("/space-bookings", json=HALL)).status_code == 201
    assert (await first.post(f"/space-bookings/{booked['id']}/cancel")).status_code == 200
    [moved] = (await asked(house, RIVAL, kind="space.rank_changed"))["happenings"]
    assert (moved["cause"]["role"], moved["cause"]["tenant"], moved["cause"]["account"]) == ("organizer", None, None)
    assert "expo-ltd" not in str(moved)
    [seen] = (await asked(house, ORGANIZER, kind="space.rank_changed"))["happenings"]
    assert (seen["cause"]["tenant"], seen["cause"]["account"]) == ("expo-ltd", None)
    assert len(await kinds(house, ORGANIZER, space="centre/hall-1")) == 4
    assert await kinds(house, BOOKER, venue="centre") == ["space.cancelled", "space.optioned"]
    assert await kinds(house, exhibitor("acme")) == []


async def test_what_retention_thinned_out_is_found_no_more(story: House) -> None:
    await asked(story, ORGANIZER)
    story.advance(days=91)
    assert await story.relay.sweep() > 0
    told = await asked(story, ORGANIZER)
    assert told["kept_days"] == 90
    [last] = told["happenings"]
    assert last["event"]["data"]["state"] == "blocked", "how each booth is now is kept"
    assert await kinds(story, ORGANIZER, exhibitor="acme") == []
    pages = await story.store.find(OUTBOX, {})
    assert [page["about"] for page in pages if page["about"]] == [
        ["*", "kind/booth.state", "fair/expo", "organizer/sco", "booth/expo/1/D"]
    ]


async def test_a_tail_goes_on_where_a_page_was_read_and_tells_what_is_sought(story: House) -> None:
    await story.number()
    position = (await asked(story, ORGANIZER))["position"]
    acme = await story.http(ACME)
    missed = await hold(acme, "acme", "C")
    await story.number()
    await story.booking.feed.start()
    async with live(story, ORGANIZER, "/happenings/live", after=str(position), exhibitor="acme") as browser:
        assert browser.status == 200
        first = await browser.next()
        assert [one["event"]["data"]["reservation"] for one in first.data["happenings"]] == [missed["id"]]
        assert (await acme.post(f"/reservations/{missed['id']}/confirm")).status_code == 200
        await story.number()
        told = await browser.next()
        assert [one["cause"]["command"] for one in told.data["happenings"]] == ["confirm"]
        assert told.id == told.data["position"] > first.id
    async with live(story, ORGANIZER, "/happenings/live", last_event_id=first.id, after="0") as browser:
        again = await browser.next()
        assert [one["cause"]["command"] for one in again.data["happenings"]] == ["confirm"]
    assert not story.booking.feed._tails, "nobody listens any more"


async def test_a_tail_tells_nobody_what_is_not_theirs(story: House) -> None:
    await story.booking.feed.start()
    await story.number()
    async with live(story, OTHER, "/happenings/live") as browser:
        assert (await browser.next()).data["happenings"] == []
        await hold(await story.http(ACME), "acme", "C")
        organizer = await story.http(ORGANIZER)
        assert (await organizer.post("/fairs/expo/booths/unblock", json={"booths": ["1/D"]})).status_code == 200
        mine = await hold(await story.http(OTHER), "other", "D")
        await story.number()
        told = await browser.next()
        assert [one["event"]["data"]["reservation"] for one in told.data["happenings"]] == [mine["id"]]


async def test_who_missed_too_much_is_told_to_read_anew(story: House) -> None:
    organizer = await story.http(ORGANIZER)
    for turn in range(40):
        move = "block" if turn % 2 else "unblock"
        assert (await organizer.post(f"/fairs/expo/booths/{move}", json={"booths": ["1/D"]})).status_code == 200
    await story.number()
    story.booking.feed._limits = FeedLimits(rows_max=1)
    async with live(story, ORGANIZER, "/happenings/live", after="0") as browser:
        assert (await browser.next()).event == "reset"


async def test_a_stopping_service_ends_tails_and_begins_none(story: House) -> None:
    await story.booking.feed.start()
    async with live(story, ORGANIZER, "/happenings/live") as browser:
        await browser.next()
        story.booking.health.drain()
        assert await browser.chunk() == b""
        assert browser.ended
    assert (await (await story.http(ORGANIZER)).get("/happenings/live")).status_code == 503
