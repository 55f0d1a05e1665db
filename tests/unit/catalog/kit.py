"""What tests of the catalog stand on: the service as `build()` wires it, people who ask, and plans to import."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings

from services.catalog.bootstrap import CatalogService, build
from services.catalog.ports import Bookings, BookingsUnheard
from services.catalog.settings import CatalogSettings
from shared.contracts import events as e
from shared.runtime.auth import Issuer, Principal, Role, TokenVerifier
from shared.runtime.auth.keys import KeySet
from shared.runtime.clock import Clock, ManualClock
from shared.runtime.store import Store
from tests.builders.rows import outbox_rows

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For properties that are tried on busy machines."""

FAIR = "steppe-expo-2027"
VENUE = "steppe-centre"
_DESCRIPTIONS = (e.VenueDescribed.type_, e.SpaceDescribed.type_)

ORGANIZER = Principal("olga", Role.ORGANIZER, organizer="steppe-fairs")
RIVAL = Principal("rolf", Role.ORGANIZER, organizer="other-fairs")
ADMIN = Principal("ada", Role.ADMIN)
SERVICE = Principal("booking", Role.SERVICE)


def exhibitor(id_: str) -> Principal:
    """Somebody of an exhibitor."""
    return Principal(f"of-{id_}", Role.EXHIBITOR, exhibitor=id_)


@dataclass
class Catalog:
    """A running catalog, asked over HTTP."""

    service: CatalogService
    issuer: Issuer
    http: httpx.AsyncClient
    tokens: dict[Principal, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, *, by: Principal = ORGANIZER, **options: Any) -> httpx.Response:
        """One request; `path` begins behind /api/catalog."""
        token = self.tokens.setdefault(by, self.issuer.mint(by))
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return await self.http.request(method, f"/api/catalog{path}", headers=headers, **options)

    async def fair(self, *, slug: str = FAIR, halls: Sequence[str] = ("N1",), publish: bool = False) -> None:
        """A venue and a draft fair in it, or a published one."""
        assert (await self.ask("PUT", f"/venues/{VENUE}", json=venue(halls=halls))).status_code == 200
        assert (await self.ask("PUT", f"/fairs/{slug}", json=fair_settings())).status_code == 200
        if publish:
            assert (await self.ask("POST", f"/fairs/{slug}/publish")).status_code == 200

    async def put_plan(
        self, plan: Any, *, hall: str = "N1", by: Principal = ORGANIZER, **options: Any
    ) -> httpx.Response:
        """Import a floor plan, given as a FeatureCollection or as bytes."""
        body = plan if isinstance(plan, bytes) else json.dumps(plan).encode()
        return await self.ask("PUT", f"/fairs/{FAIR}/halls/{hall}/floor-plan", by=by, content=body, **options)

    async def put_table(self, table: str | bytes, *, by: Principal = ORGANIZER, **options: Any) -> httpx.Response:
        """Import a table of exhibitors."""
        body = table.encode() if isinstance(table, str) else table
        return await self.ask("PUT", f"/fairs/{FAIR}/exhibitors", by=by, content=body, **options)

    async def told(self, *, key: str | None = None, topic: str = "pavilion.catalog.events.v1") -> list[dict[str, Any]]:
        """What went into the outbox of a topic: short type, key, sequence and body, in order of key and sequence.

        Descriptions of venues and spaces, which every fair brings along, are left out where no key is given.
        """
        rows = await outbox_rows(self.service.core.store, topic=topic, **({"key": key} if key else {}))
        rows.sort(key=lambda row: (row.key, row.sequence))
        rows = [row for row in rows if key or row.type not in _DESCRIPTIONS]
        prefix, suffix = "pavilion.catalog.", ".v1"
        return [
            {
                "type": row.type.removeprefix(prefix).removesuffix(suffix),
                "key": row.key,
                "seq": row.sequence,
                "data": orjson.loads(row.data or b"null"),
            }
            for row in rows
        ]


class Attentive:
    """Bookings that were heard, or, while `behind`, were not."""

    behind = False

    async def heard(self, fair: str, hall: str) -> None:
        """See Bookings.heard."""
        if self.behind:
            raise BookingsUnheard(f"The test says so of {fair}/{hall}.")

    async def heard_of_spaces(self) -> None:
        """See Bookings.heard_of_spaces."""
        if self.behind:
            raise BookingsUnheard("The test says so of spaces.")


@asynccontextmanager
async def running(
    store: Store,
    tmp_path: Path,
    clock: Clock | None = None,
    bookings: Bookings | None = None,
    **changes: Any,
) -> AsyncIterator[Catalog]:
    """The catalog on a store, without its relay and consumers; `bookings` None are those of its consumer."""
    issuer = Issuer(Ed25519PrivateKey.generate())
    jwks = str(tmp_path / "jwks.json")
    issuer.write_jwks(Path(jwks))
    service = build(
        CatalogSettings(jwks=jwks, access_log=False, **changes),
        store=store,
        clock=clock or ManualClock(),
        verifier=TokenVerifier(KeySet(jwks)),
        bookings=bookings,
    )
    await store.prepare(service.core.collections)
    transport = httpx.ASGITransport(app=service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://catalog") as http:
        yield Catalog(service, issuer, http)
    await service.core.committer.drain()


def venue(*, halls: Sequence[str] = ("N1",), **changes: Any) -> dict[str, Any]:
    """A venue with halls of 100 m by 60 m."""
    return {
        "name": {"en": "Steppe Centre", "ru": "Степной центр", "zh": "草原中心"},
        "city": "Astana",
        "country": "KZ",
        "time_zone": "Asia/Almaty",
        "halls": [{"hall": hall, "name": {"en": f"Hall {hall}"}, "width_m": 100, "depth_m": 60} for hall in halls],
        **changes,
    }


def fair_settings(**changes: Any) -> dict[str, Any]:
    """A fair's settings."""
    return {
        "name": {"en": "Steppe Expo 2027"},
        "venue": VENUE,
        "starts": "2027-05-10",
        "ends": "2027-05-13",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        **changes,
    }


def rectangle(x: float, y: float, width: float = 4, depth: float = 3) -> dict[str, Any]:
    """A rectangle as a GeoJSON polygon."""
    corners = [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth], [x, y]]
    return {"type": "Polygon", "coordinates": [corners]}


def feature(number: Any, geometry: Any, **properties: Any) -> dict[str, Any]:
    """A feature of a floor plan."""
    given = {} if number is None else {"number": number}
    return {"type": "Feature", "properties": {**given, **properties}, "geometry": geometry}


def plan(*features: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    """A floor plan."""
    return {"type": "FeatureCollection", "properties": properties, "features": list(features)}


def row_of_booths(*numbers: str) -> list[dict[str, Any]]:
    """Booths of 4 m by 3 m side by side."""
    return [feature(number, rectangle(5 * at, 0), area_m2=12) for at, number in enumerate(numbers)]
