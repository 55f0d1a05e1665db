"""Servers that go away and come back in the middle of the work: what was accepted is there, told of, and told once."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator

import pytest

from deploy.stack.supervisor import Stack
from tests.chaos.arena import Arena, arena
from tests.chaos.load import load
from tests.chaos.outage import assert_whole, outage_fair


@pytest.fixture
async def scene(stack: Stack) -> AsyncIterator[Arena]:
    async with arena(stack) as made:
        yield made


async def test_without_its_broker_booking_goes_on_and_is_heard_later(scene: Arena) -> None:
    async with load(scene, await outage_fair(scene)) as work:
        await work.goes_on()
        await scene.stack.stop_broker()
        await work.goes_on(24)
        assert await scene.waiting()
        await scene.stack.start_broker()
        await work.goes_on()
    assert not scene.desk.refused
    await assert_whole(scene, work)


async def test_a_broker_that_is_killed_is_found_again_by_everybody(scene: Arena) -> None:
    assert scene.stack.broker is not None
    async with load(scene, await outage_fair(scene)) as work:
        await work.goes_on()
        await scene.stack.broker.kill()
        await work.goes_on(24)
        await scene.stack.start_broker()
        await work.goes_on()
    assert not scene.desk.refused
    await assert_whole(scene, work)


async def test_without_its_store_booking_refuses_and_loses_nothing_that_it_had_accepted(scene: Arena) -> None:
    assert scene.stack.mongod is not None
    async with load(scene, await outage_fair(scene)) as work:
        await work.goes_on()
        await scene.stack.mongod.kill()
        await work.refused(503)
        await scene.stack.start_mongod()
        await work.goes_on(24)
    await assert_whole(scene, work)


async def test_a_store_that_hangs_for_a_while_loses_nothing(scene: Arena) -> None:
    """A stopped process keeps its connections: nothing is refused by the network, answers just do not come."""
    assert scene.stack.mongod is not None
    [mongod] = scene.stack.mongod.children()
    async with load(scene, await outage_fair(scene)) as work:
        await work.goes_on()
        mongod.signal(signal.SIGSTOP)
        try:
            await work.refused(503, 504)
        finally:
            mongod.signal(signal.SIGCONT)
        await work.goes_on(24)
    await assert_whole(scene, work)
