"""News goes before mail: a mailer lets the intake of events have the processor, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

AtRest = Callable[[], Awaitable[None]]


async def always_at_rest() -> None:
    """An intake that never has anything to do."""


async def give_way(at_rest: AtRest, seconds_max: float) -> None:
    """Wait until the intake is at rest, but no longer than `seconds_max`, so that no stream of news holds mails up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds_max):
            await at_rest()
