"""A thousand event streams of one fair through one portal process: how soon each hears of a change, and what they cost.

The fair is the made-up one of 5,000 booths, so every stream begins with a snapshot of half a megabyte. A change is one
booth blocked; its delay is from the answer to the command until a listener, in a process of its own, has the event.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

from deploy.stack.paths import ROOT
from deploy.stack.supervisor import Stack
from shared.runtime.auth import Principal, Role
from tests.bench.load import percentiles
from tests.bench.made_fair import FAIR, MadeFair

LISTENERS: Final = 1_000
ACCOUNTS: Final = 40
CHANGES: Final = 20
BETWEEN_SECONDS: Final = 1.0
_WATCHED: Final = ("portal", "booking")


async def run(stack: Stack, fair: MadeFair, directory: Path) -> dict[str, Any]:
    """Open the streams, make the changes one by one, and read off when each stream heard of each."""
    changes = list(fair.booths[-CHANGES:])
    before = _memory(stack)
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.listen",
        str(_plan(stack, directory, changes)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        limit=1 << 26,
    )
    assert process.stdout is not None
    if await process.stdout.readline() != b"ready\n":
        raise RuntimeError("the listeners could not open their streams")
    opened = time.monotonic() - began
    listening = _memory(stack)
    answered: dict[str, float] = {}
    for booth in changes:
        await fair.move("block", [booth])
        answered[booth] = time.monotonic()
        await asyncio.sleep(BETWEEN_SECONDS)
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the listeners failed with {process.returncode}")
    await fair.move("unblock", changes)
    heard: dict[str, list[float]] = json.loads(out)
    delays = [max(0.0, at - answered[booth]) for booth, times in heard.items() for at in times]
    return {
        "delay_ms": {"listeners": LISTENERS, "changes": CHANGES, **percentiles(delays)},
        "opening": {"seconds": round(opened, 1)},
        **{
            f"{name}_memory_mb": {"before": before[name], "listening": listening[name], "after": after}
            for name, after in _memory(stack).items()
        },
    }


def _plan(stack: Stack, directory: Path, changes: list[str]) -> Path:
    who = [f"listener-{n}" for n in range(ACCOUNTS)]
    tokens = [stack.token_for(Principal(subject=one, role=Role.EXHIBITOR, exhibitor=one)) for one in who]
    plan = {
        "port": urlsplit(stack.url).port,
        "path": f"/api/booking/live?fair={FAIR}",
        "tokens": tokens,
        "clients": LISTENERS,
        "changes": changes,
    }
    path = directory / "listeners.plan"
    path.write_text(json.dumps(plan))
    return path


def _memory(stack: Stack) -> dict[str, int]:
    """Resident memory, MB, of the processes that streams pass."""
    pids = {name: [child.pid for one in stack.services[name] for child in one.children()] for name in _WATCHED}
    return {name: sum(psutil.Process(pid).memory_info().rss for pid in its) >> 20 for name, its in pids.items()}
