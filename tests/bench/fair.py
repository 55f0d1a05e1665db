"""The whole stack with a fair brought in: an on-sale storm, ready time, memory; see seen.py for what is done on it."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from deploy.client.api import Api, Http
from deploy.fairs import FairFolder, import_folder, read_folder
from deploy.stack.options import SERVICES, Options
from deploy.stack.paths import ROOT
from deploy.stack.supervisor import Stack
from shared.runtime.auth import Principal, Role
from tests.bench.load import Request
from tests.bench.stage import run_load

ORGANIZER = "bench-organizer"
ATTEMPTS = 20_000
CLIENTS = 256


def fair_folder() -> Path:
    """The real fair where there is one, else the demonstration fair that ships."""
    data = Path(os.environ.get("PAVILION_TEST_DATA", ROOT.parent / "shared" / "data"))
    real = sorted(path.parent for path in data.glob("*/fair.json"))
    return real[0] if real else next((ROOT / "deploy" / "demo").rglob("fair.json")).parent


@dataclass(slots=True)
class Venue:
    """A running stack with a published fair."""

    stack: Stack
    folder: FairFolder
    directory: Path

    def token(self, exhibitor: str) -> str:
        return self.stack.token_for(Principal(subject=exhibitor, role=Role.EXHIBITOR, exhibitor=exhibitor))

    @property
    def organizer(self) -> str:
        return self.stack.token_for(Principal(subject=ORGANIZER, role=Role.ORGANIZER, organizer=ORGANIZER))

    async def get(self, path: str, **params: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.organizer}"}
        async with httpx.AsyncClient(base_url=self.stack.url, headers=headers, trust_env=False) as client:
            answer = await client.get(path, params=params)
            return answer.raise_for_status().json()

    async def booths(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get(f"/api/booking/fairs/{self.folder.slug}/booths"))["booths"]
        return found

    async def exhibitors(self) -> list[str]:
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            params = {"limit": 200, **({"cursor": cursor} if cursor else {})}
            page = await self.get(f"/api/catalog/fairs/{self.folder.slug}/exhibitors", **params)
            found += [exhibitor["id"] for exhibitor in page["items"]]
            cursor = page["cursor"]
        return found


@asynccontextmanager
async def venue(directory: Path) -> AsyncIterator[tuple[Venue, dict[str, Any]]]:
    """The stack on Apache Kafka with the fair published, and how long it took to be ready, first and again."""
    options = Options(data=directory / "data", port=0, broker="kafka")
    ready: dict[str, Any] = {}
    for which in ("first_seconds", "again_seconds"):
        start = time.perf_counter()
        async with Stack(options) as stack:
            ready[which] = round(time.perf_counter() - start, 1)
            if which == "first_seconds":
                continue
            folder = read_folder(fair_folder())
            principal = Principal(subject=ORGANIZER, role=Role.ORGANIZER, organizer=ORGANIZER)
            async with Http(stack.url) as http:
                await import_folder(folder, Api(http, stack.token_for(principal)), organizer=ORGANIZER)
            yield Venue(stack, folder, directory), ready


async def storm(venue: Venue) -> dict[str, Any]:
    """The sale opens: everybody wants a booth at once, straight at the booking service."""
    rivals = random.Random(7)
    booths = [booth["booth"] for booth in await venue.booths()]
    exhibitors = await venue.exhibitors()
    tokens = {exhibitor: venue.token(exhibitor) for exhibitor in exhibitors}
    each = ATTEMPTS // CLIENTS
    clients: list[list[Request]] = []
    for client in range(CLIENTS):
        mine = rivals.sample(exhibitors, min(len(exhibitors), 7))
        requests: list[Request] = []
        for n in range(each):
            who = mine[n % len(mine)]
            body = {"fair": venue.folder.slug, "booths": [rivals.choice(booths)], "exhibitor": who}
            requests.append(("POST", "/api/booking/reservations", tokens[who], f"s{client}-{n}", json.dumps(body)))
        clients.append(requests)
    port = urlsplit(venue.stack.service_urls("booking")[0]).port
    result = await run_load(venue.directory, port or 0, clients, "storm")
    taken = sum(booth["state"] == "held" for booth in await venue.booths())
    if result["statuses"].get("201", 0) != taken or set(result["statuses"]) - {"201", "409"}:
        raise RuntimeError(f"{taken} booths are held after {result['statuses']}")
    return {
        "booths": len(booths),
        "attempts": each * CLIENTS,
        "won": taken,
        "seconds": round(result["seconds"], 2),
        "lost_p99_ms": result["lost_ms"]["p99"],
        "won_p99_ms": result["won_ms"]["p99"],
    }


async def mails_are_out(venue: Venue) -> bool:
    page = await venue.get("/api/notification/deliveries", fair=venue.folder.slug, state="pending", limit=1)
    return not page["deliveries"]


def memory(stack: Stack) -> dict[str, int]:
    """Resident memory of each service, MB."""
    return {
        service: max(
            psutil.Process(child.pid).memory_info().rss for p in stack.services[service] for child in p.children()
        )
        >> 20
        for service in SERVICES
    }
