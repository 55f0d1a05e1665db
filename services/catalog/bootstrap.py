"""Wires the catalog; the only place that does."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog.adapters.bookings import KafkaBookings
from services.catalog.adapters.geometry import PlaneGeometry
from services.catalog.adapters.store import COLLECTIONS, KINDS, StoreShelf
from services.catalog.adapters.world import KnownWorld
from services.catalog.app import Parts, routers, subscriptions
from services.catalog.ports import Bookings
from services.catalog.settings import CatalogSettings
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_SPACES
from shared.runtime import admin
from shared.runtime.auth import TokenVerifier
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.core import Core, build_core
from shared.runtime.health import Health
from shared.runtime.http import create_app
from shared.runtime.service import Service
from shared.runtime.store import MongoStore, Store


@dataclass(slots=True, kw_only=True)
class CatalogService(Service):
    """The catalog, wired; `core` is its machinery."""

    core: Core


def build(
    settings: CatalogSettings,
    *,
    store: Store | None = None,
    clock: Clock | None = None,
    verifier: TokenVerifier | None = None,
    bookings: Bookings | None = None,
) -> CatalogService:
    """The catalog as `settings` say; tests give another store, clock or verifier, or another ear for booking."""
    clock = clock or SystemClock()
    health = Health()
    store = store or MongoStore(settings.mongo_url, settings.mongo_database, pool_max=settings.mongo_pool_max)
    verifier = verifier or TokenVerifier.from_settings(settings, clock=clock)
    health.add("keys", verifier.ready)
    core = build_core(
        settings,
        owner="catalog",
        store=store,
        clock=clock,
        health=health,
        kinds=KINDS,
        collections=COLLECTIONS,
        subscriptions=subscriptions(),
    )
    booths, spaces = core.consumers
    parts = Parts(
        core.committer,
        StoreShelf(store),
        KnownWorld(),
        PlaneGeometry(),
        bookings or KafkaBookings(booths, spaces, core.dead_letters),
    )
    app = create_app(
        "catalog",
        settings,
        verifier=verifier,
        health=health,
        clock=clock,
        consumes=(BOOKING_BOOTHS, BOOKING_SPACES),
        description="What there is: venues, their halls and spaces, fairs, floor plans, exhibitors.",
    )
    for router in routers(parts):
        app.include_router(router)
    app.include_router(admin.routes("catalog", core))
    return CatalogService(app, settings, tuple(core.components), health, core=core)
