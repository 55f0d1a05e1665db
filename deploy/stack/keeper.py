"""Watches child processes: one that dies or stands still is started again, one that keeps dying ends the stack."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.stack.errors import StackError
from deploy.stack.process import Child
from deploy.stack.server import Server
from deploy.stack.silence import Silence

_WATCH_SECONDS = 0.1
DEATHS_MAX = 5
DEATHS_WINDOW_SECONDS = 60.0
BACKOFF_FIRST_SECONDS = 0.25
BACKOFF_MAX_SECONDS = 8.0
PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class _Watched:
    server: Server
    index: int
    silence: Silence
    deaths: deque[float] = field(default_factory=deque)
    returning: asyncio.Task[None] | None = None

    @property
    def child(self) -> Child:
        return self.server.children()[self.index]


class Keeper:
    """Keeps what it is given running until `run` is cancelled.

    A child that dies more than `deaths_max` times within the window is not started again:
    `run` then raises StackError, for a stack that hangs half alive helps nobody. One that runs but
    answers nothing for `patience_seconds` is killed, and dies as any other.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        deaths_max: int = DEATHS_MAX,
        window_seconds: float = DEATHS_WINDOW_SECONDS,
        backoff_first_seconds: float = BACKOFF_FIRST_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._say = say
        self._deaths_max = deaths_max
        self._window_seconds = window_seconds
        self._backoff_first_seconds = backoff_first_seconds
        self._patience_seconds = patience_seconds
        self._watched: list[_Watched] = []

    def watch(self, server: Server) -> None:
        """Keep all processes of this server running."""
        for index in range(len(server.children())):
            silence = Silence(server, index, patience_seconds=self._patience_seconds)
            self._watched.append(_Watched(server, index, silence))

    async def run(self) -> None:
        """Watch until cancelled; raises StackError when a child cannot be kept running."""
        try:
            while True:
                for watched in self._watched:
                    self._look_at(watched)
                await asyncio.sleep(_WATCH_SECONDS)
        finally:
            for watched in self._watched:
                watched.silence.forget()
                if watched.returning is not None:
                    watched.returning.cancel()

    def _look_at(self, watched: _Watched) -> None:
        if watched.returning is not None:
            if not watched.returning.done():
                return
            task, watched.returning = watched.returning, None
            task.result()
        if not watched.child.running:
            watched.silence.forget()
            wait_seconds = self._count_death(watched)
            watched.returning = asyncio.create_task(self._bring_back(watched, wait_seconds))
        elif watched.silence.lasts():
            self._end_silent(watched)

    def _end_silent(self, watched: _Watched) -> None:
        watched.silence.forget()
        self._say(f"{watched.child.name} runs, but has answered nothing for {self._patience_seconds:g} s; it is ended.")
        # A suspended process takes no other signal. Its death is found, counted and mended like any other.
        watched.child.signal(signal.SIGKILL)

    def _count_death(self, watched: _Watched) -> float:
        """Note a death; answers how long to wait, or raises StackError when it was one too many."""
        child, now = watched.child, time.monotonic()
        watched.deaths.append(now)
        while watched.deaths[0] < now - self._window_seconds:
            watched.deaths.popleft()
        count = len(watched.deaths)
        if count > self._deaths_max:
            raise child.diagnosis(
                f"{child.name} died {count} times within {self._window_seconds:g} seconds, so Pavilion stops."
            )
        wait_seconds: float = min(BACKOFF_MAX_SECONDS, self._backoff_first_seconds * 2.0 ** (count - 1))
        self._say(f"{child.name} died ({_how(child.exit_code)}); it is started again in {wait_seconds:g} s.")
        return wait_seconds

    async def _bring_back(self, watched: _Watched, wait_seconds: float) -> None:
        await asyncio.sleep(wait_seconds)
        child = watched.child
        try:
            await watched.server.restart(watched.index)
        except StackError as error:
            if child.running:
                # Alive but never ready is as good as dead, and the next death is counted like any other.
                self._say(f"{error.what} It is ended and started again.")
        except Exception as error:  # noqa: BLE001 - whatever it is, who keeps the others must not die of it unheard
            self._say(f"{child.name} could not be brought back ({error!r}); that is tried again.")
        else:
            self._say(f"{child.name} is back.")
            return
        await child.kill()


def _how(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"killed by signal {-exit_code}"
    return f"exit code {exit_code}"
