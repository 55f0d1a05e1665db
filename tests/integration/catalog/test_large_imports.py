"""Large imports on MongoDB: whole or not at all, whoever else writes at the same time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from shared.runtime.store import Store, StoreUnavailable, Writes
from tests.builders.real_fair import floor_plans
from tests.unit.catalog.kit import FAIR, Catalog, feature, plan, rectangle, row_of_booths, venue

BOOTHS = 5_000


def large_plan(booths: int, *, depth: float = 2) -> dict[str, Any]:
    """A grid of booths in a hall of 500 m by 500 m."""
    return plan(*(feature(f"A-{n}", rectangle(n % 120 * 4, n // 120 * 4, 3, depth)) for n in range(booths)))


async def draft_in_a_large_hall(catalog: Catalog) -> None:
    await catalog.fair()
    halls = [{"hall": "N1", "width_m": 500, "depth_m": 500}]
    assert (await catalog.ask("PUT", "/venues/steppe-centre", json=venue() | {"halls": halls})).status_code == 200


async def listed(catalog: Catalog) -> dict[str, float]:
    """The listed booths as others have heard of them: number -> area."""
    now: dict[str, float] = {}
    for event in await catalog.told():
        match event["type"]:
            case "booth.listed":
                now[event["data"]["number"]] = event["data"]["area_m2"]
            case "booth.withdrawn":
                del now[event["key"].rpartition("/")[2]]
    return now


async def planned(catalog: Catalog) -> dict[str, float]:
    shown = (await catalog.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")).json()
    return {f["properties"]["number"]: f["properties"]["area_m2"] for f in shown["features"]}


async def test_a_plan_of_five_thousand_booths_is_one_step(catalog: Catalog) -> None:
    await draft_in_a_large_hall(catalog)
    assert (await catalog.put_plan(large_plan(BOOTHS))).json()["counts"]["created"] == BOOTHS
    assert (await catalog.ask("POST", f"/fairs/{FAIR}/publish")).status_code == 200
    assert len(await listed(catalog)) == BOOTHS
    answer = await catalog.put_plan(large_plan(BOOTHS - 1_000, depth=2.5))
    assert answer.json()["counts"] == {"created": 0, "changed": 4_000, "unchanged": 0, "withdrawn": 1_000}
    assert await listed(catalog) == await planned(catalog)
    sequences: dict[str, list[int]] = {}
    for event in await catalog.told():
        sequences.setdefault(event["key"], []).append(event["seq"])
    assert set(map(tuple, sequences.values())) == {(1,), (1, 2)}


class FailingStore:
    """A store whose writes fail in the middle, as when the server goes away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.failing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, writes: Writes) -> None:
        if self.failing:
            # Everything but the last document goes out, and the last is refused.
            writes.puts[-1].document["v"] = "no version"
        await self._store.write(writes)


async def test_an_import_that_fails_in_the_middle_leaves_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    committer = catalog.service.core.committer
    failing = FailingStore(catalog.service.core.store)
    committer._store = failing
    failing.failing = True
    table = "id,name\n" + "".join(f"house-{n},House {n}\n" for n in range(500))
    with capture_logs() as logs:
        assert (await catalog.put_table(table)).status_code == 500
    assert "http.request.failed" in {entry["event"] for entry in logs}
    assert await catalog.told() == []
    assert (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors")).json()["items"] == []
    failing.failing = False
    assert (await catalog.put_table(table)).json()["counts"]["created"] == 500


async def test_publishing_and_importing_at_once_tells_exactly_the_plan(catalog: Catalog, rival: Catalog) -> None:
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2")))
    answers = await asyncio.gather(
        catalog.ask("POST", f"/fairs/{FAIR}/publish"),
        rival.put_plan(plan(*row_of_booths("A-1", "A-3"), feature("B-1", rectangle(0, 10)))),
        catalog.put_plan(plan(*row_of_booths("A-4", "A-3"))),
        rival.ask("POST", f"/fairs/{FAIR}/publish"),
        *((catalog, rival)[n % 2].put_plan(plan(*row_of_booths(f"C-{n}", "A-2"))) for n in range(12)),
    )
    assert {answer.status_code for answer in answers} == {200}
    assert await listed(catalog) == await planned(catalog)
    for number in ("A-1", "A-2", "A-3", "A-4"):
        sequence = [event["seq"] for event in await catalog.told(key=f"{FAIR}/N1/{number}")]
        assert sequence == list(range(1, len(sequence) + 1))


async def test_rival_imports_of_one_table_register_everybody_once(catalog: Catalog, rival: Catalog) -> None:
    await catalog.fair()
    table = "name\n" + "".join(f"House {n}\n" for n in range(300))
    answers = await asyncio.gather(*((catalog, rival)[n % 2].put_table(table) for n in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["counts"]["created"] for answer in answers) == 300
    assert {event["seq"] for event in await catalog.told()} == {1}


async def test_a_store_that_is_away_is_said_and_nothing_is_lost(catalog: Catalog) -> None:
    await catalog.fair()

    class Away:
        def __getattr__(self, name: str) -> Any:
            async def refuse(*_: Any, **__: Any) -> Any:
                raise StoreUnavailable("away")

            return refuse

    committer = catalog.service.core.committer
    store, committer._store = committer._store, Away()
    refused = await catalog.put_plan(plan(*row_of_booths("A-1")))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    committer._store = store
    assert (await catalog.put_plan(plan(*row_of_booths("A-1")))).status_code == 200


async def test_the_real_fair_comes_in_whole_and_is_found(real_fair: Path, catalog: Catalog) -> None:
    await catalog.fair()
    for hall, body in floor_plans(real_fair).items():
        answer = await catalog.put_plan(body, hall=hall)
        assert answer.status_code == 200, answer.text
    table = (real_fair / "exhibitors.csv").read_bytes()
    assert (await catalog.put_table(table)).json()["counts"]["created"] == 1783
    assert (await catalog.put_table(table)).json()["counts"]["unchanged"] == 1783
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    assert len(await catalog.told()) == 1 + 998 + 1783
    seen: list[str] = []
    cursor: str | None = None
    while True:
        options = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params=options)).json()
        seen += [entry["id"] for entry in page["items"]]
        if (cursor := page["cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == 1783
