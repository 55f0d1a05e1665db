"""Venues and fairs over HTTP: entering, changing, publishing, closing, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.catalog.kit import (
    ADMIN,
    FAIR,
    ORGANIZER,
    RIVAL,
    SERVICE,
    VENUE,
    Catalog,
    exhibitor,
    fair_settings,
    plan,
    row_of_booths,
    venue,
)


async def test_a_fair_is_entered_as_a_draft_of_its_organizer(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.ask("GET", f"/fairs/{FAIR}")
    entry = answer.json()
    assert (entry["state"], entry["organizer"], entry["hold_ttl_seconds"], entry["version"]) == (
        "draft",
        "steppe-fairs",
        900,
        1,
    )
    assert await catalog.told() == []


async def test_publishing_tells_the_fair_and_every_booth_once(catalog: Catalog) -> None:
    await catalog.fair(halls=("N1", "N2"))
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2")))
    await catalog.put_plan(plan(*row_of_booths("A-1")), hall="N2")
    for _ in range(2):
        answer = await catalog.ask("POST", f"/fairs/{FAIR}/publish")
        assert answer.status_code == 200
        assert answer.json()["state"] == "published"
    told = await catalog.told()
    assert [(event["type"], event["key"], event["seq"]) for event in told] == [
        ("fair.published", FAIR, 1),
        ("booth.listed", f"{FAIR}/N1/A-1", 1),
        ("booth.listed", f"{FAIR}/N1/A-2", 1),
        ("booth.listed", f"{FAIR}/N2/A-1", 1),
    ]
    assert told[0]["data"] == {
        "fair": FAIR,
        "name": {"en": "Steppe Expo 2027"},
        "organizer": "steppe-fairs",
        "venue": VENUE,
        "starts": "2027-05-10",
        "ends": "2027-05-13",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        "hold_ttl_seconds": 900,
        "hold_extensions_max": 2,
        "held_booths_max": 10,
        "rates": [],
        "deadlines": [],
        "product_groups": [],
    }
    assert told[1]["data"]["outline"] == [[[0, 0], [4, 0], [4, 3], [0, 3], [0, 0]]]


async def test_a_published_fairs_new_settings_are_told_and_the_same_settings_are_not(catalog: Catalog) -> None:
    await catalog.fair(publish=True)
    for settings in (fair_settings(), fair_settings(held_booths_max=3), fair_settings(held_booths_max=3)):
        assert (await catalog.ask("PUT", f"/fairs/{FAIR}", json=settings)).status_code == 200
    told = await catalog.told()
    assert [(event["type"], event["seq"], event["data"]["held_booths_max"]) for event in told] == [
        ("fair.published", 1, 10),
        ("fair.published", 2, 3),
    ]


async def test_a_draft_may_change_often_and_its_public_sequence_still_begins_at_one(catalog: Catalog) -> None:
    await catalog.fair()
    for cap in (2, 3, 4):
        await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(held_booths_max=cap))
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    await catalog.ask("POST", f"/fairs/{FAIR}/close")
    assert [(event["type"], event["seq"]) for event in await catalog.told()] == [
        ("fair.published", 1),
        ("fair.closed", 2),
    ]


async def test_a_draft_cannot_be_closed_and_a_closed_fair_is_left_as_it_is(catalog: Catalog) -> None:
    await catalog.fair()
    refused = await catalog.ask("POST", f"/fairs/{FAIR}/close")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:pavilion:problem:fair-not-published")
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    assert (await catalog.ask("POST", f"/fairs/{FAIR}/close")).json()["state"] == "closed"
    assert (await catalog.ask("POST", f"/fairs/{FAIR}/close")).json()["state"] == "closed"
    for answer in (
        await catalog.ask("POST", f"/fairs/{FAIR}/publish"),
        await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings()),
        await catalog.put_plan(plan(*row_of_booths("A-1"))),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:pavilion:problem:fair-closed")
    assert len(await catalog.told()) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"currency": "DEM"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"ends": "2027-05-09"}, "ends"),
        ({"ends": "2037-05-09"}, "ends"),
        ({"name": {}}, "name"),
        ({"name": {"english": "Expo"}}, "name"),
        ({"hold_ttl_seconds": 0}, "hold_ttl_seconds"),
        ({"hold_extensions_max": -1}, "hold_extensions_max"),
        ({"held_booths_max": 0}, "held_booths_max"),
    ],
)
async def test_wrong_settings_are_refused_by_field(catalog: Catalog, changes: dict[str, Any], field: str) -> None:
    await catalog.fair()
    answer = await catalog.ask("PUT", "/fairs/other-expo", json=fair_settings(**changes))
    assert answer.status_code == 422
    assert [item["field"] for item in answer.json()["items"]] == [field]


async def test_a_fair_needs_its_venue_and_runs_on_its_time(catalog: Catalog) -> None:
    unknown = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings())
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:pavilion:problem:venue-unknown")
    await catalog.ask("PUT", f"/venues/{VENUE}", json=venue())
    differs = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(time_zone="Europe/Berlin"))
    assert (differs.status_code, differs.json()["type"]) == (422, "urn:pavilion:problem:time-zone-differs")


@pytest.mark.parametrize("by", [RIVAL, SERVICE, exhibitor("somebody")])
async def test_a_draft_is_not_there_for_others_and_a_published_fair_is(catalog: Catalog, by: Any) -> None:
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1")))
    paths = (
        f"/fairs/{FAIR}",
        f"/fairs/{FAIR}/halls",
        f"/fairs/{FAIR}/halls/N1/floor-plan",
        f"/fairs/{FAIR}/exhibitors",
    )
    assert {(await catalog.ask("GET", path, by=by)).status_code for path in paths} == {404}
    assert (await catalog.ask("GET", "/fairs", by=by)).json()["items"] == []
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    assert {(await catalog.ask("GET", path, by=by)).status_code for path in paths} == {200}
    assert [fair["slug"] for fair in (await catalog.ask("GET", "/fairs", by=by)).json()["items"]] == [FAIR]


async def test_another_organizer_changes_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    taken = await catalog.ask("PUT", f"/fairs/{FAIR}", by=RIVAL, json=fair_settings())
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:pavilion:problem:fair-exists")
    assert (await catalog.ask("POST", f"/fairs/{FAIR}/publish", by=RIVAL)).status_code == 404
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    answers = [
        await catalog.ask("PUT", f"/fairs/{FAIR}", by=RIVAL, json=fair_settings(held_booths_max=1)),
        await catalog.ask("POST", f"/fairs/{FAIR}/close", by=RIVAL),
        await catalog.put_plan(plan(*row_of_booths("A-1")), by=RIVAL),
        await catalog.put_table("name\nSomebody\n", by=RIVAL),
        await catalog.ask("POST", f"/fairs/{FAIR}/exhibitors", by=RIVAL, json={"name": "Somebody"}),
        await catalog.ask("PUT", f"/venues/{VENUE}", by=RIVAL, json=venue(city="Elsewhere")),
        await catalog.ask("PUT", "/fairs/mine", by=RIVAL, json=fair_settings(organizer=ORGANIZER.organizer)),
    ]
    assert [(answer.status_code, answer.json()["type"]) for answer in answers] == [
        (403, "urn:pavilion:problem:not-yours")
    ] * len(answers)
    assert (await catalog.ask("GET", f"/fairs/{FAIR}")).json()["held_booths_max"] == 10


@pytest.mark.parametrize("by", [SERVICE, exhibitor("somebody")])
async def test_only_organizers_enter_and_change(catalog: Catalog, by: Any) -> None:
    await catalog.fair(publish=True)
    answers = [
        await catalog.ask("PUT", f"/venues/{VENUE}", by=by, json=venue()),
        await catalog.ask("PUT", f"/fairs/{FAIR}", by=by, json=fair_settings()),
        await catalog.ask("POST", f"/fairs/{FAIR}/close", by=by),
        await catalog.put_plan(plan(*row_of_booths("A-1")), by=by),
        await catalog.put_table("name\nSomebody\n", by=by),
        await catalog.ask("POST", f"/fairs/{FAIR}/exhibitors", by=by, json={"name": "Somebody"}),
    ]
    assert {(answer.status_code, answer.json()["type"]) for answer in answers} == {
        (403, "urn:pavilion:problem:role-not-allowed")
    }


async def test_another_organizer_may_say_of_a_venue_what_is_known_and_hold_its_fair_there(catalog: Catalog) -> None:
    await catalog.fair()
    same = await catalog.ask("PUT", f"/venues/{VENUE}", by=RIVAL, json=venue())
    assert (same.status_code, same.json()["organizer"], same.json()["version"]) == (200, "steppe-fairs", 1)
    other = await catalog.ask("PUT", "/fairs/other-expo", by=RIVAL, json=fair_settings())
    assert (other.status_code, other.json()["organizer"]) == (200, "other-fairs")


async def test_an_admin_acts_for_an_organizer_that_it_names(catalog: Catalog) -> None:
    nameless = await catalog.ask("PUT", f"/venues/{VENUE}", by=ADMIN, json=venue())
    assert (nameless.status_code, nameless.json()["type"]) == (422, "urn:pavilion:problem:organizer-missing")
    entered = await catalog.ask("PUT", f"/venues/{VENUE}", by=ADMIN, json=venue(organizer="steppe-fairs"))
    assert entered.json()["organizer"] == "steppe-fairs"
    assert (await catalog.ask("PUT", f"/venues/{VENUE}", json=venue(city="Almaty"))).json()["city"] == "Almaty"


async def test_a_fair_that_was_read_is_answered_with_304_until_it_changes(catalog: Catalog) -> None:
    await catalog.fair()
    etag = (await catalog.ask("GET", f"/fairs/{FAIR}")).headers["etag"]
    again = await catalog.ask("GET", f"/fairs/{FAIR}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    change = fair_settings(held_booths_max=4)
    assert (await catalog.ask("PUT", f"/fairs/{FAIR}", json=change, headers={"If-Match": etag})).status_code == 200
    assert (await catalog.ask("GET", f"/fairs/{FAIR}", headers={"If-None-Match": etag})).status_code == 200
    late = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(), headers={"If-Match": etag})
    assert (late.status_code, late.json()["type"]) == (412, "urn:pavilion:problem:changed-meanwhile")


async def test_a_star_asks_that_there_be_something_to_change(catalog: Catalog) -> None:
    await catalog.fair()
    there, nothing = ({"json": venue(), "headers": {"If-Match": "*"}} for _ in range(2))
    assert (await catalog.ask("PUT", f"/venues/{VENUE}", **there)).status_code == 200
    refused = await catalog.ask("PUT", "/venues/nowhere", **nothing)
    assert (refused.status_code, refused.json()["type"]) == (412, "urn:pavilion:problem:changed-meanwhile")


async def test_no_cache_may_pass_on_what_one_viewer_was_shown(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1")))
    entry = {"name": "Altai", "email": "office@altai.example"}
    id_ = (await catalog.ask("POST", f"/fairs/{FAIR}/exhibitors", json=entry)).json()["id"]
    space = f"/venues/{VENUE}/spaces/north"
    atoms = [{"atom": "north", "name": {"en": "North"}}]
    await catalog.ask("PUT", f"/venues/{VENUE}", json=venue(atoms=atoms))
    await catalog.ask("PUT", space, json={"name": {"en": "North"}, "kind": "hall", "atoms": ["north"]})
    entries = [f"/venues/{VENUE}", space, f"/fairs/{FAIR}", f"/fairs/{FAIR}/halls/N1/floor-plan", f"/exhibitors/{id_}"]
    paths = [*entries, f"/fairs/{FAIR}/exhibitors"]
    for path in paths:
        shown = await catalog.ask("GET", path)
        assert shown.status_code == 200
        assert (shown.headers["cache-control"], shown.headers["vary"]) == ("private, no-cache", "Authorization, Cookie")
        if path in entries:
            etag = shown.headers["etag"]
            assert path.endswith("floor-plan") or etag == f'"v{shown.json()["version"]}"'
            same = await catalog.ask("GET", path, headers={"If-None-Match": etag})
            assert (same.status_code, same.headers["vary"]) == (304, "Authorization, Cookie")


async def test_a_repeated_post_gets_the_first_answer_and_does_nothing(catalog: Catalog) -> None:
    await catalog.ask("PUT", f"/venues/{VENUE}", json=venue())
    body = fair_settings(slug=FAIR)
    first, second = [
        await catalog.ask("POST", "/fairs", json=body, headers={"Idempotency-Key": "enter-1"}) for _ in range(2)
    ]
    assert (first.status_code, first.content) == (201, second.content)
    other_key = await catalog.ask("POST", "/fairs", json=body, headers={"Idempotency-Key": "enter-2"})
    assert (other_key.status_code, other_key.json()["type"]) == (409, "urn:pavilion:problem:fair-exists")


async def test_the_list_of_fairs_is_read_page_by_page(catalog: Catalog) -> None:
    slugs = [f"expo-{number}" for number in range(5)]
    for slug in slugs:
        await catalog.fair(slug=slug)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        options = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await catalog.ask("GET", "/fairs", params=options)).json()
        seen += [fair["slug"] for fair in page["items"]]
        cursor = page["cursor"]
    assert seen == slugs
    wrong = await catalog.ask("GET", "/fairs", params={"cursor": "WzFd"})
    assert (wrong.status_code, wrong.json()["type"]) == (400, "urn:pavilion:problem:cursor-invalid")


async def test_halls_tell_their_size_and_how_many_booths_are_planned(catalog: Catalog) -> None:
    await catalog.fair(halls=("10", "2"))
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2")), hall="10")
    halls = (await catalog.ask("GET", f"/fairs/{FAIR}/halls")).json()
    assert [(hall["hall"], hall["width_m"], hall["booths"]) for hall in halls] == [("2", 100, 0), ("10", 100, 2)]


async def test_the_requests_and_events_are_described(catalog: Catalog) -> None:
    http = catalog.http
    paths = (await http.get("/openapi.json")).json()["paths"]
    plan_path = paths["/api/catalog/fairs/{fair}/halls/{hall}/floor-plan"]
    assert set(plan_path) == {"get", "put"}
    assert set(plan_path["put"]["requestBody"]["content"]) == {"application/geo+json"}
    assert set(paths["/api/catalog/fairs/{fair}/exhibitors"]) == {"get", "post", "put"}
    assert (await http.get("/docs")).status_code == 200
    channels = set((await http.get("/asyncapi.json")).json()["channels"])
    assert {"pavilion.catalog.events.v1", "pavilion.catalog.exhibitors.v1", "pavilion.booking.booths.v1"} <= set(
        channels
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"country": "XX"}, "country"),
        ({"halls": [{"hall": "a/b", "width_m": 1, "depth_m": 1}]}, "hall"),
        ({"halls": [{"hall": "a", "width_m": 0, "depth_m": 1}]}, "width_m"),
        ({"halls": [{"hall": "a", "width_m": 1, "depth_m": 1}] * 2}, "hall"),
    ],
)
async def test_a_wrong_venue_is_refused_by_field(catalog: Catalog, changes: dict[str, Any], field: str) -> None:
    answer = await catalog.ask("PUT", f"/venues/{VENUE}", json=venue() | changes)
    assert answer.status_code == 422
    assert [item["field"] for item in answer.json()["items"]] == [field]


async def test_a_dry_run_tells_what_would_become_of_venue_and_fair_and_enters_neither(catalog: Catalog) -> None:
    dry, zone = {"dry_run": "true"}, {"venue_time_zone": "Asia/Almaty"}
    planned = await catalog.ask("PUT", f"/venues/{VENUE}", json=venue(), params=dry)
    assert (planned.status_code, planned.json()["version"]) == (200, 0)
    fair = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(), params=dry | zone)
    assert (fair.status_code, fair.json()["version"]) == (200, 0)
    homeless = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(), params=dry)
    assert homeless.json()["type"] == "urn:pavilion:problem:venue-unknown"
    wrong = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(currency="ZZZ"), params=dry | zone)
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "1 thing is wrong with the fair.")
    assert {(await catalog.ask("GET", path)).status_code for path in (f"/venues/{VENUE}", f"/fairs/{FAIR}")} == {404}
    await catalog.fair()
    moved = await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(held_booths_max=3), params=dry)
    assert (moved.json()["held_booths_max"], moved.json()["version"]) == (3, 1)
    assert (await catalog.ask("GET", f"/fairs/{FAIR}")).json()["held_booths_max"] == 10
