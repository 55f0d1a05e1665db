"""How soon a command is seen: from its answer to the entry in its organizer's inbox, at a steady rate.

Both go over the public origin. The inbox is asked again and again; what a page does not hold any more is followed over
its cursor, back to the oldest command that is not seen yet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from tests.bench.fair import Venue, mails_are_out
from tests.bench.load import Client, Request, encoded, percentiles
from tests.builders.counters import eventually

COMMANDS_PER_SECOND = 200
CONNECTIONS = 64
POLL_SECONDS = 0.01
PAGE_ENTRIES = 25
PATIENCE_SECONDS = 60
CLOCK_STEP_SECONDS = 0.01
"""Entries carry the time of the decision, in milliseconds, and so may seem older than the command's sending."""


class Connections:
    """Keep-alive connections to the public origin; httpx took a third of a core for what is asked here."""

    def __init__(self, free: asyncio.Queue[Client]) -> None:
        self._free = free

    async def ask(self, request: Request) -> bytes:
        """The body of an answer, which must be a success."""
        client = await self._free.get()
        status, body = await client.ask(encoded(request))
        self._free.put_nowait(client)
        if status >= 300:
            raise RuntimeError(f"{request[0]} {request[1]}: {status} {body[:200]!r}")
        return body


@asynccontextmanager
async def connections(url: str) -> AsyncIterator[Connections]:
    address = urlsplit(url)
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(Client, address.hostname, address.port) for _ in range(CONNECTIONS)]
    free: asyncio.Queue[Client] = asyncio.Queue()
    for _, client in opened:
        free.put_nowait(client)
    try:
        yield Connections(free)
    finally:
        for transport, _ in opened:
            transport.close()


@dataclass(slots=True)
class Watch:
    """When each command was sent (by the wall's clock), answered and seen."""

    sent: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    visible: dict[str, float] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)

    def begin(self, name: str) -> None:
        self.sent[name] = time.time()
        self.unseen.add(name)

    def take(self, page: dict[str, Any]) -> bool:
        """Note what a page shows; whether older pages can hold a command that is not seen yet."""
        now = time.perf_counter()
        for entry in page["entries"]:
            name = f"{entry['kind']}:{entry['params']['reservation']}"
            if name in self.unseen:
                self.unseen.discard(name)
                self.visible[name] = now
        if not self.unseen or page["next"] is None:
            return False
        oldest = datetime.fromisoformat(page["entries"][-1]["at"]).timestamp()
        return oldest >= min(self.sent[name] for name in self.unseen) - CLOCK_STEP_SECONDS

    def delays(self) -> list[float]:
        return [max(0.0, self.visible[name] - at) for name, at in self.answered.items()]


async def poll(asked: Connections, watch: Watch, token: str) -> None:
    """Read the inbox from its newest entry back, and note what is seen."""
    cursor: str | None = None
    more = True
    while more:
        query = urlencode({"limit": PAGE_ENTRIES, **({"cursor": cursor} if cursor else {})})
        page = orjson.loads(await asked.ask(("GET", f"/api/notification/inbox?{query}", token, "", "")))
        more, cursor = watch.take(page), page["next"]


async def held_reservations(venue: Venue) -> list[tuple[str, str]]:
    """Each held reservation with the token of its exhibitor."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"fair": venue.folder.slug, "state": "held", "limit": 200, **({"cursor": cursor} if cursor else {})}
        page = await venue.get("/api/booking/reservations", **params)
        found += page["reservations"]
        cursor = page["next"]
    return [(held["id"], venue.token(held["exhibitor"])) for held in found]


async def steadily(commands: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Begin commands at the steady rate, however long each takes; returns when all are answered."""
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n, command in enumerate(commands):
            await asyncio.sleep(max(0.0, start + n / COMMANDS_PER_SECOND - time.perf_counter()))
            group.create_task(command)


async def run(venue: Venue) -> dict[str, Any]:
    """Confirm, then cancel, everything that is held."""
    await eventually(lambda: mails_are_out(venue), "the storm's mails have left", seconds=180)
    mine = await held_reservations(venue)
    watch, organizer = Watch(), venue.organizer
    done = asyncio.Event()
    async with connections(venue.stack.url) as asked:

        async def look() -> None:
            while watch.unseen or not done.is_set():
                await poll(asked, watch, organizer)
                await asyncio.sleep(POLL_SECONDS)

        async def command(reservation: str, token: str, verb: str, kind: str) -> None:
            name = f"{kind}:{reservation}"
            watch.begin(name)
            path = f"/api/booking/reservations/{reservation}/{verb}"
            await asked.ask(("POST", path, token, f"{verb}-{reservation}", ""))
            watch.answered[name] = time.perf_counter()

        looking = asyncio.create_task(look())
        for verb, kind in (("confirm", "confirmed"), ("cancel", "cancelled")):
            await steadily(command(*reservation, verb, kind) for reservation in mine)
        done.set()
        await asyncio.wait_for(looking, PATIENCE_SECONDS)
    return {"commands": len(watch.sent), "rate_per_second": COMMANDS_PER_SECOND, **percentiles(watch.delays())}
