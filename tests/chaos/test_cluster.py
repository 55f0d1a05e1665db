"""One of several goes away in the middle of the work, and the others carry on: brokers, store members, listeners."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deploy.stack.supervisor import Stack
from tests.chaos.arena import Arena, arena
from tests.chaos.load import Load, load
from tests.chaos.orders import exhibitor, hold
from tests.chaos.outage import DOUBLED_MAX, assert_whole, outage_fair


@pytest.fixture
async def clustered(cluster: Stack) -> AsyncIterator[Arena]:
    async with arena(cluster) as made:
        yield made


async def test_one_broker_of_three_can_go_and_come_back(clustered: Arena) -> None:
    broker = clustered.stack.broker
    assert broker is not None
    async with load(clustered, await outage_fair(clustered)) as work:
        await work.goes_on()
        await broker.kill(1)
        await work.goes_on(24)
        # Two of three are enough to be heard: nothing waits for the third.
        await _heard(clustered, work)
        await broker.restart(1)
        await work.goes_on()
    assert not clustered.desk.refused
    await assert_whole(clustered, work)


async def test_when_the_stores_primary_dies_another_member_takes_over_with_all_that_was_accepted(
    clustered: Arena,
) -> None:
    mongod = clustered.stack.mongod
    assert mongod is not None
    async with load(clustered, await outage_fair(clustered)) as work:
        await work.goes_on()
        died = await mongod.primary()
        assert died is not None
        await mongod.kill(died)
        await work.goes_on(24)
        assert await mongod.primary() not in (None, died)
        await mongod.restart(died)
        await work.goes_on()
    await assert_whole(clustered, work)


async def test_a_member_that_dies_while_the_group_shares_out_anew_changes_nothing(clustered: Arena) -> None:
    stack = clustered.stack
    async with load(clustered, await outage_fair(clustered)) as work:
        await work.goes_on()
        await stack.kill("notification", 1)
        await work.goes_on()
        # Its return makes the group share out anew, and in the middle of that the other one dies.
        await stack.restart("notification", 1)
        await stack.kill("notification", 0)
        await work.goes_on(16)
        await stack.restart("notification", 0)
        await work.goes_on()
    await assert_whole(clustered, work, mails_doubled_max=2 * DOUBLED_MAX)


async def _heard(scene: Arena, work: Load) -> None:
    """Wait until something that was accepted from now on has been heard of."""
    who = exhibitor(work.fair.exhibitors[0])
    held = await scene.desk.insist(hold(who, work.fair.slug, "heard", work.fair.booths[-1]))
    assert held.status == 201
    work.said[held.json["id"]] = ["held"]
    await scene.heard(held.json["id"])
