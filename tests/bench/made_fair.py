"""A made-up fair with one very large hall, entered over the public API on a running stack."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any, Final

import httpx

from deploy.stack.accounts import SAMPLES
from deploy.stack.supervisor import Stack
from shared.runtime.auth import Principal
from tests.builders.counters import eventually

FAIR: Final = "bench-5000"
HALL: Final = "1"
BOOTHS: Final = 5_000
BLOCKS_ACROSS: Final = 10
BLOCK_COLUMNS: Final = 10
BOOTH_M: Final = 3.0
GANGWAY_M: Final = 3.0
COMMAND_BOOTHS_MAX: Final = 50
ORGANIZER: Final[Principal] = next(sample.principal for sample in SAMPLES if sample.account == "organizer")
_BLOCK_M: Final = BLOCK_COLUMNS * BOOTH_M + GANGWAY_M
_BAND_M: Final = 2 * BOOTH_M + GANGWAY_M
_ROW: Final = BLOCKS_ACROSS * BLOCK_COLUMNS
_READY_SECONDS_MAX: Final = 120.0


@dataclass(frozen=True, slots=True)
class MadeFair:
    """The fair on its stack; booths are named as the API names them."""

    url: str
    token: str
    booths: tuple[str, ...]

    def client(self) -> httpx.AsyncClient:
        """A client that speaks for the fair's organizer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=60)

    async def move(self, verb: str, booths: list[str]) -> None:
        """Block or unblock booths at once. While the first alone is decided the others gather and go together."""
        rest = booths[1:]
        parts = [booths[:1], *(rest[at : at + COMMAND_BOOTHS_MAX] for at in range(0, len(rest), COMMAND_BOOTHS_MAX))]
        path = f"/api/booking/fairs/{FAIR}/booths/{verb}"
        async with self.client() as client:
            answers = await asyncio.gather(
                *(
                    client.post(path, json={"booths": part}, headers={"Idempotency-Key": uuid.uuid4().hex})
                    for part in parts
                )
            )
        for answer in answers:
            answer.raise_for_status()


async def made_fair(stack: Stack) -> MadeFair:
    """Enter venue, fair and plan, publish, and wait until booking knows every booth."""
    plan = floor_plan()
    numbers = [feature["properties"]["number"] for feature in plan["features"]]
    fair = MadeFair(stack.url, stack.token_for(ORGANIZER), tuple(f"{HALL}/{number}" for number in numbers))
    async with fair.client() as client:
        for path, body in (
            ("/api/catalog/venues/bench-venue", _venue()),
            (f"/api/catalog/fairs/{FAIR}", _fair()),
            (f"/api/catalog/fairs/{FAIR}/halls/{HALL}/floor-plan", plan),
        ):
            (await client.put(path, json=body)).raise_for_status()
        publish = await client.post(f"/api/catalog/fairs/{FAIR}/publish", headers={"Idempotency-Key": "publish"})
        publish.raise_for_status()
        await eventually(lambda: _is_known(client), "booking knows every booth", seconds=_READY_SECONDS_MAX)
    return fair


def floor_plan() -> dict[str, Any]:
    """Rows of booths back to back in blocks between gangways; a few at the ends of blocks have a corner cut off."""
    return {"type": "FeatureCollection", "features": [_booth(n) for n in range(BOOTHS)]}


def hall_m() -> tuple[float, float]:
    """How wide and deep the hall is."""
    return GANGWAY_M + BLOCKS_ACROSS * _BLOCK_M, GANGWAY_M + (BOOTHS // _ROW // 2) * _BAND_M


def _booth(n: int) -> dict[str, Any]:
    row, place = divmod(n, _ROW)
    block, column = divmod(place, BLOCK_COLUMNS)
    x = GANGWAY_M + block * _BLOCK_M + column * BOOTH_M
    y = GANGWAY_M + row // 2 * _BAND_M + row % 2 * BOOTH_M
    right, bottom = x + BOOTH_M, y + BOOTH_M
    ring = [[x, y], [right, y], [right, bottom], [x, bottom]]
    if column == 0 and row % 2 == 0:
        ring[:1] = [[x, y + 1], [x + 1, y]]
    letters = chr(ord("A") + row // 26) + chr(ord("A") + row % 26)
    return {
        "type": "Feature",
        "properties": {"number": f"{letters}{place + 1:03}", "area_m2": BOOTH_M * BOOTH_M - (len(ring) == 5) / 2},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


def _venue() -> dict[str, Any]:
    width, depth = hall_m()
    hall = {"hall": HALL, "name": {"en": "Hall 1"}, "width_m": width, "depth_m": depth}
    name = {"en": "Made-up halls"}
    return {"name": name, "city": "Almaty", "country": "KZ", "time_zone": "Asia/Almaty", "halls": [hall]}


def _fair() -> dict[str, Any]:
    return {
        "name": {"en": "Fair of 5,000 booths"},
        "venue": "bench-venue",
        "starts": "2035-09-14",
        "ends": "2035-09-17",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        "hold_ttl_seconds": 900,
        "hold_extensions_max": 1,
        "held_booths_max": 200,
    }


async def _is_known(client: httpx.AsyncClient) -> bool:
    answer = await client.get(f"/api/booking/fairs/{FAIR}/booths")
    return answer.is_success and len(answer.json()["booths"]) == BOOTHS
