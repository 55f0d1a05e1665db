"""Mails to exhibitors without an address: they wait a little for one, cost next to nothing, and hold no other up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.notification.domain.deliveries import ADDRESS_WAIT, DeliveryState
from services.notification.mailer import Mailer, MailerLimits
from services.notification.ports import MailServerAway
from shared.contracts.topics import NOTIFICATION_EVENTS
from shared.runtime.batch import Work
from shared.runtime.clock import ManualClock
from shared.runtime.committer import Committed, Contended
from shared.runtime.store import MemoryStore, StoreUnavailable
from tests.builders.rows import outbox_rows
from tests.unit.notification.builders import (
    MAIN,
    NOW,
    Outbox,
    Rig,
    contact_event,
    fair_event,
    reservation_event,
)
from tests.unit.notification.conftest import MakeRig

MANY = 250


def outbox_of(service: Rig) -> Outbox:
    assert isinstance(service.outbox, Outbox)
    return service.outbox


def wait_over(service: Rig) -> None:
    assert isinstance(service.clock, ManualClock)
    service.clock.advance(ADDRESS_WAIT)


async def one_waiting(service: Rig) -> None:
    await service.hear(fair_event(), contact_event("acme", email=None), reservation_event(co_exhibitors=[]))
    assert await service.service.mailer.round() == 0


async def many_waiting(service: Rig) -> None:
    await service.hear(fair_event(), *(contact_event(f"x{n}", email=None) for n in range(MANY)))
    await service.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(MANY)))


async def states(service: Rig) -> dict[str, int]:
    found = [delivery.state.value for delivery in await service.deliveries()]
    return {state: found.count(state) for state in set(found)}


class Counting:
    """A committer that counts what it is given."""

    def __init__(self, service: Rig) -> None:
        self._inner = service.service.core.committer
        self.batches: list[int] = []

    async def commit_batch(self, works: Sequence[Work]) -> list[Committed | Exception]:
        self.batches.append(len(works))
        return await self._inner.commit_batch(works)


def counted(service: Rig) -> tuple[Mailer, Counting]:
    counting, built = Counting(service), service.service.mailer
    archive, outbox = service.service.archive, outbox_of(service)
    return Mailer("counted", counting, archive, outbox, built._composer, service.clock, MailerLimits()), counting


async def test_an_address_that_comes_sends_the_waiting_mail_at_once(service: Rig) -> None:
    await one_waiting(service)
    await service.hear(contact_event("acme", sequence=2))
    assert await service.service.mailer.round() == 1
    assert [mail.to for mail in outbox_of(service).sent] == ["acme@example.com"]
    assert service.clock.now() == NOW


async def test_a_contact_that_comes_with_an_address_sends_the_mail_that_waited_for_it_at_once(service: Rig) -> None:
    await service.hear(fair_event(), reservation_event(co_exhibitors=[]))
    assert await service.service.mailer.round() == 1
    await service.hear(contact_event("acme"))
    assert await service.service.mailer.round() == 1
    assert (await service.delivery_to(MAIN)).state is DeliveryState.SENT


async def test_a_contact_that_comes_without_an_address_is_waited_for_once_more_and_settled(service: Rig) -> None:
    await service.hear(fair_event(), reservation_event(co_exhibitors=[]), contact_event("acme", email=None))
    assert await service.service.mailer.round() == 1
    assert (await service.delivery_to(MAIN)).state is DeliveryState.PENDING
    wait_over(service)
    await service.service.mailer.round()
    assert (await service.delivery_to(MAIN)).state is DeliveryState.NO_ADDRESS


async def test_an_address_of_which_only_another_process_heard_is_found_when_the_wait_is_over(
    make_rig: MakeRig,
) -> None:
    store, clock = MemoryStore(), ManualClock(NOW)
    mails, hears = make_rig(store, clock=clock), make_rig(store, clock=clock, mail_enabled=False)
    await one_waiting(mails)
    await hears.hear(contact_event("acme", sequence=2))
    wait_over(mails)
    await mails.service.mailer.round()
    assert [mail.to for mail in outbox_of(mails).sent] == ["acme@example.com"]


async def test_an_address_that_comes_while_the_store_is_away_is_not_forgotten(make_rig: MakeRig) -> None:
    store = MemoryStore()
    service = make_rig(store)
    await one_waiting(service)
    await service.hear(contact_event("acme", sequence=2))
    store.available = False
    with pytest.raises(StoreUnavailable):
        await service.service.mailer.round()
    store.available = True
    assert await service.service.mailer.round() == 1


async def test_an_address_whose_mails_could_not_be_moved_this_time_is_not_forgotten(service: Rig) -> None:
    await one_waiting(service)
    addresses = service.service.mailer._addresses
    committer, addresses._committer = addresses._committer, Contending()
    await service.hear(contact_event("acme", email="acme@example.org", sequence=2))
    await service.service.mailer.round()
    addresses._committer = committer
    await service.service.mailer.round()
    assert await states(service) == {"sent": 1}


class Contending:
    """A committer to whom others are always ahead."""

    async def commit_batch(self, works: Sequence[Work]) -> Sequence[Committed | Exception]:
        return [Contended("the test says so") for _ in works]


async def test_many_that_wait_are_not_written_until_they_are_settled_a_batch_at_a_time(service: Rig) -> None:
    await many_waiting(service)
    mailer, counting = counted(service)
    for _ in range(10):
        assert await mailer.round() == 0
    assert counting.batches == []
    wait_over(service)
    assert [await mailer.round() for _ in range(4)] == [100, 100, 50, 0]
    assert counting.batches == [100, 100, 50]
    assert await states(service) == {"no-address": MANY}
    assert len(await outbox_rows(service.store, topic=NOTIFICATION_EVENTS.name)) == MANY


async def test_many_whose_wait_is_over_hold_no_mail_up(service: Rig) -> None:
    await many_waiting(service)
    wait_over(service)
    await service.hear(contact_event("acme"), reservation_event(co_exhibitors=[]))
    await service.service.mailer.round()
    assert len(outbox_of(service).sent) == 1


async def test_many_addresses_that_come_at_once_send_every_mail_that_waited(service: Rig) -> None:
    await many_waiting(service)
    await service.hear(*(contact_event(f"x{n}", sequence=2) for n in range(MANY)))
    while await service.service.mailer.round():
        pass
    assert len({mail.to for mail in outbox_of(service).sent}) == MANY


async def test_of_two_mailers_one_settles_what_has_waited(service: Rig) -> None:
    await one_waiting(service)
    wait_over(service)
    waited = await service.service.archive.waited(service.clock.now(), 10)
    first, second = (counted(service)[0] for _ in range(2))
    assert [await one._addresses.settle(waited) for one in (first, second)] == [1, 0]
    assert len(await outbox_rows(service.store, topic=NOTIFICATION_EVENTS.name)) == 1


async def test_a_wait_ends_also_while_no_mail_server_is_there(service: Rig) -> None:
    outbox_of(service).faults = [MailServerAway("ConnectionRefusedError") for _ in range(10)]
    await one_waiting(service)
    wait_over(service)
    await service.hear(contact_event("other"), reservation_event(id_="ev-2", exhibitor="other", co_exhibitors=[]))
    await service.service.mailer.round()
    assert await states(service) == {"no-address": 1, "pending": 1}
