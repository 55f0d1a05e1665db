"""Holds per second over HTTP with tokens and idempotency keys: Pavilion's committer beside two yardsticks.

(a) the same endpoint with one transaction per request; (b) a bare loop of Motor's `find_one_and_update` on the same
booths with the same write concern, without HTTP, tokens, idempotency, reservation or event.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.write_concern import WriteConcern

from tests.bench.stage import FAIR, HELD_MAX, Stage, hold

HOLDS = 6_000
HOLDS_ONE_BY_ONE = 1_500


def _booths(count: int) -> list[str]:
    return [f"1/B-{n:05d}" for n in range(count)]


def _clients(stage: Stage, clients: int, holds: int) -> list[list[Any]]:
    """Each client books for a few exhibitors, one booth a hold, never more than the cap."""
    each = holds // clients
    work: list[list[Any]] = []
    for client in range(clients):
        exhibitors = [f"x{client}-{n}" for n in range(-(-each // HELD_MAX))]
        tokens = [stage.token(exhibitor) for exhibitor in exhibitors]
        requests: list[Any] = []
        for n in range(each):
            who = n // HELD_MAX
            booth = f"1/B-{client * each + n:05d}"
            requests.append(hold(tokens[who], f"k{client}-{n}", booth, exhibitor=exhibitors[who]))
        work.append(requests)
    return work


async def over_http(stage: Stage, clients: int, holds: int, name: str, **extra: str) -> dict[str, Any]:
    """One run on a database of its own; every hold must be accepted."""
    await stage.fair(name, _booths(holds))
    async with stage.booking(name, **extra) as process:
        result = await stage.load(process.port, _clients(stage, clients, holds), name)
    if set(result["statuses"]) != {"201"}:
        raise RuntimeError(f"not every hold was accepted: {result['statuses']}")
    return result


async def bare_loop(stage: Stage, clients: int, holds: int, name: str) -> dict[str, Any]:
    """Compare-and-set on the booths alone."""
    await stage.fair(name, _booths(holds))
    client: Any = AsyncIOMotorClient(stage.mongo, maxPoolSize=clients)
    booths = client[name].get_collection("booths", write_concern=WriteConcern(w="majority", j=True))

    async def worker(index: int) -> None:
        for n in range(index, holds, clients):
            where = {"_id": f"{FAIR}/1/B-{n:05d}", "state": "free"}
            if await booths.find_one_and_update(where, {"$set": {"state": "held"}, "$inc": {"v": 1}}) is None:
                raise RuntimeError("a booth was not free")

    start = time.perf_counter()
    await asyncio.gather(*(worker(index) for index in range(clients)))
    seconds = time.perf_counter() - start
    client.close()
    return {"seconds": seconds, "per_second": holds / seconds}


async def run(stage: Stage, rounds: int = 2) -> dict[str, Any]:
    """All three in turn, `rounds` times, best of each kind kept; ratios of those."""
    results: dict[str, Any] = {}
    for clients in (64, 256):
        best: dict[str, float] = {}
        for turn in range(rounds):
            name = f"holds_{clients}_{turn}"
            runs = {
                "pavilion": await over_http(stage, clients, HOLDS // clients * clients, f"{name}_batched"),
                "one_by_one": await over_http(
                    stage,
                    clients,
                    HOLDS_ONE_BY_ONE // clients * clients,
                    f"{name}_single",
                    PAVILION_BATCH_COMMANDS_MAX="1",
                    PAVILION_BATCHES_IN_FLIGHT_MAX=str(clients),
                ),
                "bare_loop": await bare_loop(stage, clients, HOLDS // clients * clients, f"{name}_bare"),
            }
            for kind, result in runs.items():
                best[kind] = max(best.get(kind, 0.0), result["per_second"])
        results[str(clients)] = {
            **{f"{kind}_per_second": round(rate) for kind, rate in best.items()},
            "ratio_to_one_by_one": round(best["pavilion"] / best["one_by_one"], 2),
            "ratio_to_bare_loop": round(best["pavilion"] / best["bare_loop"], 2),
        }
    return results
