"""Booking on a real database: what one process does, and what its rivals in another may not."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from services.booking.adapters.store import BOOTHS, RESERVATIONS
from shared.contracts.events import BoothWithdrawn
from shared.runtime.committer import Committed, CommitterLimits
from shared.runtime.store import Writes
from tests.builders.rows import outbox_rows
from tests.unit.booking.house import ORGANIZER, House, exhibitor, listed, published
from tests.unit.booking.stories import reserved_story

from .conftest import Open

SMALL = CommitterLimits(batch_commands_max=4, tries_max=40)
NUMBERS = [f"B{n}" for n in range(8)]


async def _hold(client: httpx.AsyncClient, who: str, *booths: str, key: str = "") -> httpx.Response:
    wish = {"fair": "expo", "booths": [f"1/{booth}" for booth in booths], "exhibitor": who}
    return await client.post("/reservations", json=wish, headers={"Idempotency-Key": key} if key else {})


async def _assert_sound(house: House) -> None:
    """Each booth is in at most one live reservation, and every change was told once, in sequence."""
    live = await house.store.find(RESERVATIONS, {"state": {"$in": ["held", "confirmed", "sold"]}})
    owners = Counter(booth for reservation in live for booth in reservation["booths"])
    assert not [booth for booth, count in owners.items() if count > 1]
    for document in await house.store.find(BOOTHS, {}):
        holder = [r["_id"] for r in live if document["_id"] in r["booths"]]
        assert ([document["reservation"]] if document["reservation"] else []) == holder
    sequences: dict[str, list[int]] = {}
    for row in sorted(await outbox_rows(house.store), key=lambda row: row.sequence):
        sequences.setdefault(row.key, []).append(row.sequence)
    for key, found in sequences.items():
        assert found == list(range(1, len(found) + 1)), key


async def test_a_sale_is_counted_from_what_is_stored(open_house: Open) -> None:
    house = await open_house()
    await reserved_story(house)
    organizer = await house.http(ORGANIZER)
    [day] = (await organizer.get("/fairs/expo/sales")).json()["days"]
    assert {name: tally["booths"] for name, tally in day["standing"].items()} == {"held": 1, "reserved": 1, "sold": 1}
    taken = (await organizer.get("/fairs/expo/taken")).json()["taken"]
    assert [(one["booth"], one["state"], bool(one["since"])) for one in taken] == [
        ("1/A", "sold", True),
        ("1/B", "reserved", True),
        ("1/C", "held", True),
        ("1/F", "blocked", True),
    ]


async def test_a_whole_life_is_kept_as_the_validators_ask(open_house: Open) -> None:
    house = await open_house()
    await house.open_fair("A", "B", "P", "P1", parts={"P": ["P1"]})
    acme, organizer = await house.http(exhibitor("acme")), await house.http(ORGANIZER)
    id_ = (await _hold(acme, "acme", "A", "P", "P1")).json()["id"]
    for command in ("extend", "confirm"):
        assert (await acme.post(f"/reservations/{id_}/{command}")).status_code == 200
    assert (await acme.post(f"/reservations/{id_}/admissions", json={"exhibitor": "x"})).status_code == 200
    assert (await acme.post(f"/reservations/{id_}/co-exhibitors", json={"exhibitors": ["y"]})).status_code == 200
    assert (await organizer.post(f"/reservations/{id_}/sell")).json()["version"] == 6
    assert (await organizer.post("/fairs/expo/booths/block", json={"booths": ["1/B"]})).status_code == 200
    shown = (await acme.get(f"/reservations/{id_}")).json()
    assert (shown["state"], shown["admitted"], shown["co_exhibitors"]) == ("sold", ["x"], ["y"])
    assert (await organizer.post(f"/reservations/{id_}/cancel")).status_code == 200
    states = {booth["booth"]: booth["state"] for booth in (await acme.get("/fairs/expo/booths")).json()["booths"]}
    assert states == {"1/A": "free", "1/B": "blocked", "1/P": "free", "1/P1": "free"}
    await _assert_sound(house)


async def test_a_late_confirmation_is_refused_although_no_timer_ran(open_house: Open) -> None:
    house = await open_house()
    await house.open_fair("A")
    acme, rival = await house.http(exhibitor("acme")), await house.http(exhibitor("rival"))
    id_ = (await _hold(acme, "acme", "A")).json()["id"]
    house.advance(seconds=900)
    late = await acme.post(f"/reservations/{id_}/confirm")
    assert (late.status_code, late.json()["type"]) == (409, "urn:pavilion:problem:hold-expired")
    assert (await _hold(rival, "rival", "A")).status_code == 201
    assert (await acme.get(f"/reservations/{id_}")).json()["state"] == "expired"
    await _assert_sound(house)


async def test_two_processes_sweeping_together_end_each_hold_once(open_house: Open) -> None:
    one, other = await open_house(), await open_house()
    await one.open_fair(*NUMBERS)
    for number in NUMBERS:
        client = await one.http(exhibitor(f"x{number}"))
        assert (await _hold(client, f"x{number}", number)).status_code == 201
    one.advance(seconds=900)
    await asyncio.gather(one.sweep(), other.sweep(), one.sweep(), other.sweep())
    ended = await outbox_rows(one.store, type="pavilion.booking.reservation.expired.v1")
    assert len(ended) == len({row.key for row in ended}) == len(NUMBERS)
    await _assert_sound(one)


async def test_the_cap_stands_when_one_exhibitor_asks_two_processes_at_once(open_house: Open) -> None:
    one, other = await open_house(limits=SMALL), await open_house(limits=SMALL)
    await one.open_fair(*NUMBERS, held_booths_max=3)
    clients = [await one.http(exhibitor("acme")), await other.http(exhibitor("acme"))]
    answers = await asyncio.gather(
        *(_hold(client, "acme", number) for client, number in zip(itertools.cycle(clients), NUMBERS, strict=False))
    )
    outcomes = Counter((answer.status_code, answer.json().get("type", "")) for answer in answers)
    assert outcomes == {(201, ""): 3, (409, "urn:pavilion:problem:held-booths-cap"): 5}
    await _assert_sound(one)


async def _race(one: House, other: House, attempts: int) -> Counter[int]:
    """Many exhibitors ask two processes for overlapping sets of a few booths; gives the statuses."""
    clients = [(f"x{n}", await (one if n % 2 else other).http(exhibitor(f"x{n}"))) for n in range(min(attempts, 24))]
    sets = [NUMBERS[start : start + size] for start in range(len(NUMBERS)) for size in (1, 2, 3)]
    asks = [(*clients[n % len(clients)], sets[n % len(sets)]) for n in range(attempts)]
    answers = await asyncio.gather(*(_hold(client, who, *booths) for who, client, booths in asks))
    return Counter(answer.status_code for answer in answers)


async def test_of_rivals_for_overlapping_sets_in_two_processes_each_booth_has_one_winner(open_house: Open) -> None:
    one, other = await open_house(limits=SMALL), await open_house(limits=SMALL)
    await one.open_fair(*NUMBERS, held_booths_max=50)
    statuses = await _race(one, other, 240)
    assert set(statuses) == {201, 409}
    await _assert_sound(one)
    held = await one.store.find(BOOTHS, {"state": "held"})
    assert len(held) == len(NUMBERS)


async def _overtaken(slow: House, wish: Awaitable[httpx.Response], quick: Awaitable[httpx.Response]) -> list[int]:
    """What becomes of a slow wish, and of a quick one that is written whole when the slow one is about to write."""
    write = slow.store.write
    statuses: list[int] = []

    async def wait_and_write(writes: Writes) -> None:
        slow.store.write = write  # type: ignore[method-assign]
        statuses.append((await quick).status_code)
        await write(writes)

    slow.store.write = wait_and_write  # type: ignore[method-assign]
    return [(await wish).status_code, *statuses]


@pytest.mark.parametrize(("guarded", "slow_gets"), [(True, 409), (False, 201)])
async def test_a_booth_that_was_free_when_it_was_read_is_not_sold_twice_but_for_the_guards(
    open_house: Open, guarded: bool, slow_gets: int
) -> None:
    """With the guards off it is: the negative control, without which the other half would prove nothing."""
    one, other = await open_house(guarded=guarded), await open_house(guarded=guarded)
    await one.open_fair(*NUMBERS)
    acme, rival = await one.http(exhibitor("acme")), await other.http(exhibitor("rival"))
    statuses = await _overtaken(one, _hold(acme, "acme", "B1", "B2"), _hold(rival, "rival", "B2", "B3"))
    assert statuses == [slow_gets, 201]
    if guarded:
        await _assert_sound(one)
    else:
        with pytest.raises(AssertionError):
            await _assert_sound(one)


@pytest.mark.parametrize(("guarded", "slow_gets"), [(True, 409), (False, 201)])
async def test_a_stand_whose_part_was_free_when_it_was_read_waits_for_consent_but_for_the_guards(
    open_house: Open, guarded: bool, slow_gets: int
) -> None:
    """Neither writes what the other does: only the reads that each decision rests on can keep them apart."""
    one, other = await open_house(guarded=guarded), await open_house(guarded=guarded)
    await one.open_fair("P", "P1", parts={"P": ["P1"]})
    host, guest = await one.http(exhibitor("host")), await other.http(exhibitor("guest"))
    statuses = await _overtaken(one, _hold(host, "host", "P"), _hold(guest, "guest", "P1"))
    assert statuses == [slow_gets, 201]


async def test_a_part_and_its_joint_stand_are_never_taken_by_two_strangers_at_once(open_house: Open) -> None:
    one, other = await open_house(limits=SMALL), await open_house(limits=SMALL)
    stands = {f"P{n}": [f"P{n}a", f"P{n}b"] for n in range(12)}
    await one.open_fair(
        *itertools.chain.from_iterable((whole, *inside) for whole, inside in stands.items()), parts=stands
    )
    asks = []
    for whole, inside in stands.items():
        host, guest = await one.http(exhibitor(f"host-{whole}")), await other.http(exhibitor(f"guest-{whole}"))
        asks += [_hold(host, f"host-{whole}", whole), _hold(guest, f"guest-{whole}", inside[0])]
    answers = await asyncio.gather(*asks)
    for host, guest in zip(answers[::2], answers[1::2], strict=True):
        assert sorted((host.status_code, guest.status_code)) == [201, 409]


async def test_a_retry_at_another_process_gets_the_same_bytes(open_house: Open) -> None:
    one, other = await open_house(), await open_house()
    await one.open_fair("A")
    first = await _hold(await one.http(exhibitor("acme")), "acme", "A", key="k")
    again = await _hold(await other.http(exhibitor("acme")), "acme", "A", key="k")
    assert (first.status_code, again.content) == (201, first.content)
    assert len(await one.store.find(RESERVATIONS, {})) == 1


async def test_catalogs_events_delivered_twice_and_to_two_processes_are_applied_once(open_house: Open) -> None:
    one, other = await open_house(), await open_house()
    told: list[Any] = [published(), *(listed(n) for n in NUMBERS), BoothWithdrawn(booth="expo/1/B0", fair="expo")]
    ids = [f"e{n}" for n in range(len(told))]
    first = await one.tell(*told, ids=ids)
    again = await asyncio.gather(one.tell(*told, ids=ids), other.tell(*told, ids=ids))
    assert not any(isinstance(result, Exception) or result.replayed for result in first)
    assert all(isinstance(result, Committed) and result.replayed for results in again for result in results)
    versions = {document["_id"]: document["v"] for document in await one.store.find(BOOTHS, {})}
    assert versions == {f"expo/1/{n}": 2 if n == "B0" else 1 for n in NUMBERS}


async def test_a_change_in_one_process_is_seen_in_the_other(open_house: Open) -> None:
    one, other = await open_house(), await open_house()
    await one.open_fair(*NUMBERS)
    await one.number()
    here, there = await one.http(exhibitor("acme")), await other.http(exhibitor("acme"))
    before = (await there.get("/fairs/expo/booths")).json()
    await _hold(here, "acme", "B3")
    await one.number()
    delta = (await there.get("/fairs/expo/booths", params={"since": before["sequence"]})).json()
    assert [(booth["booth"], booth["state"]) for booth in delta["booths"]] == [("1/B3", "held")]
    tags = [(await client.get("/fairs/expo/booths")).headers["etag"] for client in (here, there)]
    assert tags[0] == tags[1]
