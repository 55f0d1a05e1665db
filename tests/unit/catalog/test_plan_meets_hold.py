"""A new plan and a hold in the same moment: the catalog cannot know of the hold yet, and booking has the last word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from deploy.invariants.findings import Finding
from deploy.invariants.floor import taken_booths_on_plan
from deploy.invariants.picture import Picture, Shelves, _row
from services.booking.app import events as booking_events
from services.catalog.app.subscribers import hear_booth_state
from shared.contracts.topics import BOOKING_BOOTHS, CATALOG_EVENTS
from shared.runtime.auth import Issuer
from shared.runtime.batch import InboxMark, Work
from shared.runtime.outbox import Row
from shared.runtime.received import Received
from shared.runtime.store import MemoryStore, Store
from tests.builders.rows import outbox_rows
from tests.unit.booking.house import House
from tests.unit.catalog.kit import FAIR, Catalog, exhibitor, feature, plan, rectangle, row_of_booths

LEFT, REDRAWN, KEPT = (f"N1/A-{number}" for number in (1, 2, 3))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    keys = tmp_path / "booking"
    keys.mkdir()
    issuer = Issuer.open(keys / "issuer.pem")
    issuer.write_jwks(keys / "jwks.json")
    house = House(MemoryStore(), issuer, keys / "jwks.json")
    await house.start()
    yield house
    await house.stop()


async def received(store: Store, topic: str) -> list[Received]:
    """All that a service has told on a topic, as its listeners get it."""
    rows = sorted(await outbox_rows(store, topic=topic), key=lambda row: (row.key, row.sequence))
    return [_received(row) for row in rows]


def _received(row: Row) -> Received:
    return Received(
        id=row.id,
        type=row.type,
        source="/test",
        key=row.key,
        sequence=row.sequence,
        time=row.time,
        subject=FAIR,
        data=None if row.data is None else orjson.loads(row.data),
        topic=row.topic,
        partition=0,
        offset=0,
        traceparent=None,
    )


async def booking_hears(house: House, catalog: Catalog) -> None:
    for event in await received(catalog.service.core.store, CATALOG_EVENTS.name):
        if work := booking_events.handle(event):
            mark = InboxMark(booking_events.GROUP, event.id)
            await house.booking.core.committer.commit(Work(work.name, work.decide, work.reads, inbox=mark))


async def catalog_hears(catalog: Catalog, house: House) -> None:
    for event in await received(house.store, BOOKING_BOOTHS.name):
        if work := hear_booth_state(event):
            await catalog.service.core.committer.commit(work)


async def looked_at(house: House, catalog: Catalog) -> Finding:
    """What `pavilion check` says of taken booths and floor plans."""
    shelves = {}
    for service, store in (("booking", house.store), ("catalog", catalog.service.core.store)):
        rows = await outbox_rows(store)
        documents = {
            name: {document["_id"]: document for document in await store.find(name, {})}
            for name in (("booths", "reservations") if service == "booking" else ())
        }
        heard = {mark["id"]: page["at"] for page in await store.find("inbox", {}) for mark in page["entries"]}
        shelves[service] = Shelves(documents, [_row(row) for row in rows], heard=heard)
    return taken_booths_on_plan(Picture(house.clock.now(), shelves))


async def test_booking_keeps_what_a_plan_took_away_in_the_same_moment(catalog: Catalog, house: House) -> None:
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2", "A-3")))
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    await booking_hears(house, catalog)

    acme = await house.http(exhibitor("acme"))
    wanted = {"fair": FAIR, "booths": [LEFT, REDRAWN, KEPT], "exhibitor": "acme"}
    held = await acme.post("/reservations", json=wanted, headers={"Idempotency-Key": "hold"})
    assert held.status_code == 201, held.text
    assert (await looked_at(house, catalog)).note == ""
    house.advance(seconds=1)

    # What booking told has not come to the catalog yet, so to its knowledge all three booths are free.
    moved = plan(feature("A-2", rectangle(5, 0, 4, 6), area_m2=24), *row_of_booths("A-1", "A-2", "A-3")[2:])
    replaced = await catalog.put_plan(moved)
    assert replaced.status_code == 200, replaced.text
    await booking_hears(house, catalog)

    shown = await booths(acme)
    assert [(shown[label]["state"], shown[label].get("withdrawn", False)) for label in (LEFT, REDRAWN, KEPT)] == [
        ("held", True),
        ("held", False),
        ("held", False),
    ]
    rival = await house.http(exhibitor("beta"))
    wanted = {"fair": FAIR, "booths": [LEFT], "exhibitor": "beta"}
    assert (await rival.post("/reservations", json=wanted, headers={"Idempotency-Key": "rival"})).status_code == 409
    id_ = held.json()["id"]
    confirmed = await acme.post(f"/reservations/{id_}/confirm", headers={"Idempotency-Key": "confirm"})
    assert (confirmed.status_code, confirmed.json()["booths"]) == (200, [LEFT, REDRAWN, KEPT])

    told = await looked_at(house, catalog)
    assert told.differences == (f"{FAIR}/{LEFT} left its floor plan, but is reserved by {id_}",)
    assert told.note == f"drawn anew after they were taken: {FAIR}/{REDRAWN}"

    # Once the catalog has heard, it lets nobody touch what is taken, and the organizer can put the booth back.
    await catalog_hears(catalog, house)
    refused = await catalog.put_plan(plan(*row_of_booths("A-1")))
    assert refused.status_code == 409, refused.text
    back = await catalog.put_plan(plan(row_of_booths("A-1")[0], *moved["features"]))
    assert back.status_code == 200, back.text
    await booking_hears(house, catalog)
    assert (await looked_at(house, catalog)).differences == ()
    assert {booth["state"] for booth in (await booths(acme)).values()} == {"reserved"}


async def booths(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await client.get(f"/fairs/{FAIR}/booths")
    assert answer.status_code == 200, answer.text
    return {booth["booth"]: booth for booth in answer.json()["booths"]}
