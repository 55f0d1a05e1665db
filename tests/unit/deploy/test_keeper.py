"""The keeper on one process of its own: what stands still is ended, what is only slow is left, no fault goes unsaid."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from deploy.stack.keeper import Keeper
from deploy.stack.ports import free_port
from deploy.stack.services import ServiceProcess
from deploy.stack.silence import QUESTIONS, Silence

S = TypeVar("S", bound=ServiceProcess)

PATIENCE_SECONDS = 1.5
ENDED = "booking runs, but has answered nothing for 1.5 s; it is ended."
DIED = "booking died (killed by signal 9); it is started again in 0.25 s."


def standin(tmp_path: Path, kind: type[S]) -> S:
    module, log = "tests.integration.stack.standin", tmp_path / "log"
    return kind("booking", module=module, port=free_port(), log=log, env={}, extra={}, ready_seconds=60.0)


@asynccontextmanager
async def kept(server: ServiceProcess) -> AsyncIterator[list[str]]:
    """Run the server under a keeper; answers what the keeper says."""
    said: list[str] = []
    keeper = Keeper(said.append, patience_seconds=PATIENCE_SECONDS)
    async with server:
        keeper.watch(server)
        keeping = asyncio.create_task(keeper.run())
        try:
            yield said
            assert not keeping.done()
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])


async def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)


async def test_a_process_that_stands_still_is_named_ended_and_started_again(tmp_path: Path) -> None:
    server = standin(tmp_path, ServiceProcess)
    async with kept(server) as said:
        [child] = server.children()
        stopped = child.pid
        child.signal(signal.SIGSTOP)
        await eventually(lambda: "booking is back." in said)
        assert said == [ENDED, DIED, "booking is back."]
        assert child.pid != stopped
        assert await server.answers(0, 30.0)


async def test_a_process_that_stands_still_for_a_moment_is_left_alone(tmp_path: Path) -> None:
    server = standin(tmp_path, ServiceProcess)
    async with kept(server) as said:
        [child] = server.children()
        stopped = child.pid
        child.signal(signal.SIGSTOP)
        await asyncio.sleep(PATIENCE_SECONDS / 2)
        child.signal(signal.SIGCONT)
        await asyncio.sleep(PATIENCE_SECONDS)
        assert (said, child.pid) == ([], stopped)


class Told(ServiceProcess):
    """Answers as the test says."""

    answered = True

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        return self.answered


async def test_questions_are_lost_in_a_row_or_not_at_all(tmp_path: Path) -> None:
    server = standin(tmp_path, Told)
    silence = Silence(server, 0, patience_seconds=0.0)

    async def asked(times: int, *, answered: bool) -> bool:
        server.answered = answered
        for _ in range(times):
            silence.lasts()
            await asyncio.sleep(0.01)
        return silence.lasts()

    assert not await asked(QUESTIONS - 2, answered=False)
    assert not await asked(1, answered=True)
    assert not await asked(QUESTIONS - 2, answered=False)
    assert await asked(2, answered=False)
    silence.forget()
    assert not silence.lasts()
    silence.forget()


class Faulty(ServiceProcess):
    """Its first return fails as nobody foresaw, after its process was started or before."""

    started = False
    faults = 0

    async def restart(self, index: int = 0) -> None:
        self.faults += 1
        if self.faults > 1:
            await super().restart(index)
            return
        if self.started:
            self.children()[index].start()
        raise PermissionError("planted")


@pytest.mark.parametrize("started", [False, True])
async def test_a_return_that_fails_as_nobody_foresaw_is_said_and_tried_again(tmp_path: Path, started: bool) -> None:
    server = standin(tmp_path, Faulty)
    server.started = started
    async with kept(server) as said:
        await server.kill()
        await eventually(lambda: "booking is back." in said)
        again = DIED.replace("0.25", "0.5")
        failed = "booking could not be brought back (PermissionError('planted')); that is tried again."
        assert said == [DIED, failed, again, "booking is back."]
