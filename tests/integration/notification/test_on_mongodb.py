"""Notification on a real MongoDB: what is written fits, and crashes and rivals lose and double nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notification.adapters.wire import NEWS_TYPES
from services.notification.domain.deliveries import DeliveryState
from services.notification.domain.happenings import Kind
from services.notification.domain.notices import NoticeState
from services.notification.domain.preferences import Channel, Preferences
from services.notification.domain.recipients import Party, Recipient
from services.notification.handlers import move_notice, set_preferences
from services.notification.ports import DeliveryFilter
from shared.contracts.samples import SAMPLES
from shared.contracts.topics import BOOKING_EVENTS, NOTIFICATION_EVENTS
from shared.runtime.auth.policy import TenantScope
from shared.runtime.batch import Work
from shared.runtime.clock import SystemClock
from shared.runtime.committer import Committed
from shared.runtime.store import MongoStore
from tests.builders.counters import eventually
from tests.builders.rows import outbox_rows
from tests.integration.notification.mail_servers import Postmaster, serving
from tests.integration.notification.mailing_process import UNRECORDED_MAX
from tests.unit.notification.builders import (
    BOOTH_KINDS,
    CO,
    HOST,
    MAIN,
    ORGANIZER,
    SPACE_KINDS,
    Rig,
    contact_event,
    fair_event,
    received,
    reservation_event,
)
from tests.unit.notification.conftest import MakeRig

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def store(mongod: str, mongo_database: str) -> AsyncIterator[MongoStore]:
    store = MongoStore(mongod, mongo_database)
    yield store
    await store.drop()
    await store.close()


@pytest.fixture
async def on_mongodb(make_rig: MakeRig, store: MongoStore) -> Rig:
    service = make_rig(store, clock=SystemClock())
    await store.prepare(service.service.core.collections)
    return service


async def prepared(service: Rig, count: int) -> None:
    await service.hear(fair_event(), *(contact_event(f"x{n}") for n in range(count)))
    await service.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(count)))


async def test_everything_that_notification_writes_fits_its_collections(on_mongodb: Rig) -> None:
    await on_mongodb.hear(
        fair_event(), contact_event("acme", names={"zh": "顶点"}), contact_event("borealis", email=None)
    )
    wishes = Preferences(HOST, "ru", "desk@example.com", frozenset({(Kind.SOLD, Channel.INBOX)}))
    commit = on_mongodb.service.core.committer.commit
    await commit(Work("set", set_preferences(wishes)))
    results = await on_mongodb.hear(*(reservation_event(kind, sequence=n + 1) for n, kind in enumerate(BOOTH_KINDS)))
    assert all(isinstance(result, Committed) for result in results)
    archive = on_mongodb.service.archive
    assert await archive.preferences([HOST, MAIN]) == {HOST: wishes}
    assert len(await on_mongodb.notices(MAIN)) == len(BOOTH_KINDS)
    assert len(await on_mongodb.notices(HOST)) == len(BOOTH_KINDS) - 1
    [newest, *_] = await on_mongodb.notices(CO)
    spaces = [SAMPLES[type_] for type_ in sorted(NEWS_TYPES) if ".space." in type_]
    told = [received(BOOKING_EVENTS.name, event, f"ev-{event.type_}", "spb", 1) for event in spaces]
    assert all(isinstance(result, Committed) for result in await on_mongodb.hear(*told))
    keeper = Recipient(Party.ORGANIZER, "trade-centre-ltd")
    assert {notice.happening.kind for notice in await on_mongodb.notices(keeper)} == set(SPACE_KINDS)
    for state in NoticeState:
        await commit(Work("move", move_notice(newest.id, CO, state)))
    assert await archive.unseen(CO) == len(BOOTH_KINDS) - 1

    async def settled() -> bool:
        await on_mongodb.service.mailer.round()
        waiting = await on_mongodb.deliveries(DeliveryFilter(state=DeliveryState.PENDING))
        return {delivery.recipient.id for delivery in waiting} == {"crimson"}

    await eventually(settled, "every mail to somebody known is settled")
    states = {(d.recipient, d.state) for d in await on_mongodb.deliveries() if d.recipient.id != "crimson"}
    assert states == {(MAIN, DeliveryState.SENT), (CO, DeliveryState.NO_ADDRESS), (HOST, DeliveryState.SENT)}


async def test_pages_and_tenants_are_the_same_on_mongodb(on_mongodb: Rig) -> None:
    await prepared(on_mongodb, 25)
    archive = on_mongodb.service.archive
    found, cursor = [], None
    while True:
        page = await archive.deliveries(TenantScope(organizer=ORGANIZER), DeliveryFilter(), cursor, 10)
        found += [delivery.id for delivery in page.items]
        if (cursor := page.next) is None:
            break
    assert len(found) == len(set(found)) == 25
    [only] = (await archive.deliveries(TenantScope(exhibitor="x7"), DeliveryFilter(), None, 10)).items
    assert only.recipient.id == "x7"
    assert not (await archive.deliveries(TenantScope(organizer="other"), DeliveryFilter(), None, 10)).items
    assert not (await archive.deliveries(TenantScope(), DeliveryFilter(), None, 10)).items


async def test_two_processes_that_hear_the_same_events_tell_them_once(
    make_rig: MakeRig, on_mongodb: Rig, mongod: str, mongo_database: str
) -> None:
    rival_store = MongoStore(mongod, mongo_database)
    rival = make_rig(rival_store, clock=SystemClock())
    events = [reservation_event(id_=f"ev-{n}", sequence=n + 1) for n in range(40)]

    async def hear_all(service: Rig, backwards: bool) -> None:
        for event in reversed(events) if backwards else events:
            [result] = await service.hear(event)
            assert isinstance(result, Committed)

    await asyncio.gather(hear_all(on_mongodb, False), hear_all(rival, True))
    await rival_store.close()
    assert len(await on_mongodb.notices(MAIN)) == 40
    assert len(await on_mongodb.deliveries()) == 80


async def mailing(mongod: str, database: str, port: int, lease_seconds: float, crash_at: str = "") -> int:
    """The exit code of a process that mails until everything is settled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.notification.mailing_process",
        mongod,
        database,
        str(port),
        str(lease_seconds),
        cwd=ROOT,
        env={**os.environ, "PAVILION_CRASH_AT": crash_at},
    )
    try:
        return await asyncio.wait_for(process.wait(), 200)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_crash_after_the_mail_left_sends_it_again_under_the_same_message_id(
    on_mongodb: Rig, mongod: str, mongo_database: str
) -> None:
    await prepared(on_mongodb, 18)
    postmaster = Postmaster()
    async with serving(postmaster) as port:
        died = await mailing(mongod, mongo_database, port, 2, crash_at="mailer.after_send:12")
        assert died == -signal.SIGKILL
        left = len(postmaster.taken)
        assert left >= 12
        recorded = sum(d.state is DeliveryState.SENT for d in await on_mongodb.deliveries())
        # It died in the middle of a batch, of which most was written down by then.
        assert 1 <= left - recorded <= UNRECORDED_MAX
        assert await mailing(mongod, mongo_database, port, 2) == 0
    ids = postmaster.message_ids()
    assert len(set(ids)) == 18
    assert len(ids) == 18 + left - recorded
    by_id = {id_: {m.as_bytes() for m in postmaster.taken if m["Message-ID"] == id_} for id_ in ids}
    assert all(len(copies) == 1 for copies in by_id.values())
    assert {d.state for d in await on_mongodb.deliveries()} == {DeliveryState.SENT}
    rows = await outbox_rows(on_mongodb.store, topic=NOTIFICATION_EVENTS.name)
    assert sorted(row.key for row in rows) == sorted(d.id for d in await on_mongodb.deliveries())


async def test_two_mailing_processes_send_each_mail_once(on_mongodb: Rig, mongod: str, mongo_database: str) -> None:
    await prepared(on_mongodb, 150)
    postmaster = Postmaster()
    async with serving(postmaster) as port:
        codes = await asyncio.gather(*(mailing(mongod, mongo_database, port, 60) for _ in range(2)))
    assert codes == [0, 0]
    assert len(postmaster.message_ids()) == len(set(postmaster.message_ids())) == 150
    assert len(postmaster.sessions) > 2, "both processes were to have mailed"


async def test_the_running_service_mails_what_it_hears(make_rig: MakeRig, store: MongoStore) -> None:
    postmaster = Postmaster()
    async with serving(postmaster) as port:
        service = make_rig(store, clock=SystemClock(), smtp_port=port, use_smtp=True, mail_poll_seconds=3600)
        await store.prepare(service.service.core.collections)
        running = asyncio.create_task(service.service.mailer.run())
        await prepared(service, 10)

        async def all_sent() -> bool:
            return {d.state for d in await service.deliveries()} == {DeliveryState.SENT}

        await eventually(all_sent, "every mail is sent")
        service.service.mailer.stop()
        await running
    assert len(postmaster.message_ids()) == 10
