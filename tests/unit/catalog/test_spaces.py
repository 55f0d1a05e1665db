"""Venues' atoms, hours and policies, and the spaces that are made of the atoms."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.catalog.app.subscribers import hear_space_booking
from shared.contracts import events as e
from shared.contracts.samples import SAMPLES
from shared.contracts.topics import BOOKING_SPACES
from shared.runtime.received import Received

from .kit import ADMIN, ORGANIZER, RIVAL, Catalog, fair_settings, venue

ATOMS = [{"atom": name, "name": {"en": name}} for name in ("hall-1", "hall-2", "hall-3")]
HALL: dict[str, Any] = {"name": {"en": "Hall 1", "zh": "1号馆"}, "kind": "hall", "atoms": ["hall-1"]}
SPACES = "/venues/steppe-centre/spaces"


def entry(**changes: Any) -> dict[str, Any]:
    return {**venue(), "atoms": ATOMS, **changes}


async def enter(catalog: Catalog, **changes: Any) -> None:
    answer = await catalog.ask("PUT", "/venues/steppe-centre", json=entry(**changes))
    assert answer.status_code == 200, answer.text


async def put(catalog: Catalog, space: str = "hall-1", *, by: Any = ORGANIZER, **changes: Any) -> httpx.Response:
    return await catalog.ask("PUT", f"{SPACES}/{space}", json={**HALL, **changes}, by=by)


async def hear(catalog: Catalog, space: str, end: str, *, state: str = "definite", sequence: int = 1) -> None:
    """What booking tells of a booking of the space until then (the venue is in Almaty, five hours ahead)."""
    sample = SAMPLES[e.SpaceBookingNow.type_].model_dump(mode="json")
    use = {"space": space, "atoms": ["hall-1"], "show": {"start": "2027-05-01T03:00:00Z", "end": end}}
    data = {**sample, "venue": "steppe-centre", "state": state, "uses": [use], "booking": "spb-1"}
    now = catalog.service.core.committer._clock.now()
    event = Received(
        id=f"ev-{sequence}",
        type=e.SpaceBookingNow.type_,
        source="/booking",
        key="spb-1",
        sequence=sequence,
        time=now,
        subject="steppe-centre",
        data=data,
        topic=BOOKING_SPACES.name,
        partition=0,
        offset=0,
        traceparent=None,
    )
    work = hear_space_booking(event)
    assert work is not None
    await catalog.service.core.committer.commit(work)


async def test_a_space_is_entered_shown_listed_and_told(catalog: Catalog) -> None:
    await enter(catalog)
    answer = await put(catalog, capacity={"theatre": 400}, equipment=["stage"], buffer_after_minutes=60)
    assert answer.status_code == 200
    shown = (await catalog.ask("GET", f"{SPACES}/hall-1")).json()
    assert shown == answer.json()
    assert (shown["atoms"], shown["compositions"]) == (["hall-1"], [{"starts": None, "atoms": ["hall-1"]}])
    assert (await catalog.ask("GET", SPACES)).json()["items"] == [shown]
    [told] = await catalog.told(key="steppe-centre/hall-1")
    assert (told["type"], told["data"]["capacity"]) == ("space.described", {"theatre": 400})


async def test_the_same_entry_again_changes_and_tells_nothing(catalog: Catalog) -> None:
    await enter(catalog)
    await enter(catalog)
    first, second = await put(catalog), await put(catalog)
    assert first.json() == second.json()
    assert len(await catalog.told(key="steppe-centre/hall-1")) == len(await catalog.told(key="steppe-centre/")) == 1


async def test_a_list_of_spaces_comes_in_whole_or_not_at_all(catalog: Catalog) -> None:
    await enter(catalog)
    both = {"name": {"en": "Hall 1+2"}, "kind": "hall", "atoms": ["hall-1", "hall-2"], "space": "hall-1-2"}
    bad = {**HALL, "space": "hall-9", "atoms": ["hall-9"]}
    refused = await catalog.ask("PUT", SPACES, json={"spaces": [both, bad]})
    assert refused.status_code == 422
    [item] = refused.json()["items"]
    assert (item["field"], item["remedy"]) == ("spaces[1].atoms[0]", "use one of: hall-1, hall-2, hall-3")
    assert (await catalog.ask("GET", SPACES)).json()["items"] == []
    accepted = await catalog.ask("PUT", SPACES, json={"spaces": [both, {**HALL, "space": "hall-1"}]})
    assert [one["space"] for one in accepted.json()["items"]] == ["hall-1-2", "hall-1"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"atoms": []}, "atoms"),
        ({"atoms": ["hall-1", "hall-1"]}, "atoms[1]"),
        ({"atoms": ["roof"]}, "atoms[0]"),
        ({"name": {}}, "name"),
        ({"buffer_before_minutes": -1}, "buffer_before_minutes"),
        ({"area_m2": 0}, "area_m2"),
        ({"capacity": {"trampoline": 5}}, "capacity.trampoline"),
        ({"capacity": {"theatre": -5}}, "capacity.theatre"),
        ({"atoms_from": "2020-01-01"}, "atoms_from"),
        ({"equipment": ["lamp"] * 51}, "equipment"),
    ],
)
async def test_what_is_wrong_with_a_space_is_named_with_its_remedy(
    catalog: Catalog, change: dict[str, Any], field: str
) -> None:
    await enter(catalog)
    answer = await put(catalog, **change)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pavilion:problem:spaces-invalid")
    [item] = answer.json()["items"]
    assert item["field"] == field
    assert item["remedy"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"opening_hours": [{"weekday": 1, "opens": "8:00", "closes": "20:00"}]}, "opening_hours[0].opens"),
        ({"opening_hours": [{"weekday": 1, "opens": "20:00", "closes": "08:00"}]}, "opening_hours[0].closes"),
        ({"opening_hours": [{"weekday": 8, "opens": "08:00", "closes": "24:00"}]}, "opening_hours[0].weekday"),
        (
            {"office_hours": [{"weekday": 1, "opens": "08:00", "closes": close} for close in ("12:00", "13:00")]},
            "office_hours",
        ),
        ({"opening_exceptions": [{"date": "2027-10-01"}, {"date": "2027-10-01"}]}, "opening_exceptions[1].date"),
        ({"policy": {"option_days": 0}}, "policy.option_days"),
        ({"policy": {"cancellation": [{"days_before": 3, "percent": 101}]}}, "policy.cancellation[0].percent"),
        ({"atoms": [*ATOMS, ATOMS[0]]}, "atoms[3].atom"),
        ({"atoms": [{"atom": "Hall 1"}]}, "atoms[0].atom"),
    ],
)
async def test_what_is_wrong_with_hours_policy_or_atoms_is_named(
    catalog: Catalog, change: dict[str, Any], field: str
) -> None:
    answer = await catalog.ask("PUT", "/venues/steppe-centre", json=entry(**change))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pavilion:problem:venue-invalid")
    assert answer.json()["items"][0]["field"] == field


async def test_hours_and_policy_are_shown_as_they_were_entered_and_told(catalog: Catalog) -> None:
    given = {
        "opening_hours": [{"weekday": 1, "opens": "08:00", "closes": "24:00"}],
        "opening_exceptions": [{"date": "2027-10-01", "hours": []}],
        "office_hours": [{"weekday": 2, "opens": "09:00", "closes": "17:00"}],
        "policy": {
            "option_days": 7,
            "options_max": 2,
            "challenge_hours": 8,
            "approval_required": True,
            "cancellation": [{"days_before": 30, "percent": 50}],
        },
    }
    await enter(catalog, **given)
    shown = (await catalog.ask("GET", "/venues/steppe-centre")).json()
    assert {name: shown[name] for name in given} == given
    [told] = await catalog.told(key="steppe-centre/")
    assert {name: told["data"][name] for name in given} == given


async def test_only_the_venues_keeper_or_an_admin_enters_its_spaces(catalog: Catalog) -> None:
    await enter(catalog)
    assert (await put(catalog, by=RIVAL)).status_code == 403
    assert (await put(catalog, by=ADMIN)).status_code == 200
    assert (await catalog.ask("PUT", "/venues/nowhere/spaces/hall-1", json=HALL)).status_code == 404


async def test_an_atom_that_spaces_are_made_of_stays(catalog: Catalog) -> None:
    await enter(catalog)
    await put(catalog)
    answer = await catalog.ask("PUT", "/venues/steppe-centre", json=entry(atoms=ATOMS[1:]))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:pavilion:problem:atom-in-use")
    await enter(catalog, atoms=ATOMS[:2])


async def test_a_change_of_what_a_space_is_made_of_is_kept_with_its_day(catalog: Catalog) -> None:
    await enter(catalog)
    await put(catalog)
    later = (await put(catalog, atoms=["hall-1", "hall-2"], atoms_from="2028-01-01")).json()
    assert later["compositions"] == [
        {"starts": None, "atoms": ["hall-1"]},
        {"starts": "2028-01-01", "atoms": ["hall-1", "hall-2"]},
    ]
    again = (await put(catalog, atoms=["hall-1", "hall-3"], atoms_from="2028-01-01")).json()
    assert [one["atoms"] for one in again["compositions"]] == [["hall-1"], ["hall-1", "hall-3"]]
    back = (await put(catalog, atoms=["hall-1"], atoms_from="2027-12-01")).json()
    assert back["compositions"] == [{"starts": None, "atoms": ["hall-1"]}]


async def test_what_is_booked_is_never_invalidated(catalog: Catalog) -> None:
    await enter(catalog)
    await put(catalog)
    await hear(catalog, "hall-1", "2099-06-10T13:00:00Z")
    for change in (
        {"atoms": ["hall-2"]},
        {"atoms": ["hall-2"], "atoms_from": "2099-06-10"},
        {"retired_from": "2099-06-10"},
    ):
        answer = await put(catalog, **change)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:pavilion:problem:space-booked"), change
        assert answer.json()["items"] == [{"booking": "spb-1", "until": "2099-06-10T13:00:00.000Z"}]
        assert answer.json()["possible_from"] == "2099-06-11"
    assert (await put(catalog, atoms=["hall-2"], atoms_from="2099-06-11")).status_code == 200
    assert (await put(catalog, atoms=["hall-2"], atoms_from="2099-06-11", area_m2=5)).status_code == 200


async def test_what_is_over_or_cancelled_is_in_nobodys_way(catalog: Catalog) -> None:
    await enter(catalog)
    await put(catalog)
    await hear(catalog, "hall-1", "2099-06-10T13:00:00Z", sequence=2)
    await hear(catalog, "hall-1", "2099-06-10T13:00:00Z", state="option", sequence=1)
    assert (await put(catalog, atoms=["hall-2"])).status_code == 409
    await hear(catalog, "hall-1", "2099-06-10T13:00:00Z", state="cancelled", sequence=3)
    assert (await put(catalog, atoms=["hall-2"])).status_code == 200


async def test_a_stale_version_is_refused(catalog: Catalog) -> None:
    await enter(catalog)
    await put(catalog)
    stale = {"If-Match": '"v9"'}
    answer = await catalog.ask("PUT", f"{SPACES}/hall-1", json={**HALL, "area_m2": 9}, headers=stale)
    assert answer.status_code == 412


async def test_a_dry_run_changes_nothing(catalog: Catalog) -> None:
    await enter(catalog)
    answer = await catalog.ask("PUT", f"{SPACES}/hall-1?dry_run=true", json=HALL)
    assert answer.status_code == 200
    assert (await catalog.ask("GET", f"{SPACES}/hall-1")).status_code == 404


async def test_a_venue_and_a_fair_may_have_the_same_slug(catalog: Catalog) -> None:
    await enter(catalog)
    settings = fair_settings(slug="steppe-centre")
    assert (await catalog.ask("PUT", "/fairs/steppe-centre", json=settings)).status_code == 200
    assert (await catalog.ask("POST", "/fairs/steppe-centre/publish")).status_code == 200
    assert len(await catalog.told(key="steppe-centre")) == len(await catalog.told(key="steppe-centre/")) == 1


async def test_the_order_of_atoms_is_no_change(catalog: Catalog) -> None:
    await enter(catalog)
    await put(catalog, atoms=["hall-1", "hall-2"])
    await hear(catalog, "hall-1", "2099-06-10T13:00:00Z")
    assert (await put(catalog, atoms=["hall-2", "hall-1"])).status_code == 200
