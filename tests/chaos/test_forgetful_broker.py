"""The broker in memory forgets everything when it ends, and is filled again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deploy.stack.supervisor import Stack
from tests.chaos.arena import Arena, arena
from tests.chaos.load import load
from tests.chaos.outage import DOUBLED_MAX, assert_whole, outage_fair


@pytest.fixture
async def forgetful(in_memory: Stack) -> AsyncIterator[Arena]:
    async with arena(in_memory) as made:
        yield made


async def test_a_broker_that_forgot_everything_is_filled_again(forgetful: Arena) -> None:
    """What it had and nobody had heard yet is told again; what was heard is not heard twice."""
    stack = forgetful.stack
    assert stack.broker is not None
    async with load(forgetful, await outage_fair(forgetful)) as work:
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
    await assert_whole(forgetful, work, mails_doubled_max=DOUBLED_MAX)
