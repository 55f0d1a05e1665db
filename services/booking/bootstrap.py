"""The only place that wires booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.booking import handlers
from services.booking.adapters import readers, space_store
from services.booking.adapters.happenings import StoreHappeningReader
from services.booking.adapters.pacing import HoldPacing
from services.booking.adapters.space_readers import StoreSpaceReader
from services.booking.adapters.store import COLLECTIONS, KINDS, RESERVATION_KIND
from services.booking.app import (
    booths,
    calendar_feeds,
    downloads,
    events,
    happenings,
    history,
    offers,
    papers,
    reservations,
    sales,
    space_bookings,
    space_calendars,
    space_life,
    space_live,
    space_questions,
    space_series,
)
from services.booking.domain import commands
from services.booking.domain.booth import Booth
from services.booking.domain.pace import Pace
from services.booking.domain.reservation import Reservation
from services.booking.handlers import spaces
from services.booking.ports import RESERVATION, SPACE_BOOKING
from services.booking.queries.feed import Feed, FeedLimits
from services.booking.queries.hints import ReservationHints
from services.booking.settings import BookingSettings
from shared.contracts.topics import CATALOG_EVENTS, CATALOG_EXHIBITORS
from shared.runtime import admin
from shared.runtime.auth import TokenVerifier
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.committer import Applied, CommitterLimits, Work
from shared.runtime.core import Core, build_core
from shared.runtime.deadlines import Deadline
from shared.runtime.health import Health
from shared.runtime.http import create_app
from shared.runtime.service import Service
from shared.runtime.store import MongoStore, Store

DESCRIPTION: Final = (
    "Who holds which booth, until when, every booth's state, live; and who has which hall, room or yard, and when."
)


@dataclass(slots=True, kw_only=True)
class Booking(Service):
    """The service, with the parts that tests and tools reach for."""

    core: Core
    feed: Feed


def build(
    settings: BookingSettings,
    *,
    store: Store | None = None,
    clock: Clock | None = None,
    verifier: TokenVerifier | None = None,
    limits: CommitterLimits | None = None,
) -> Booking:
    """Booking, wired."""
    clock = clock or SystemClock()
    store = store or MongoStore(settings.mongo_url, settings.mongo_database, pool_max=settings.mongo_pool_max)
    health = Health()
    core = build_core(
        settings,
        owner="booking",
        store=store,
        clock=clock,
        health=health,
        kinds=(*KINDS, *space_store.KINDS),
        collections=(*COLLECTIONS, *space_store.COLLECTIONS),
        subscriptions=[events.SUBSCRIPTION],
        deadlines=[
            Deadline(RESERVATION_KIND, "due_at", _expire),
            Deadline(space_store.SPACE_BOOKING_KIND, "due_at", _pass_time),
        ],
        limits=limits,
    )
    booth_reader = readers.StoreBoothReader(store)
    feed = Feed(
        booth_reader,
        FeedLimits(listeners_max=settings.live_listeners_max, stale_max_ms=settings.booths_stale_max_ms),
        health.draining,
    )
    hints = ReservationHints()

    def applied(changes: Sequence[Applied]) -> None:
        feed.merge(readers.seen(change.state, change.version) for change in changes if isinstance(change.state, Booth))
        hints.remember(change.state for change in changes if isinstance(change.state, Reservation))

    core.committer.on_applied(applied)
    app = create_app(
        "booking",
        settings,
        verifier=verifier,
        health=health,
        clock=clock,
        public=(f"{calendar_feeds.PUBLIC}/",),
        consumes=(CATALOG_EVENTS, CATALOG_EXHIBITORS),
        description=DESCRIPTION,
    )
    reader = readers.StoreReservationReader(store)
    pacing = HoldPacing(Pace(settings.hold_tries_max, settings.hold_tries_window_seconds), clock)
    app.include_router(reservations.routes(core.committer, reader, clock, hints.reads, pacing))
    app.include_router(booths.routes(core.committer, feed, clock, settings))
    app.include_router(offers.routes(booth_reader, feed, clock))
    sales_reader = readers.StoreSalesReader(store)
    app.include_router(sales.routes(booth_reader, sales_reader, clock))
    space_reader = StoreSpaceReader(store)
    app.include_router(space_bookings.routes(core.committer, space_reader, clock))
    app.include_router(space_calendars.routes(core.committer, space_reader, clock))
    app.include_router(calendar_feeds.routes(core.committer, space_reader))
    app.include_router(calendar_feeds.public_routes(space_reader, clock))
    name_reader = readers.StoreNameReader(store)
    app.include_router(papers.routes(reader, booth_reader, space_reader, name_reader, clock))
    app.include_router(space_questions.routes(space_reader, clock))
    app.include_router(space_life.routes(core.committer))
    app.include_router(space_live.routes(space_reader, feed, clock, settings))
    happened = StoreHappeningReader(store)
    app.include_router(happenings.routes(happened, booth_reader, feed, clock, settings))
    app.include_router(
        downloads.routes(
            booth_reader,
            reader,
            sales_reader,
            space_reader,
            happened,
            name_reader,
        )
    )
    app.include_router(history.routes(readers.StoreEventReader(store), reader, space_reader))
    app.include_router(space_series.routes(core.committer, space_reader))
    app.include_router(admin.routes("booking", core))
    components = [*core.components, feed]
    return Booking(app=app, settings=settings, components=components, health=health, core=core, feed=feed)


def _expire(reservation: str, _due_at: datetime) -> Work:
    """The timer's command; it looks again, and does nothing where the hold was extended or confirmed meanwhile."""
    return Work("expire", handlers.expire(commands.Expire(reservation)), ((RESERVATION, reservation),))


def _pass_time(booking: str, _due_at: datetime) -> Work:
    """The timer's command on a space booking; likewise."""
    return Work("pass_time", spaces.pass_time(booking), ((SPACE_BOOKING, booking),))
