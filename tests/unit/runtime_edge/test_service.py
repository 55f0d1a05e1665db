"""A service's life: in a process of its own, and ended as an orchestrator would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson
import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import asyncio
from starlette.responses import StreamingResponse
from shared.runtime.health import Health
from shared.runtime.http import create_app
from shared.runtime.service import Service, run
from shared.runtime.settings import ServiceSettings

class Settings(ServiceSettings):
    needed: str

class Part:
    def __init__(self, name, fails=False):
        self.name, self.fails = name, fails
    async def start(self):
        if self.fails:
            raise RuntimeError("cannot start")
        print("started", self.name, flush=True)
    async def stop(self):
        print("stopped", self.name, flush=True)

def build(settings):
    health = Health()
    app = create_app("try", settings, health=health, authenticate=False)
    release = asyncio.Event()

    @app.get("/slow")
    async def slow():
        print("slow began", flush=True)
        await health.draining.wait()
        await asyncio.sleep(0.2)
        return "finished"

    @app.get("/live")
    async def live():
        async def parts():
            yield b"one"
            await health.draining.wait()
        return StreamingResponse(parts())

    parts = [Part("store"), Part("relay", settings.needed == "fail")]
    return Service(app, settings, parts, health)

run(build, Settings)
"""


class Running:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def until(self, text: str) -> str:
        """The first line that holds `text`; fails where the process ends before, or says nothing for long."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line.strip())
                if text in line:
                    return line
        raise AssertionError(f"{text!r} never came: {self.lines}")

    async def address(self) -> str:
        return "http://" + str(orjson.loads(await self.until("service.listening"))["address"])

    async def ended(self) -> int:
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            rest = await self.process.stdout.read()
            self.lines += rest.decode().splitlines()
            return await self.process.wait()


@asynccontextmanager
async def service(**variables: str) -> AsyncIterator[Running]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PAVILION_SERVICE": "try", "PAVILION_PORT": "0", **variables}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_requests_in_flight_are_answered_and_parts_stop_in_reverse(
    number: signal.Signals,
) -> None:
    async with service(PAVILION_NEEDED="yes") as running, httpx.AsyncClient(timeout=30) as client:
        address = await running.address()
        assert (await client.get(f"{address}/readyz")).status_code == 200
        slow = asyncio.create_task(client.get(f"{address}/slow"))
        live = asyncio.create_task(client.get(f"{address}/live"))
        await running.until("slow began")
        running.process.send_signal(number)
        assert (await slow).json() == "finished"
        assert (await live).text == "one"
        assert await running.ended() == 0
        order = [line for line in running.lines if line.startswith(("started", "stopped"))]
        assert order == ["started store", "started relay", "stopped relay", "stopped store"]


async def test_a_missing_setting_is_said_in_one_sentence_with_exit_code_2() -> None:
    async with service() as running:
        assert running.process.stderr is not None
        said = (await running.process.stderr.read()).decode()
        assert await running.ended() == 2
        assert said == (
            "The service cannot start: PAVILION_NEEDED is not set, and the service cannot run without it.\n"
        )


async def test_a_part_that_cannot_start_ends_the_service_and_what_was_started_is_stopped() -> None:
    async with service(PAVILION_NEEDED="fail") as running:
        assert await running.ended() == 1
        assert "stopped store" in running.lines
        assert any("cannot start" in line and "service.failed" in line for line in running.lines)


async def test_a_taken_port_ends_the_service_with_a_clear_reason() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, service(PAVILION_NEEDED="yes", PAVILION_PORT=str(port)) as running:
        assert await running.ended() == 1
        assert "stopped store" in running.lines
        assert any(f"cannot listen on 127.0.0.1:{port}" in line for line in running.lines)
