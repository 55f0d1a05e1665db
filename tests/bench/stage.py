"""The servers of a benchmark: real MongoDB, real Kafka, one booking process; and a fair to book on."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from deploy.stack.kafka import KafkaNode
from deploy.stack.mongod import Mongod
from deploy.stack.paths import ROOT
from deploy.stack.ports import free_ports
from deploy.stack.services import ServiceProcess
from services.booking.adapters.store import COLLECTIONS, KINDS
from services.booking.domain.booth import Booth
from services.booking.domain.fair import Fair
from services.booking.ports import BOOTH
from services.booking.ports import FAIR as FAIR_KIND
from shared.contracts.topics import TOPICS
from shared.runtime import committer
from shared.runtime.auth import Issuer, Principal, Role
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.store import MongoStore
from tests.bench.load import Request

FAIR = "bench"
ORGANIZER = "bench-organizer"
HELD_MAX = 10
_encode = {kind.name: kind.encode for kind in KINDS}


@dataclass(slots=True)
class Stage:
    """Where things are."""

    directory: Path
    mongo: str
    kafka: str
    issuer: Issuer

    def token(self, exhibitor: str) -> str:
        """A bearer token of one exhibitor, good for an hour."""
        return self.issuer.mint(Principal(subject=exhibitor, role=Role.EXHIBITOR, exhibitor=exhibitor))

    @asynccontextmanager
    async def booking(self, database: str, **extra: str) -> AsyncIterator[ServiceProcess]:
        """One booking process on a database, ready."""
        [port] = free_ports(1)
        process = ServiceProcess(
            "booking",
            module="services.booking",
            port=port,
            log=self.directory / f"{database}.log",
            env={
                "PAVILION_SERVICE": "booking",
                "PAVILION_MONGO_URL": self.mongo,
                "PAVILION_MONGO_DATABASE": database,
                "PAVILION_KAFKA_BOOTSTRAP": self.kafka,
                "PAVILION_JWKS": str(self.directory / "issuer" / "jwks.json"),
                "PAVILION_ACCESS_LOG": "false",
                "PAVILION_LOG_LEVEL": "WARNING",
            },
            extra=extra,
            ready_seconds=60,
        )
        await process.start()
        try:
            yield process
        finally:
            await process.stop()

    async def fair(self, database: str, booths: Sequence[str]) -> None:
        """A published fair with free booths, as if the catalog had told of it."""
        store = MongoStore(self.mongo, database)
        await store.prepare([*committer.COLLECTIONS, *COLLECTIONS])
        fair = Fair(FAIR, ORGANIZER, hold_ttl_seconds=3600, hold_extensions_max=2, held_booths_max=HELD_MAX)
        await store.insert_new("fairs", [{"_id": FAIR, "v": 1, **_encode[FAIR_KIND](fair)}])
        made = (Booth(f"{FAIR}/{name}", FAIR, "1", name.removeprefix("1/"), area_m2=20.0) for name in booths)
        await store.insert_new("booths", [{"_id": booth.id, "v": 1, **_encode[BOOTH](booth)} for booth in made])
        await store.close()

    async def load(self, port: int, clients: Sequence[Sequence[Request]], name: str) -> dict[str, Any]:
        """Send requests from a process of its own."""
        return await run_load(self.directory, port, clients, name)


async def run_load(directory: Path, port: int, clients: Sequence[Sequence[Request]], name: str) -> dict[str, Any]:
    """Send requests from a process of its own; see tests/bench/load.py."""
    plan = directory / f"{name}.plan"
    lines = [json.dumps({"port": port}), *(json.dumps(requests) for requests in clients)]
    await asyncio.to_thread(plan.write_text, "\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.load",
        str(plan),
        stdout=asyncio.subprocess.PIPE,
        env=dict(os.environ),
        cwd=ROOT,
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the load generator failed with {process.returncode}")
    return cast("dict[str, Any]", json.loads(out))


@asynccontextmanager
async def stage(directory: Path) -> AsyncIterator[Stage]:
    """Servers for a run, in a directory of their own."""
    issuer = Issuer.open(directory / "issuer" / "key.pem")
    issuer.write_jwks(directory / "issuer" / "jwks.json")
    async with Mongod(directory / "mongod") as mongod, KafkaNode(directory / "kafka") as kafka:
        await KafkaPublisher(kafka.bootstrap, "/bench").create_topics(TOPICS)
        yield Stage(directory, mongod.url, kafka.bootstrap, issuer)


def hold(token: str, key: str, *booths: str, exhibitor: str) -> Request:
    """One hold as a request of a plan."""
    body = json.dumps({"fair": FAIR, "booths": booths, "exhibitor": exhibitor})
    return ("POST", "/api/booking/reservations", token, key, body)
