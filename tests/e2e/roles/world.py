"""Every service on a store of its own, with things of two exhibitors and two organizers in each; who asks, and what."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.booking.bootstrap import build as build_booking
from services.booking.settings import BookingSettings
from services.catalog.bootstrap import build as build_catalog
from services.catalog.settings import CatalogSettings
from services.notification.adapters.subscription import work_of as news_of
from services.notification.bootstrap import build as build_notification
from services.notification.domain.deliveries import DeliveryState
from services.notification.domain.happenings import Kind
from services.notification.settings import NotificationSettings
from services.portal.adapters.store import COLLECTIONS as PORTAL_COLLECTIONS
from services.portal.bootstrap import build as build_portal
from services.portal.settings import PortalSettings
from shared.contracts.events import Event
from shared.runtime.auth import Issuer, Principal, Role, TokenVerifier
from shared.runtime.auth.keys import KeySet
from shared.runtime.committer import Committed, Committer
from shared.runtime.store import MemoryStore, MongoStore, Store
from tests.unit.booking.house import described, hall, listed, published, work_of
from tests.unit.catalog.kit import fair_settings, feature, plan, rectangle, venue
from tests.unit.notification.builders import contact_event, fair_event, reservation_event

FAIR, DRAFT, FOREIGN = "expo", "unannounced", "elsewhere"
OWNER, OTHER, STRANGER = "acme", "borealis", "zenith"
PEOPLE: dict[str, Principal | None] = {
    "nobody": None,
    "owner": Principal("anna", Role.EXHIBITOR, exhibitor=OWNER),
    "other": Principal("boris", Role.EXHIBITOR, exhibitor=OTHER),
    "organizer": Principal("olga", Role.ORGANIZER, organizer="sco"),
    "stranger": Principal("otto", Role.ORGANIZER, organizer=STRANGER),
    "service": Principal("robot", Role.SERVICE),
    "admin": Principal("ada", Role.ADMIN),
}


@dataclass
class World:
    """The services' applications, and what a cell of the matrix can be about."""

    issuer: Issuer
    apps: dict[str, Any]
    clients: dict[str, httpx.AsyncClient]
    committers: dict[str, Committer]
    stores: dict[str, Store]
    collections: dict[str, list[str]]
    counter: Any = field(default_factory=lambda: itertools.count(1))
    secrets: set[str] = field(default_factory=set)

    async def ask(self, service: str, method: str, path: str, by: str, **options: Any) -> httpx.Response:
        """One request by one of PEOPLE."""
        who = PEOPLE[by]
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.issuer.mint(who)}"
        return await self.clients[service].request(method, path, headers=headers, **options)

    async def must(self, service: str, method: str, path: str, by: str = "organizer", **options: Any) -> Any:
        """One request that sets something up."""
        answer = await self.ask(service, method, path, by, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def fresh_booth(self) -> str:
        """A free booth that nobody has used."""
        number = f"B{next(self.counter)}"
        await self.tell_booking(listed(number))
        return f"1/{number}"

    async def tell_booking(self, *told: Event) -> None:
        works = [work_of(event, f"ev-{next(self.counter)}") for event in told]
        _all_applied(await self.committers["booking"].commit_batch([work for work in works if work]))

    async def reservation(self, state: str = "held") -> str:
        """A new reservation of the owner's."""
        body = {"fair": FAIR, "booths": [await self.fresh_booth()], "exhibitor": OWNER}
        id_: str = (await self.must("booking", "POST", "/api/booking/reservations", "owner", json=body))["id"]
        if state == "confirmed":
            await self.must("booking", "POST", f"/api/booking/reservations/{id_}/confirm", "owner")
        self.secrets.add(id_)
        return id_

    async def space_booking(self, body: dict[str, Any]) -> str:
        """A new booking of spaces of the organizer's."""
        id_: str = (await self.must("booking", "POST", "/api/booking/space-bookings", json=body))["id"]
        self.secrets.add(id_)
        return id_

    async def space_series(self, body: dict[str, Any]) -> tuple[str, str]:
        """A new series of the organizer's, and its first booking."""
        made = await self.must("booking", "POST", "/api/booking/space-series", json=body)
        bookings = [one["booking"]["id"] for one in made["occurrences"]]
        self.secrets.update(bookings)
        return made["series"], bookings[0]

    async def feed(self) -> tuple[str, str]:
        """A new calendar feed of the organizer's, and what opens it; nobody has what it shows."""
        made = await self.must("booking", "POST", "/api/booking/calendar-feeds", json={"organizer": "not-yet"})
        self.secrets.add(made["id"])
        return made["id"], made["path"].rpartition("/")[2].removesuffix(".ics")

    async def notice(self) -> str:
        """A new inbox entry of the owner's."""
        before = {one["_id"] for one in await self.stores["notification"].find("notices", {})}
        await self._news()
        mine = {"recipient": f"exhibitor/{OWNER}"}
        [id_] = {one["_id"] for one in await self.stores["notification"].find("notices", mine)} - before
        self.secrets.add(id_)
        return str(id_)

    async def parked_delivery(self) -> str:
        """A new mail to the owner that could not be sent."""
        before = {one["_id"] for one in await self.stores["notification"].find("deliveries", {})}
        await self._news()
        mine = {"recipient": f"exhibitor/{OWNER}"}
        [id_] = {one["_id"] for one in await self.stores["notification"].find("deliveries", mine)} - before
        parked = {"state": DeliveryState.PARKED.value, "reason": "no such mailbox"}
        await self.stores["notification"].update_one("deliveries", {"_id": id_}, parked)
        self.secrets.add(id_)
        return str(id_)

    async def _news(self) -> None:
        reservation = f"res-{next(self.counter):06}"
        self.secrets.add(reservation)
        facts: dict[str, Any] = {
            "fair": FAIR,
            "organizer": "sco",
            "exhibitor": OWNER,
            "co_exhibitors": [],
            "reservation": reservation,
        }
        work = news_of(reservation_event(Kind.CONFIRMED, id_=f"ev-{reservation}", **facts))
        assert work is not None
        _all_applied(await self.committers["notification"].commit_batch([work]))

    async def draft(self) -> str:
        """A new fair of the organizer's that is not published, with a plan and nobody in it."""
        slug = await self.entered()
        self.secrets.add(slug)
        return slug

    async def fair(self) -> str:
        """A new published fair of the organizer's."""
        slug = await self.entered()
        await self.must("catalog", "POST", f"/api/catalog/fairs/{slug}/publish")
        return slug

    async def entered(self) -> str:
        """A new fair that may become public, so that it is no secret."""
        slug = f"fair-{next(self.counter):06}"
        await self.must("catalog", "PUT", f"/api/catalog/fairs/{slug}", json=fair_settings(venue="centre"))
        await self.must("catalog", "PUT", f"/api/catalog/fairs/{slug}/halls/N1/floor-plan", content=PLAN)
        return slug


ATOMS = [{"atom": "hall", "name": {"en": "Hall"}}]
PLAN = orjson.dumps(plan(feature("A1", rectangle(1, 1), area_m2=12)))


def _all_applied(results: list[Committed | Exception]) -> None:
    for result in results:
        assert isinstance(result, Committed), result


@asynccontextmanager
async def world(directory: Path, *, mongod: str | None = None) -> AsyncIterator[World]:
    """All services, wired as in earnest, on stores in memory or on a `mongod`; no relay, consumer or mailer runs."""
    issuer = Issuer(Ed25519PrivateKey.generate())
    jwks = str(directory / "jwks.json")
    issuer.write_jwks(Path(jwks))
    common: dict[str, Any] = {"jwks": jwks, "access_log": False}
    verifier = TokenVerifier(KeySet(jwks))
    builders: dict[str, Callable[[Store], Any]] = {
        "catalog": lambda store: build_catalog(CatalogSettings(**common), store=store, verifier=verifier),
        "booking": lambda store: build_booking(
            BookingSettings(**common, live_seconds_max=0.05, booths_stale_max_ms=0), store=store, verifier=verifier
        ),
        "notification": lambda store: build_notification(
            NotificationSettings(**common), store=store, verifier=verifier
        ),
        "portal": lambda store: build_portal(PortalSettings(access_log=False, web=directory), store=store),
    }
    stores: dict[str, Store] = {name: _store(mongod, name) for name in builders}
    built = {name: build(stores[name]) for name, build in builders.items()}
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://pavilion")
            )
            for name, service in built.items()
        }
        cores = {name: service.core for name, service in built.items() if name != "portal"}
        for name, core in cores.items():
            await stores[name].prepare(core.collections)
        committers = {name: core.committer for name, core in cores.items()}
        apps = {name: service.app for name, service in built.items()}
        collections = {name: [one.name for one in core.collections] for name, core in cores.items()}
        collections["portal"] = [one.name for one in PORTAL_COLLECTIONS]
        made = World(issuer, apps, clients, committers, stores, collections)
        await _furnish(made)
        yield made
        await built["booking"].feed.stop()
        for store in stores.values():
            await store.close()


def _store(mongod: str | None, service: str) -> Store:
    """A store of its own for a service."""
    return MongoStore(mongod, f"roles_{service}_{uuid.uuid4().hex[:12]}") if mongod else MemoryStore()


async def _furnish(made: World) -> None:
    """A venue, a published fair with two exhibitors, a draft, another organizer's fair; and their counterparts."""
    await made.must("catalog", "PUT", "/api/catalog/venues/centre", json=venue(atoms=ATOMS))
    entry = {"name": {"en": "Hall"}, "kind": "hall", "atoms": ["hall"]}
    await made.must("catalog", "PUT", "/api/catalog/venues/centre/spaces/hall", json=entry)
    await made.tell_booking(described(venue="rooms"), *(hall(name, venue="rooms") for name in ("hall", "room")))
    for slug, by in ((FAIR, "organizer"), (DRAFT, "organizer"), (FOREIGN, "stranger")):
        await made.must("catalog", "PUT", f"/api/catalog/fairs/{slug}", by, json=fair_settings(venue="centre"))
    await made.must("catalog", "PUT", f"/api/catalog/fairs/{FAIR}/halls/N1/floor-plan", content=PLAN)
    table = "id,name,country,email\n" + "".join(f"{n},{n},KZ,{n}@secret.example\n" for n in (OWNER, OTHER))
    csv = {"Content-Type": "text/csv"}
    await made.must("catalog", "PUT", f"/api/catalog/fairs/{FAIR}/exhibitors", content=table.encode(), headers=csv)
    await made.must("catalog", "POST", f"/api/catalog/fairs/{FAIR}/publish")
    made.secrets |= {DRAFT, f"{OWNER}@secret.example"}
    await made.tell_booking(published(fair=FAIR, held_booths_max=10_000))
    contacts = [
        contact_event(name, fair=FAIR, organizer="sco", email=f"{name}@secret.example") for name in (OWNER, OTHER)
    ]
    works = [news_of(event) for event in (fair_event(fair=FAIR, organizer="sco"), *contacts)]
    _all_applied(await made.committers["notification"].commit_batch([work for work in works if work]))
    await made.reservation()
    await made.notice()
    await made.parked_delivery()
