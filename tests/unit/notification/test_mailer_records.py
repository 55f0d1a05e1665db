"""How much a crash of the mailer can send again: little, always, and however long the store takes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from services.notification.domain.deliveries import DeliveryState
from services.notification.mailer import Mailer, MailerLimits
from services.notification.mailer.records import BatchCommitter
from services.notification.ports import Mail
from services.notification.settings import NotificationSettings
from shared.runtime.committer import Committed, Contended, Work
from shared.runtime.store import StoreUnavailable
from tests.builders.counters import eventually
from tests.unit.notification.builders import Outbox, Rig, contact_event, fair_event, reservation_event

MAILS = 40
UNRECORDED_MAX = 6
TURNS = 2_000


class Recorder:
    """A committer that shows, and holds up, what the mailer writes of mails; claims pass."""

    def __init__(self, inner: BatchCommitter) -> None:
        self._inner = inner
        self.open = asyncio.Event()
        self.recorded: list[int] = []
        self.faults: list[Exception] = []

    async def commit_batch(self, works: Sequence[Work]) -> list[Committed | Exception]:
        if works[0].name == "claim_delivery":
            return await self._inner.commit_batch(works)
        await self.open.wait()
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, StoreUnavailable):
                raise fault
            return [fault, *await self._inner.commit_batch(works[1:])]
        results = await self._inner.commit_batch(works)
        self.recorded.append(len(works))
        return results


async def due(service: Rig) -> None:
    await service.hear(fair_event(), *(contact_event(f"x{n}") for n in range(MAILS)))
    await service.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(MAILS)))


def mailer_of(service: Rig, outbox: Outbox, **limits: int) -> tuple[Mailer, Recorder]:
    built = service.service.mailer
    recorder = Recorder(service.service.core.committer)
    mailer = Mailer(
        "other", recorder, service.service.archive, outbox, built._composer, service.clock, MailerLimits(**limits)
    )
    return mailer, recorder


async def come_to_rest(outbox: Outbox) -> int:
    """How many mails have left once no more do. Nothing waits for the clock: turns of the event loop are enough."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
    return len(outbox.sent)


async def sent_by_the_books(service: Rig) -> int:
    return sum(delivery.state is DeliveryState.SENT for delivery in await service.deliveries())


@pytest.mark.parametrize(
    ("unrecorded_max", "left"),
    [(1, 1), (UNRECORDED_MAX, UNRECORDED_MAX), (1_000, MAILS)],
    ids=["one", "some", "planted fault: no bound"],
)
async def test_no_more_mails_leave_without_a_record_than_may_come_again(
    service: Rig, unrecorded_max: int, left: int
) -> None:
    await due(service)
    outbox = Outbox()
    mailer, recorder = mailer_of(service, outbox, unrecorded_max=unrecorded_max)
    sending = asyncio.create_task(mailer.round())
    assert await come_to_rest(outbox) == left
    assert await sent_by_the_books(service) == 0
    recorder.open.set()
    assert await sending == MAILS
    assert len(outbox.sent) == await sent_by_the_books(service) == MAILS


async def test_mails_on_their_way_count_as_those_that_have_left(service: Rig) -> None:
    """The server may have them before it is heard to say so."""

    class Hanging(Outbox):
        begun = 0

        async def send(self, mail: Mail) -> None:
            self.begun += 1
            await answered.wait()
            await super().send(mail)

    answered, outbox = asyncio.Event(), Hanging()
    await due(service)
    mailer, recorder = mailer_of(service, outbox, unrecorded_max=3, senders_max=10)
    recorder.open.set()
    sending = asyncio.create_task(mailer.round())
    await come_to_rest(outbox)
    assert outbox.begun == 3
    answered.set()
    assert await sending == MAILS


async def test_mails_are_recorded_while_others_of_their_batch_go_out(service: Rig) -> None:
    class Watched(Outbox):
        most = 0

        async def send(self, mail: Mail) -> None:
            await super().send(mail)
            await asyncio.sleep(0)
            self.most = max(self.most, len(self.sent) - await sent_by_the_books(service))

    await due(service)
    outbox = Watched()
    mailer, recorder = mailer_of(service, outbox, unrecorded_max=UNRECORDED_MAX)
    recorder.open.set()
    assert await mailer.round() == MAILS
    assert 1 <= outbox.most <= UNRECORDED_MAX
    assert max(recorder.recorded) <= UNRECORDED_MAX
    assert sum(recorder.recorded) == MAILS


async def test_when_the_store_goes_away_in_the_middle_no_more_mails_leave_and_none_comes_again(service: Rig) -> None:
    await due(service)
    outbox = Outbox()
    mailer, recorder = mailer_of(service, outbox, unrecorded_max=UNRECORDED_MAX)
    sending = asyncio.create_task(mailer.round())
    left = await come_to_rest(outbox)
    recorder.faults = [StoreUnavailable("away"), StoreUnavailable("away")]
    recorder.open.set()
    with pytest.raises(StoreUnavailable):
        await sending
    assert len(outbox.sent) == left
    with pytest.raises(StoreUnavailable):
        await mailer.round()
    assert len(outbox.sent) == left
    # What had not left was given back, what had is known to have.
    while await mailer.round():
        pass
    assert len({mail.message_id for mail in outbox.sent}) == len(outbox.sent) == MAILS
    assert await sent_by_the_books(service) == MAILS


async def test_a_record_that_rivals_keep_out_keeps_its_place_until_it_is_written(service: Rig) -> None:
    await due(service)
    outbox = Outbox()
    mailer, recorder = mailer_of(service, outbox, unrecorded_max=2, senders_max=2)
    recorder.faults = [Contended("rivals") for _ in range(5)]
    recorder.open.set()
    while recorder.faults or await sent_by_the_books(service) < MAILS:
        with suppress(Contended):
            await mailer.round()
        assert len(outbox.sent) - await sent_by_the_books(service) <= 2
    assert len({mail.message_id for mail in outbox.sent}) == len(outbox.sent) == MAILS


async def test_a_record_that_nobody_can_write_leaves_the_mailer_able_to_stop(service: Rig) -> None:
    await due(service)
    outbox = Outbox()
    mailer, recorder = mailer_of(service, outbox, unrecorded_max=1)
    recorder.faults = [Contended("rivals") for _ in range(1_000)]
    recorder.open.set()
    running = asyncio.create_task(mailer.run())

    async def has_tried() -> bool:
        return len(recorder.faults) < 1_000

    await eventually(has_tried, "it has tried to record a mail")
    mailer.stop()
    await asyncio.wait_for(running, 10)
    assert len(outbox.sent) == 1


def test_the_service_has_the_bound_that_the_mailer_has_by_itself() -> None:
    assert NotificationSettings(jwks="-").mail_unrecorded_max == MailerLimits().unrecorded_max
