"""Servers that go away and come back in the middle of the work: what was accepted is there, told of, and told once."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from itertools import count

import pytest

from deploy.stack.supervisor import Stack
from services.notification.mailer import MailerLimits
from tests.chaos.arena import Arena, Fair, arena
from tests.chaos.load import Load, load
from tests.chaos.orders import exhibitor, hold

DOUBLED_MAX = MailerLimits().unrecorded_max
"""How many mails come again at most where one notification process is killed."""
_fairs = count(1)


@pytest.fixture
async def scene(stack: Stack) -> AsyncIterator[Arena]:
    async with arena(stack) as made:
        yield made


@pytest.fixture
async def clustered(cluster: Stack) -> AsyncIterator[Arena]:
    async with arena(cluster) as made:
        yield made


@pytest.fixture
async def forgetful(in_memory: Stack) -> AsyncIterator[Arena]:
    async with arena(in_memory) as made:
        yield made


async def _fair(scene: Arena) -> Fair:
    """Sixty booths for each exhibitor to work with, and one beside."""
    return await scene.fair(f"outage-{next(_fairs)}", booths=241, exhibitors=4)


async def _assert_whole(scene: Arena, work: Load, *, mails_doubled_max: int = 0) -> None:
    """Everything accepted is there, published, told and mailed, once but for what a killed mailer may send again;
    whoever was put off was told to come again.
    """
    await scene.quiet()
    assert await work.lost() == []
    assert await scene.findings(work.fair, mails_doubled_max=mails_doubled_max) == []
    for refusal in scene.desk.refused:
        assert refusal.status in (503, 504) or refusal.reason == "idempotency-key-in-progress"
        if refusal.status == 503:
            assert refusal.retry_after


async def test_without_its_broker_booking_goes_on_and_is_heard_later(scene: Arena) -> None:
    async with load(scene, await _fair(scene)) as work:
        await work.goes_on()
        await scene.stack.stop_broker()
        await work.goes_on(24)
        assert await scene.waiting()
        await scene.stack.start_broker()
        await work.goes_on()
    assert not scene.desk.refused
    await _assert_whole(scene, work)


async def test_a_broker_that_is_killed_is_found_again_by_everybody(scene: Arena) -> None:
    assert scene.stack.broker is not None
    async with load(scene, await _fair(scene)) as work:
        await work.goes_on()
        await scene.stack.broker.kill()
        await work.goes_on(24)
        await scene.stack.start_broker()
        await work.goes_on()
    assert not scene.desk.refused
    await _assert_whole(scene, work)


async def test_without_its_store_booking_refuses_and_loses_nothing_that_it_had_accepted(scene: Arena) -> None:
    assert scene.stack.mongod is not None
    async with load(scene, await _fair(scene)) as work:
        await work.goes_on()
        await scene.stack.mongod.kill()
        await work.refused(503)
        await scene.stack.start_mongod()
        await work.goes_on(24)
    await _assert_whole(scene, work)


async def test_a_store_that_hangs_for_a_while_loses_nothing(scene: Arena) -> None:
    """A stopped process keeps its connections: nothing is refused by the network, answers just do not come."""
    assert scene.stack.mongod is not None
    [mongod] = scene.stack.mongod.children()
    async with load(scene, await _fair(scene)) as work:
        await work.goes_on()
        mongod.signal(signal.SIGSTOP)
        try:
            await work.refused(503, 504)
        finally:
            mongod.signal(signal.SIGCONT)
        await work.goes_on(24)
    await _assert_whole(scene, work)


async def test_one_broker_of_three_can_go_and_come_back(clustered: Arena) -> None:
    broker = clustered.stack.broker
    assert broker is not None
    async with load(clustered, await _fair(clustered)) as work:
        await work.goes_on()
        await broker.kill(1)
        await work.goes_on(24)
        # Two of three are enough to be heard: nothing waits for the third.
        await _heard(clustered, work)
        await broker.restart(1)
        await work.goes_on()
    assert not clustered.desk.refused
    await _assert_whole(clustered, work)


async def test_when_the_stores_primary_dies_another_member_takes_over_with_all_that_was_accepted(
    clustered: Arena,
) -> None:
    mongod = clustered.stack.mongod
    assert mongod is not None
    async with load(clustered, await _fair(clustered)) as work:
        await work.goes_on()
        died = await mongod.primary()
        assert died is not None
        await mongod.kill(died)
        await work.goes_on(24)
        assert await mongod.primary() not in (None, died)
        await mongod.restart(died)
        await work.goes_on()
    await _assert_whole(clustered, work)


async def test_a_member_that_dies_while_the_group_shares_out_anew_changes_nothing(clustered: Arena) -> None:
    stack = clustered.stack
    async with load(clustered, await _fair(clustered)) as work:
        await work.goes_on()
        await stack.kill("notification", 1)
        await work.goes_on()
        # Its return makes the group share out anew, and in the middle of that the other one dies.
        await stack.restart("notification", 1)
        await stack.kill("notification", 0)
        await work.goes_on(16)
        await stack.restart("notification", 0)
        await work.goes_on()
    await _assert_whole(clustered, work, mails_doubled_max=2 * DOUBLED_MAX)


async def _heard(scene: Arena, work: Load) -> None:
    """Wait until something that was accepted from now on has been heard of."""
    who = exhibitor(work.fair.exhibitors[0])
    held = await scene.desk.insist(hold(who, work.fair.slug, "heard", work.fair.booths[-1]))
    assert held.status == 201
    work.said[held.json["id"]] = ["held"]
    await scene.heard(held.json["id"])


async def test_a_broker_that_forgot_everything_is_filled_again(forgetful: Arena) -> None:
    """What it had and nobody had heard yet is told again; what was heard is not heard twice."""
    stack = forgetful.stack
    assert stack.broker is not None
    async with load(forgetful, await _fair(forgetful)) as work:
        await work.goes_on()
        # The listener is away, so that the broker alone has what happens now.
        await stack.kill("notification")
        await work.goes_on(16)
        await forgetful.published()
        await stack.broker.kill()
        await work.goes_on()
        await stack.start_broker()
        await stack.restart("notification")
        await work.goes_on()
    assert not forgetful.desk.refused
    await _assert_whole(forgetful, work, mails_doubled_max=DOUBLED_MAX)
