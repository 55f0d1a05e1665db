"""Is it alive, is it ready: named checks behind `/livez` and `/readyz`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[None]]
"""Returns where its part is ready; raises, best `NotReady`, where it is not."""

CHECK_SECONDS_MAX: Final = 2.0


class NotReady(Exception):
    """A part cannot do its work now; the message says why, without secrets: it is shown to anyone."""


class Background:
    """Work that goes on beside everything else. Should it die, the log says so, and `ready` from then on."""

    def __init__(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._name = name
        self._died_of: str | None = None
        self._task = asyncio.create_task(self._see_through(work), name=name)

    async def _see_through(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as failure:
            self._died_of = type(failure).__name__
            log.exception("background.died", name=self._name)
            raise

    async def ready(self) -> None:
        """Raises NotReady once the work has died; one that came to its end has not."""
        if self._died_of:
            raise NotReady(f"{self._name} has died of {self._died_of}; see the log")

    async def finished(self) -> None:
        """Wait until it comes to its end. Raises what it died of."""
        await self._task

    async def end(self) -> None:
        """Break it off."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/readyz` answers; `parts` maps each part to `ok` or to why it is not ready."""

    ready: bool
    parts: dict[str, str]


@dataclass(slots=True)
class Health:
    """The checks of one service. `draining` is set when it begins to stop: long streams should end then."""

    draining: asyncio.Event = field(default_factory=asyncio.Event)
    _checks: dict[str, Check] = field(default_factory=dict)

    def add(self, name: str, check: Check) -> None:
        """Ask `check` before the service is called ready; raises ValueError where the name is taken."""
        if name in self._checks:
            raise ValueError(f"there is already a check called {name}")
        self._checks[name] = check

    def drain(self) -> None:
        """From now on the service is not ready."""
        self.draining.set()

    async def readiness(self) -> Readiness:
        """Run all checks side by side, each with a time limit."""
        answers = await asyncio.gather(*(_ask(check) for check in self._checks.values()))
        parts = dict(zip(self._checks, answers, strict=True))
        if self.draining.is_set():
            parts["service"] = "stopping"
        return Readiness(all(answer == "ok" for answer in parts.values()), parts)


async def _ask(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS_MAX):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS_MAX:g} s"
    except NotReady as reason:
        return str(reason)
    except Exception as error:  # noqa: BLE001 - whatever a part raises, the fate is the same: it is not ready
        # Only the class: a driver's message may carry addresses and credentials.
        return f"failed with {type(error).__name__}"
    return "ok"
