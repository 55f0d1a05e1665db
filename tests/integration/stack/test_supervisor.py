"""The supervisor keeps its children running, gives up in words, and leaves nobody behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.stack.errors import StackError
from deploy.stack.lock import DataLock
from deploy.stack.options import Options
from deploy.stack.paths import ROOT
from deploy.stack.progress import Notes
from deploy.stack.services import http_get
from deploy.stack.supervisor import Stack

pytestmark = pytest.mark.servers

STANDIN = "tests.integration.stack.standin"


def stand_ins(data: Path, **more: object) -> Options:
    return Options(**{"data": data, "port": 0, "broker": "memory", "service_module": STANDIN, **more})  # type: ignore[arg-type]


async def eventually(true: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.05)


async def test_each_service_is_told_where_everything_is(tmp_path: Path) -> None:
    async with Stack(stand_ins(tmp_path, processes={"booking": 2})) as stack:
        assert len(stack.service_urls("booking")) == 2
        told = {
            name: json.loads((await http_get(own[0].port, "/environment"))[1]) for name, own in stack.services.items()
        }
        assert {name: env["PAVILION_MONGO_DATABASE"] for name, env in told.items()} == {
            name: f"pavilion_{name}" for name in ("catalog", "booking", "notification", "portal")
        }
        assert told["portal"]["PAVILION_UPSTREAM_BOOKING"] == stack.service_urls("booking")[0]
        assert told["portal"]["PAVILION_ISSUER_KEY"] == str(tmp_path / "issuer" / "key.pem")
        assert "PAVILION_ISSUER_KEY" not in told["booking"]
        assert told["notification"]["PAVILION_SMTP_PORT"] == str(stack.smtp[1])
        assert told["booking"]["PAVILION_JWKS"] == str(tmp_path / "issuer" / "jwks.json")


async def test_whoever_is_killed_comes_back_and_it_is_said(tmp_path: Path) -> None:
    notes = Notes()
    async with Stack(stand_ins(tmp_path), notes) as stack:
        for child in stack.children():
            before = child.pid
            os.kill(before, signal.SIGKILL)
            await eventually(lambda name=child.name: f"{name} is back." in notes.lines)  # type: ignore[misc]
            assert child.running
            assert child.pid != before
            assert f"{child.name} died (killed by signal 9); it is started again in 0.25 s." in notes.lines


async def test_a_service_that_keeps_dying_ends_the_stack_in_words(tmp_path: Path) -> None:
    async with Stack(stand_ins(tmp_path)) as stack:
        stack.services["booking"][0].with_environment({"PAVILION_STANDIN": "dies"})
        await stack.kill("booking")
        with pytest.raises(StackError, match=r"booking died 6 times within 60 seconds, so Pavilion stops") as failed:
            await stack.failed()
        assert "this stand-in was told to die" in failed.value.what


async def test_a_service_that_dies_at_the_start_leaves_nothing_running(tmp_path: Path) -> None:
    stack = Stack(stand_ins(tmp_path, service_env={"booking": {"PAVILION_STANDIN": "dies"}}))
    with pytest.raises(StackError, match="booking ended while it was starting") as failed:
        await stack.start()
    assert "logs/booking.log" in failed.value.remedy
    assert not any(child.running for child in stack.children())
    async with Stack(stand_ins(tmp_path)):
        pass  # The lock was given back.


async def test_a_service_that_never_gets_ready_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    options = stand_ins(tmp_path, service_env={"catalog": {"PAVILION_STANDIN": "never-ready"}}, ready_seconds=2.0)
    with pytest.raises(StackError, match="catalog was not ready after 2 seconds: store: no primary"):
        await Stack(options).start()


async def test_tests_may_keep_the_dead_dead_and_bring_them_back(tmp_path: Path) -> None:
    async with Stack(stand_ins(tmp_path, restart_dead=False)) as stack:
        await stack.kill("booking")
        await stack.stop_broker()
        await stack.stop_mongod()
        assert not [
            child.name
            for child in stack.children()
            if child.name in {"booking", "in-memory broker", "mongod"} and child.running
        ]
        await stack.start_mongod()
        await stack.start_broker()
        await stack.restart("booking", env={"PAVILION_EXTRA": "told"})
        told = json.loads((await http_get(stack.services["booking"][0].port, "/environment"))[1])
        assert told["PAVILION_EXTRA"] == "told"
        assert all(child.running for child in stack.children())


async def test_the_ports_stay_the_same_after_a_restart(tmp_path: Path) -> None:
    async with Stack(stand_ins(tmp_path)) as first:
        before = (first.mongo_url, first.bootstrap, first.service_urls("booking"))
    async with Stack(stand_ins(tmp_path)) as second:
        assert (second.mongo_url, second.bootstrap, second.service_urls("booking")) == before


async def test_a_second_stack_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with Stack(stand_ins(tmp_path)) as stack:
        with pytest.raises(StackError, match=rf"runs already on .*: {stack.url} \(process {os.getpid()}\)"):
            await Stack(stand_ins(tmp_path)).start()
        assert all(child.running for child in stack.children())


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    argv = [sys.executable, "-m", "tests.integration.stack.owner", str(tmp_path)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        yield process, started["pids"]
        process.kill()


async def test_children_die_with_an_owner_that_is_killed_and_the_next_takes_over(
    tmp_path: Path, owner: tuple[subprocess.Popen[str], list[int]]
) -> None:
    process, pids = owner
    assert all(psutil.pid_exists(pid) for pid in pids)
    process.kill()
    process.wait()
    await eventually(lambda: not any(_alive(pid) for pid in pids))
    notes = Notes()
    async with Stack(stand_ins(tmp_path), notes):
        assert "The last run did not end in order; its data is taken over as it is." in notes.lines


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pavilion(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "deploy.cli", *arguments]
    return subprocess.run(
        argv, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False
    )


def test_up_says_who_has_its_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = pavilion("up", PAVILION_DATA=str(tmp_path), PAVILION_PORT=str(port))
    assert said.returncode == 1
    assert f"Port {port} is taken by" in said.stderr
    assert f"(process {os.getpid()})" in said.stderr
    assert f"PAVILION_PORT={port + 100} make up" in said.stderr
    assert "Traceback" not in said.stderr


def test_up_a_second_time_says_where_the_first_one_is(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)
    assert lock.take() is False
    lock.tell("http://127.0.0.1:8000")
    said = pavilion("up", PAVILION_DATA=str(tmp_path))
    lock.release()
    assert said.returncode == 1
    assert f"http://127.0.0.1:8000 (process {os.getpid()})" in said.stderr


def test_up_on_a_full_disk_says_so(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", full], check=False).returncode
    ):
        pytest.skip("a small disk can be made by root only")
    try:
        said = pavilion("up", PAVILION_DATA=str(full), PAVILION_PORT="0")
    finally:
        subprocess.run(["umount", full], check=True)
    assert said.returncode == 1
    assert "is full" in said.stderr
    assert "600 MB are needed" in said.stderr


def test_status_and_token_say_what_is_missing(tmp_path: Path) -> None:
    assert "Pavilion does not run on" in pavilion("status", PAVILION_DATA=str(tmp_path)).stderr
    assert "There is no issuer's key" in pavilion("token", "--as", "admin", PAVILION_DATA=str(tmp_path)).stderr
