"""The mailer: each mail once, again when that may help, parked when it will not, and never by two at a time."""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.notification.domain.deliveries import Backoff, DeliveryState
from services.notification.domain.happenings import Kind
from services.notification.handlers import claim_delivery, mark_put_off, mark_sent
from services.notification.mailer import Mailer, MailerLimits
from services.notification.ports import Mail, MailPutOff, MailRefused, MailServerAway
from shared.contracts.topics import NOTIFICATION_EVENTS
from shared.runtime.batch import Work
from shared.runtime.clock import ManualClock
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.store import MemoryStore, StoreUnavailable
from tests.builders.counters import eventually
from tests.builders.rows import outbox_rows
from tests.unit.notification.builders import (
    MAIN,
    Outbox,
    Rig,
    contact_event,
    fair_event,
    reservation_event,
)
from tests.unit.notification.conftest import MakeRig


def outbox_of(service: Rig) -> Outbox:
    assert isinstance(service.outbox, Outbox)
    return service.outbox


def advance(service: Rig, **parts: float) -> None:
    assert isinstance(service.clock, ManualClock)
    service.clock.advance(**parts)


async def one_due(service: Rig, **contact: object) -> None:
    await service.hear(fair_event(), contact_event("acme", **contact), reservation_event(co_exhibitors=[]))


async def told_outside(service: Rig) -> list[str]:
    return [row.type for row in await outbox_rows(service.store, topic=NOTIFICATION_EVENTS.name)]


async def test_a_due_mail_goes_out_once_and_is_told_of(service: Rig) -> None:
    await one_due(service)
    mailer = service.service.mailer
    assert [await mailer.round(), await mailer.round()] == [1, 0]
    assert [mail.to for mail in outbox_of(service).sent] == ["acme@example.com"]
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.attempts, delivery.due_at) == (DeliveryState.SENT, 1, None)
    assert await told_outside(service) == ["pavilion.notification.delivery.sent.v1"]


async def test_a_mail_speaks_the_language_of_its_reader(service: Rig) -> None:
    await one_due(service, language="ru", name="Acme", names={"ru": "Акме"})
    await service.service.mailer.round()
    [mail] = outbox_of(service).sent
    assert b"Content-Language: ru" in mail.content


async def test_a_contact_that_comes_late_is_waited_for_without_a_try(service: Rig) -> None:
    await service.hear(fair_event(), reservation_event(co_exhibitors=[]))
    for _ in range(3):
        assert await service.service.mailer.round() == 1
        advance(service, seconds=60)
    waiting = await service.delivery_to(MAIN)
    assert (waiting.state, waiting.waits, waiting.attempts) == (DeliveryState.PENDING, 3, 0)
    await service.hear(contact_event("acme"))
    await service.service.mailer.round()
    assert (await service.delivery_to(MAIN)).state is DeliveryState.SENT


async def test_a_contact_that_never_comes_ends_without_address(make_rig: MakeRig) -> None:
    service = make_rig(contact_waits_max=4)
    await service.hear(reservation_event(co_exhibitors=[]))
    for _ in range(5):
        assert await service.service.mailer.round() == 1
        advance(service, seconds=120)
    assert await service.service.mailer.round() == 0
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.reason) == (DeliveryState.NO_ADDRESS, "no-address")
    assert await told_outside(service) == ["pavilion.notification.delivery.parked.v1"]


async def test_a_mail_waits_for_its_fairs_name_within_bounds(make_rig: MakeRig) -> None:
    service = make_rig(contact_waits_max=2)
    await service.hear(contact_event("acme"), reservation_event(co_exhibitors=[]))
    for _ in range(3):
        await service.service.mailer.round()
        advance(service, seconds=120)
    assert (await service.delivery_to(MAIN)).state is DeliveryState.SENT


async def test_a_put_off_mail_is_tried_again_later_and_later(service: Rig) -> None:
    await one_due(service)
    outbox_of(service).faults = [MailPutOff("smtp-451 4.7.1"), MailPutOff("smtp-451 4.7.1")]
    waits = []
    for _ in range(2):
        before = service.clock.now()
        await service.service.mailer.round()
        delivery = await service.delivery_to(MAIN)
        assert (delivery.state, delivery.reason) == (DeliveryState.PENDING, "smtp-451 4.7.1")
        assert delivery.due_at is not None
        waits.append((delivery.due_at - before).total_seconds())
        assert await service.service.mailer.round() == 0
        advance(service, seconds=waits[-1])
    assert 1 <= waits[0] <= 2
    assert 2 <= waits[1] <= 4
    await service.service.mailer.round()
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 3)


async def test_a_mail_that_is_put_off_too_often_is_parked(make_rig: MakeRig) -> None:
    service = make_rig(mail_tries_max=3)
    await one_due(service)
    outbox_of(service).faults = [MailPutOff("smtp-450")] * 3
    for _ in range(3):
        assert await service.service.mailer.round() == 1
        advance(service, hours=1)
    assert await service.service.mailer.round() == 0
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.reason, delivery.attempts) == (DeliveryState.PARKED, "smtp-450", 3)
    assert await told_outside(service) == ["pavilion.notification.delivery.parked.v1"]


async def test_a_refused_mail_is_parked_at_once(service: Rig) -> None:
    await one_due(service)
    outbox_of(service).faults = [MailRefused("smtp-550 5.1.1")]
    await service.service.mailer.round()
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.reason) == (DeliveryState.PARKED, "smtp-550 5.1.1")


async def test_a_broken_address_is_parked_without_troubling_the_server(service: Rig) -> None:
    await one_due(service, email="acme@example.com\r\nRCPT TO:<x@example.com>")
    await service.service.mailer.round()
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.reason) == (DeliveryState.PARKED, "address-invalid")
    assert outbox_of(service).sent == []


async def test_when_the_server_is_away_the_batch_is_put_off_with_few_knocks(service: Rig) -> None:
    await service.hear(fair_event(), *(contact_event(f"x{n}") for n in range(50)))
    await service.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(50)))
    outbox_of(service).faults = [MailServerAway("SMTPConnectError")] * 4
    assert await service.service.mailer.round() == 50
    assert outbox_of(service).sent == []
    assert {d.state for d in await service.deliveries()} == {DeliveryState.PENDING}
    outbox_of(service).faults = []
    advance(service, seconds=10)
    assert await service.service.mailer.round() == 50
    assert len({mail.message_id for mail in outbox_of(service).sent}) == 50


async def test_a_night_without_a_mail_server_costs_no_mail_a_try(make_rig: MakeRig) -> None:
    service = make_rig(mail_tries_max=2, smtp_connections_max=1)
    outbox = outbox_of(service)
    await service.hear(fair_event(), contact_event("acme"), contact_event("borealis"), reservation_event())
    outbox.faults = [MailServerAway("ConnectionRefusedError") for _ in range(1_000)]
    knocks = []
    for _ in range(12 * 60):
        await service.service.mailer.round()
        knocks.append(1_000 - len(outbox.faults))
        advance(service, minutes=1)
    # It never ceases to knock, and each time for all mails together.
    assert knocks[-1] == 12 * 60
    waiting = await service.deliveries()
    assert {(d.state, d.attempts, d.reason) for d in waiting} == {(DeliveryState.PENDING, 0, "ConnectionRefusedError")}
    outbox.faults = []
    while await service.service.mailer.round():
        advance(service, minutes=1)
    assert {(d.state, d.attempts) for d in await service.deliveries()} == {(DeliveryState.SENT, 1)}


async def test_while_the_server_is_away_new_mails_wait_for_the_next_knock_and_pauses_grow(make_rig: MakeRig) -> None:
    service = make_rig(smtp_connections_max=1)
    outbox = outbox_of(service)
    await one_due(service)
    outbox.faults = [MailServerAway("SMTPConnectTimeoutError") for _ in range(20)]
    began, knocked_at = service.clock.now(), []
    for tick in range(600):
        if tick == 10:
            await service.hear(contact_event("new"), reservation_event(id_="ev-2", exhibitor="new", co_exhibitors=[]))
        left = len(outbox.faults)
        await service.service.mailer.round()
        if len(outbox.faults) < left:
            knocked_at.append((service.clock.now() - began).total_seconds())
        advance(service, seconds=0.5)
    pauses = [later - earlier for earlier, later in itertools.pairwise(knocked_at)]
    assert pauses[0] <= 5
    assert 15 <= pauses[-1] <= 31
    assert len(pauses) < 20


async def test_a_mail_that_the_server_hangs_up_on_keeps_no_other_back(make_rig: MakeRig) -> None:
    class HangingUp(Outbox):
        async def send(self, mail: Mail) -> None:
            if mail.to == "acme@example.com":
                raise MailServerAway("SMTPServerDisconnected")
            await super().send(mail)

    service = make_rig(transport=HangingUp(), smtp_connections_max=1)
    await service.hear(fair_event(), *(contact_event(id_) for id_ in ("acme", "borealis", "cedar")))
    await service.hear(reservation_event(co_exhibitors=["borealis", "cedar"]))
    for _ in range(10):
        await service.service.mailer.round()
        advance(service, seconds=31)
    assert sorted(mail.to for mail in outbox_of(service).sent) == ["borealis@example.com", "cedar@example.com"]
    assert (await service.delivery_to(MAIN)).attempts == 0


class FaultyComposer:
    """Fails for one exhibitor."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def compose(self, delivery: object, addressee: object, facts: object) -> Mail:
        if delivery.recipient == MAIN:  # type: ignore[attr-defined]
            raise RuntimeError("a fault of ours")
        return self._inner.compose(delivery, addressee, facts)  # type: ignore[attr-defined, no-any-return]


async def test_a_mail_that_trips_over_a_fault_of_ours_keeps_no_other_back(service: Rig) -> None:
    mailer = service.service.mailer
    mailer._composer = FaultyComposer(mailer._composer)
    await service.hear(fair_event(), contact_event("acme"), contact_event("borealis"), reservation_event())
    await mailer.round()
    assert [mail.to for mail in outbox_of(service).sent] == ["borealis@example.com"]
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.reason) == (DeliveryState.PENDING, "internal-fault")


class SlowOutbox(Outbox):
    """Takes its time, so that two mailers overlap."""

    async def send(self, mail: Mail) -> None:
        await asyncio.sleep(0)
        await super().send(mail)


async def test_two_mailers_send_each_mail_once(make_rig: MakeRig) -> None:
    store, outbox = MemoryStore(), SlowOutbox()
    first, second = (make_rig(store, transport=outbox, mail_batch_max=7) for _ in range(2))
    await first.hear(fair_event(), *(contact_event(f"x{n}") for n in range(40)))
    await first.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(40)))

    async def all_of(service: Rig) -> None:
        while await service.service.archive.due(service.clock.now(), 1):
            await service.service.mailer.round()
            await asyncio.sleep(0)

    await asyncio.gather(all_of(first), all_of(second))
    ids = [mail.message_id for mail in outbox.sent]
    assert len(ids) == len(set(ids)) == 40


async def test_a_claim_keeps_others_away_until_its_lease_ends(make_rig: MakeRig) -> None:
    store, clock = MemoryStore(), ManualClock()
    service = make_rig(store, clock=clock)
    await one_due(service)
    delivery = await service.delivery_to(MAIN)
    commit, lease = service.service.core.committer.commit, timedelta(seconds=60)
    first = await commit(Work("claim", claim_delivery(delivery.id, "a", lease)))
    assert isinstance(first.outcome, Accepted)
    rival = await commit(Work("claim", claim_delivery(delivery.id, "b", lease)))
    assert isinstance(rival.outcome, Rejected)
    clock.advance(lease)
    heir = await commit(Work("claim", claim_delivery(delivery.id, "b", lease)))
    assert isinstance(heir.outcome, Accepted)
    # The first mailer lives after all: what it sent is sent, but it no longer decides what comes next.
    late = await commit(Work("off", mark_put_off(delivery.id, "a", "smtp-450", Backoff(1, 1, 1), 0.5)))
    assert isinstance(late.outcome, Rejected)
    await commit(Work("sent", mark_sent(delivery.id)))
    await commit(Work("sent", mark_sent(delivery.id)))
    assert (await service.delivery_to(MAIN)).state is DeliveryState.SENT
    assert await told_outside(service) == ["pavilion.notification.delivery.sent.v1"]


class StoreDyingOutbox(Outbox):
    """Takes a mail, and then the store is away."""

    store: MemoryStore

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        self.store.available = False


async def test_a_sent_mail_is_recorded_once_the_store_is_back_and_not_sent_again(make_rig: MakeRig) -> None:
    store, outbox = MemoryStore(), StoreDyingOutbox()
    outbox.store = store
    service = make_rig(store, transport=outbox)
    await one_due(service)
    with pytest.raises(StoreUnavailable):
        await service.service.mailer.round()
    store.available = True
    advance(service, hours=1)
    assert await service.service.mailer.round() == 0
    assert len(outbox.sent) == 1
    assert (await service.delivery_to(MAIN)).state is DeliveryState.SENT


async def test_mails_give_way_to_news_and_yet_all_leave_while_news_never_ends(service: Rig) -> None:
    async def never() -> None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()

    asked, built, outbox = 0, service.service.mailer, outbox_of(service)
    await service.hear(fair_event(), *(contact_event(f"x{n}") for n in range(20)))
    await service.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(20)))
    limits = MailerLimits(senders_max=4, give_way_seconds_max=0.02)
    committer, archive = service.service.core.committer, service.service.archive
    mailer = Mailer("polite", committer, archive, outbox, built._composer, service.clock, limits, never)
    begun = time.monotonic()
    assert await mailer.round() == 20
    assert len(outbox.sent) == asked == 20
    # Each of the four senders has waited for each of its five mails.
    assert time.monotonic() - begun >= 5 * limits.give_way_seconds_max


async def test_the_running_mailer_is_woken_by_new_deliveries_and_stops_in_order(make_rig: MakeRig) -> None:
    service = make_rig(mail_poll_seconds=3600)
    running = asyncio.create_task(service.service.mailer.run())
    await asyncio.sleep(0)
    await one_due(service)

    async def is_sent() -> bool:
        return [d.state for d in await service.deliveries()] == [DeliveryState.SENT]

    await eventually(is_sent, "the mail is sent")
    service.service.mailer.stop()
    await asyncio.wait_for(running, 10)
    assert outbox_of(service).closed


async def test_a_mailer_that_dies_is_said_and_seen(service: Rig) -> None:
    async def dies() -> None:
        raise ValueError("planted")

    service.service.mailer.run = dies  # type: ignore[method-assign]
    component = service.service.components[-1]

    async def is_seen() -> bool:
        parts = (await service.service.health.readiness()).parts
        return parts["mailer"] == "the mailer has died of ValueError; see the log"

    assert not await is_seen()
    with capture_logs() as said:
        await component.start()
        await eventually(is_seen, "its death is seen")
    assert [one["event"] for one in said] == ["background.died"]
    with pytest.raises(ValueError, match="planted"):
        await component.stop()


async def test_what_a_stopped_mailer_claimed_is_given_back(make_rig: MakeRig) -> None:
    class StoppingOutbox(Outbox):
        async def send(self, mail: Mail) -> None:
            await super().send(mail)
            service.service.mailer.stop()

    service = make_rig(transport=StoppingOutbox(), smtp_connections_max=1)
    await service.hear(fair_event(), contact_event("acme"), contact_event("borealis"), reservation_event())
    assert await service.service.mailer.round() == 2
    states = sorted(d.state.value for d in await service.deliveries())
    assert states == ["pending", "sent"]
    assert len(await service.service.archive.due(service.clock.now(), 10)) == 1


def test_waits_double_up_to_their_bound_and_jitter_spreads_the_upper_half() -> None:
    backoff = Backoff(first_seconds=2, longest_seconds=100, tries_max=9)
    longest = [backoff.wait(tries, 1.0).total_seconds() for tries in (1, 2, 3, 6, 7, 5000)]
    assert longest == [2, 4, 8, 64, 100, 100]
    assert backoff.wait(1, 0.0).total_seconds() == 1


def test_every_kind_of_news_can_be_mailed() -> None:
    assert {kind.value for kind in Kind if not (kind.of_spaces or kind.of_invitations)} == {
        "held", "extended", "confirmed", "sold", "cancelled", "expired", "co-exhibitors-changed", "admitted",
    }  # fmt: skip
