"""Calendar feeds: who may make and revoke them, what they show, and what a second reader of iCalendar makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import vobject

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor, hall

MORNING = {"space": "centre/hall-1", "start": "2027-06-01T09:00", "end": "2027-06-01T11:00", "title": "Tasting"}
BEFORE_AND_AFTER_THE_CLOCKS_CHANGE = (("2027-10-30T09:00", 7), ("2027-10-31T09:00", 8), ("2027-03-27T09:00", 8))


@pytest.fixture
async def client(house: House) -> httpx.AsyncClient:
    await house.open_venue()
    return await house.http(ORGANIZER)


async def make(client: httpx.AsyncClient, status: int = 201, **body: Any) -> Any:
    answer = await client.post("/calendar-feeds", json=body or {"venue": "centre"})
    assert answer.status_code == status, answer.text
    return answer.json()


async def book(client: httpx.AsyncClient, **body: Any) -> Any:
    answer = await client.post("/space-bookings", json={**MORNING, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def follow(house: House, feed: Any, **headers: str) -> httpx.Response:
    """What a calendar program gets that has only the link."""
    nobody = await house.http(None)
    return await nobody.get(f"http://booking{feed['path']}", headers=headers)


def events(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.text)
    return {event.summary.value: event for event in getattr(calendar, "vevent_list", [])}


async def test_whoever_has_the_link_reads_the_venues_calendar_without_signing_in(
    house: House, client: httpx.AsyncClient
) -> None:
    feed = await make(client)
    await book(client)
    option = await book(client, state="option", start="2027-06-02T09:00", end="2027-06-02T11:00", title="Maybe")
    await book(client, state="inquiry", start="2027-06-03T09:00", end="2027-06-03T11:00", title="Only asked for")
    found = events(await follow(house, feed))
    assert sorted(found) == ["Maybe", "Tasting"]
    tasting, maybe = found["Tasting"], found["Maybe"]
    assert (tasting.dtstart.value.astimezone(UTC), tasting.dtend.value.astimezone(UTC)) == (
        datetime(2027, 6, 1, 1, tzinfo=UTC),
        datetime(2027, 6, 1, 3, tzinfo=UTC),
    )
    assert (tasting.status.value, maybe.status.value) == ("CONFIRMED", "TENTATIVE")
    assert tasting.location.value == "hall-1"
    assert tasting.sequence.value == "0"
    await client.post(f"/space-bookings/{option['id']}/yield")
    gone = events(await follow(house, feed))["Maybe"]
    assert (gone.status.value, gone.sequence.value, gone.uid.value) == ("CANCELLED", "1", maybe.uid.value)


async def test_a_moved_booking_keeps_its_uid_and_raises_its_sequence(house: House, client: httpx.AsyncClient) -> None:
    feed, booking = await make(client), await book(client)
    before = events(await follow(house, feed))["Tasting"]
    moved = {"space": "centre/hall-2", "start": "2027-06-01T10:00", "end": "2027-06-01T12:00"}
    assert (await client.post(f"/space-bookings/{booking['id']}/reschedule", json=moved)).status_code == 200
    after = events(await follow(house, feed))["Tasting"]
    assert (before.uid.value, before.sequence.value) == (after.uid.value, "0")
    assert (after.sequence.value, after.location.value) == ("1", "hall-2")
    assert after.dtstart.value.astimezone(UTC).hour == 2
    assert (await client.post(f"/space-bookings/{booking['id']}/cancel", json={})).status_code == 200
    gone = events(await follow(house, feed))["Tasting"]
    assert (gone.uid.value, gone.sequence.value, gone.status.value) == (before.uid.value, "2", "CANCELLED")


async def test_the_zone_comes_along_and_a_second_reader_finds_each_offset(house: House) -> None:
    """vobject reckons with the VTIMEZONE in the file, not with a zone of that name that it knows."""
    await house.open_venue(hall("hall-1"), time_zone="Europe/Berlin")
    client = await house.http(ORGANIZER)
    feed = await make(client, space="centre/hall-1")
    for start, _ in BEFORE_AND_AFTER_THE_CLOCKS_CHANGE:
        await book(client, start=start, end=f"{start[:11]}11:00", title=start)
    answer = await follow(house, feed)
    renamed = answer.text.replace("Europe/Berlin", "Nowhere/Known")
    assert renamed.count("TZID:Nowhere/Known") == 1
    calendar = vobject.readOne(renamed)
    found = {event.summary.value: event.dtstart.value.astimezone(UTC).hour for event in calendar.vevent_list}
    assert found == dict(BEFORE_AND_AFTER_THE_CLOCKS_CHANGE)


async def test_an_hour_that_comes_twice_is_told_in_utc(house: House) -> None:
    """A local time in it would mean the first one, and an end could come before its start."""
    await house.open_venue(hall("hall-1"), time_zone="Europe/Berlin")
    client = await house.http(ORGANIZER)
    feed = await make(client, space="centre/hall-1")
    await book(client, start="2027-10-31T00:30Z", end="2027-10-31T01:10Z")
    found = events(await follow(house, feed))["Tasting"]
    assert (found.dtstart.value.astimezone(UTC), found.dtend.value.astimezone(UTC)) == (
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 10, tzinfo=UTC),
    )


async def test_an_imported_booking_has_the_uid_of_its_invitations_in_feeds(
    house: House, client: httpx.AsyncClient
) -> None:
    feed = await make(client)
    booking = await book(client, uid="imported@elsewhere")
    assert events(await follow(house, feed))["Tasting"].uid.value == f"{booking['id']}-0@pavilion"
    assert "imported@elsewhere" in (await client.get("/venues/centre/calendar.ics")).text


async def test_a_feed_shows_a_space_or_an_organizers_bookings_alone(house: House, client: httpx.AsyncClient) -> None:
    other = await house.http(STRANGER)
    await book(client, title="Ours")
    await book(other, space="centre/hall-2", title="Theirs")
    of_space = await make(client, space="centre/hall-2")
    of_organizer = await make(client, organizer="sco")
    of_both = await make(client, venue="centre", organizer="other")
    assert list(events(await follow(house, of_space))) == ["Theirs"]
    assert list(events(await follow(house, of_organizer))) == ["Ours"]
    assert list(events(await follow(house, of_both))) == ["Theirs"]


async def test_a_feed_shows_what_its_maker_may_see_and_no_more(house: House, client: httpx.AsyncClient) -> None:
    other = await house.http(STRANGER)
    await book(client, title="Ours")
    await book(other, space="centre/hall-2", title="Theirs")
    assert list(events(await follow(house, await make(other)))) == ["Theirs"]
    assert list(events(await follow(house, await make(other, organizer="sco")))) == []
    assert sorted(events(await follow(house, await make(await house.http(ADMIN))))) == ["Ours", "Theirs"]


async def test_a_revoked_link_opens_nothing_and_neither_does_a_wrong_one(
    house: House, client: httpx.AsyncClient
) -> None:
    feed = await make(client)
    assert (await follow(house, feed)).status_code == 200
    wrong = {"path": f"{feed['path'][:-5]}{'x' if feed['path'][-5] != 'x' else 'y'}.ics"}
    unknown = {"path": "/api/booking/feeds/fed-none/secret.ics"}
    for link in (wrong, unknown):
        answer = await follow(house, link)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:pavilion:problem:not-found")
        assert "secret" not in answer.text
    for _ in range(2):
        revoked = await client.post(f"/calendar-feeds/{feed['id']}/revoke")
        assert (revoked.status_code, revoked.json()["revoked"]) == (200, True)
    assert (await follow(house, feed)).status_code == 404
    fresh = await make(client)
    assert fresh["path"] != feed["path"]
    assert (await follow(house, fresh)).status_code == 200


async def test_feeds_are_listed_for_and_revoked_by_whose_they_are(house: House, client: httpx.AsyncClient) -> None:
    other, admin = await house.http(STRANGER), await house.http(ADMIN)
    first, second = await make(client), await make(client, space="centre/hall-1", language="zh")
    listed = (await client.get("/calendar-feeds")).json()["feeds"]
    assert listed == [second, first]
    gone = await make(client)
    await client.post(f"/calendar-feeds/{gone['id']}/revoke")
    assert [one["id"] for one in (await client.get("/calendar-feeds")).json()["feeds"]] == [
        second["id"],
        first["id"],
        gone["id"],
    ]
    assert (await client.get("/calendar-feeds", params={"limit": 1})).json()["feeds"] == [second]
    assert (await other.get("/calendar-feeds")).json()["feeds"] == []
    refused = await other.post(f"/calendar-feeds/{first['id']}/revoke")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:pavilion:problem:not-yours")
    unknown = await client.post("/calendar-feeds/fed-none/revoke")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:pavilion:problem:feed-unknown")
    assert (await follow(house, first)).status_code == 200
    assert (await admin.post(f"/calendar-feeds/{first['id']}/revoke")).status_code == 200
    for principal in (SERVICE, exhibitor("acme")):
        someone = await house.http(principal)
        assert (await someone.post("/calendar-feeds", json={"venue": "centre"})).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"language": "en"}, 422, "venue"),
        ({"venue": "centre", "space": "elsewhere/hall-1"}, 422, "space"),
        ({"space": "centre/attic"}, 422, "space"),
        ({"venue": "nowhere"}, 404, None),
        ({"venue": "centre", "language": "de"}, 422, "language"),
    ],
)
async def test_a_feed_of_nothing_or_of_what_is_not_there_is_refused(
    client: httpx.AsyncClient, body: Any, status: int, field: str | None
) -> None:
    answer = await make(client, status, **body)
    if field is not None:
        [item] = answer.get("errors") or answer["items"]
        assert item["field"] == field
        assert item["remedy"]


async def test_nothing_new_is_told_in_a_word_and_an_old_booking_leaves(house: House, client: httpx.AsyncClient) -> None:
    feed = await make(client)
    await book(client, title="Old", start="2025-03-01T09:00", end="2025-03-01T11:00", retrospective=True)
    await book(client)
    first = await follow(house, feed)
    assert list(events(first)) == ["Tasting"]
    same = await follow(house, feed, **{"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await book(client, space="centre/hall-2", title="Another")
    changed = await follow(house, feed, **{"If-None-Match": first.headers["etag"]})
    assert sorted(events(changed)) == ["Another", "Tasting"]
    assert "noindex" in changed.headers["x-robots-tag"]
    assert "private" in changed.headers["cache-control"]


async def test_names_are_in_the_feeds_language(house: House) -> None:
    await house.open_venue(hall("hall-1").model_copy(update={"name": {"en": "Hall 1", "zh": "一号馆", "ru": "Зал 1"}}))
    client = await house.http(ORGANIZER)
    await book(client)
    for language, name in (("zh", "一号馆"), ("ru", "Зал 1"), ("en", "Hall 1")):
        answer = await follow(house, await make(client, space="centre/hall-1", language=language))
        assert events(answer)["Tasting"].location.value == name
        assert f"X-WR-CALNAME:{name}" in answer.text
