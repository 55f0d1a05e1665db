"""`pavilion up` as a person runs it: ready, asked, stopped by Ctrl-C, started again with nothing lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deploy.stack.paths import ROOT
from tests.builders.signing_in import sign_in
from tests.docs.pages import printed_sign_ins, readme_sign_ins

FAIR = "/api/booking/fairs/silk-road-2027/booths"


class Up:
    """A `pavilion up` that runs, and what it has said so far."""

    def __init__(self, data: Path, **env: str) -> None:
        self.env = {**os.environ, "PAVILION_DATA": str(data), "PAVILION_PORT": "0", **env}
        self._said = data / "said.txt"
        with self._said.open("a") as said:
            self._from = said.tell()
            argv = [sys.executable, "-m", "deploy.cli", "up"]
            self.process = subprocess.Popen(argv, cwd=ROOT, env=self.env, stdout=said, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self._said.read_text()[self._from :]

    def wait_for(self, sentence: str, seconds: float = 150.0) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while (found := re.search(sentence, self.said)) is None:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)
        return found

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "deploy.cli", *arguments]
        return subprocess.run(argv, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=60, check=False)


@contextlib.contextmanager
def up(data: Path, **env: str) -> Iterator[Up]:
    running = Up(data, **env)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


async def sign_in_at(url: str, account: str, password: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=url) as client:
        return await sign_in(client, account, password)


def ask(url: str, token: str) -> Any:
    answer = httpx.get(f"{url}{FAIR}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.timeout(600)
@pytest.mark.servers
@pytest.mark.parametrize("broker", ["kafka", "memory"])
def test_up_status_token_stop_and_up_again(tmp_path: Path, broker: str, request: pytest.FixtureRequest) -> None:
    if broker == "kafka":
        request.getfixturevalue("kafka")  # Leaves this out where Apache Kafka cannot run.
    with up(tmp_path, PAVILION_BROKER=broker) as first:
        url = first.wait_for(r"Pavilion is ready after .* s: (http://\S+)")[1]
        first.wait_for("olga(.|\n)*Ctrl-C stops it")
        assert readme_sign_ins().items() <= printed_sign_ins(first.said).items()
        for account, password in readme_sign_ins().items():
            signed_in = asyncio.run(sign_in_at(url, account, password))
            assert signed_in.json()["account"] == account, signed_in.text
        assert ("it forgets events when it stops" in first.said) == (broker == "memory")
        status = first.run("status")
        assert status.returncode == 0, status.stdout + status.stderr
        made = first.run("token", "--as", "exhibitor:altai-agro")
        assert made.stderr == ""
        assert "no fair here has an exhibitor 'nobody'" in first.run("token", "--as", "exhibitor:nobody").stderr
        token = made.stdout.strip()
        before = ask(url, token)
        assert len(before["booths"]) == 99
        reservation = httpx.post(
            f"{url}/api/booking/reservations",
            json={"fair": "silk-road-2027", "booths": ["1/A-011"], "exhibitor": "altai-agro"},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "first"},
        )
        assert reservation.status_code == 201, reservation.text
        confirmed = httpx.post(
            f"{url}/api/booking/reservations/{reservation.json()['id']}/confirm",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "second"},
        )
        assert confirmed.status_code == 200, confirmed.text
        assert "runs already on" in first.run("up").stderr
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(60) == 0, first.said
        assert "Stopped; the data is kept." in first.said
    with up(tmp_path, PAVILION_BROKER=broker) as second:
        url = second.wait_for(r"Pavilion is ready after .* s: (http://\S+)")[1]
        assert "demonstration fair" not in second.said
        states = {booth["booth"]: booth["state"] for booth in ask(url, token)["booths"]}
        assert len(states) == 99
        assert states.pop("1/A-011") == "reserved"
        assert set(states.values()) == {"free"}
        children = psutil.Process(second.process.pid).children()
        second.process.kill()
        assert psutil.wait_procs(children, timeout=30)[1] == []
    assert json.loads((tmp_path / "ports.json").read_text())["portal"] == int(url.rsplit(":", 1)[1])
