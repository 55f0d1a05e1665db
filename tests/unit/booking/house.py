"""Booking as a whole, over HTTP, on any store and clock: what the tests of its edge stand in."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from services.booking.app import events
from services.booking.bootstrap import Booking, build
from services.booking.settings import BookingSettings
from shared.contracts import events as e
from shared.contracts.topics import CATALOG_EVENTS, TOPICS, Topic
from shared.runtime.auth import Issuer, Principal, Role
from shared.runtime.batch import InboxMark, Work
from shared.runtime.clock import Clock, ManualClock
from shared.runtime.committer import Committed, CommitterLimits
from shared.runtime.received import Received
from shared.runtime.relay import Relay
from shared.runtime.store import Document, Store

ADMIN = Principal("ada", Role.ADMIN)
ORGANIZER = Principal("olga", Role.ORGANIZER, organizer="sco")
STRANGER = Principal("otto", Role.ORGANIZER, organizer="other")
SERVICE = Principal("robot", Role.SERVICE)


def exhibitor(name: str) -> Principal:
    return Principal(f"{name}-clerk", Role.EXHIBITOR, exhibitor=name)


class _Acknowledging:
    """A publisher whose broker has taken everything."""

    def __init__(self) -> None:
        self.rows: list[Document] = []

    async def missing_topics(self, topics: Sequence[Topic]) -> list[Topic]:
        return []

    async def create_topics(self, topics: Sequence[Topic]) -> None:
        """There already."""

    async def publish(self, rows: Sequence[Document], within_seconds: float) -> None:
        self.rows += rows

    async def close(self) -> None:
        """Nothing to hang up."""


class House:
    """One booking process; `tell` brings it what the catalog says, `number` does the relay's part."""

    def __init__(
        self,
        store: Store,
        issuer: Issuer,
        jwks: Path,
        clock: Clock | None = None,
        *,
        limits: CommitterLimits | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.clock: Clock = clock or ManualClock()
        self.store = store
        self.issuer = issuer
        chosen = BookingSettings(
            jwks=str(jwks), **{"booths_stale_max_ms": 0.0, "access_log": False, **(settings or {})}
        )
        self.booking: Booking = build(chosen, store=store, clock=self.clock, limits=limits)
        self.published = _Acknowledging()
        self.relay = Relay(store, self.published, [t for t in TOPICS if t.owner == "booking"], self.clock)
        self._clients = AsyncExitStack()
        self._counter = itertools.count(1)

    async def start(self) -> None:
        await self.store.prepare(self.booking.core.collections)

    async def stop(self) -> None:
        await self._clients.aclose()
        await self.booking.feed.stop()

    async def http(self, principal: Principal | None) -> httpx.AsyncClient:
        """A client with this principal's token."""
        token = {} if principal is None else {"Authorization": f"Bearer {self.issuer.mint(principal)}"}
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.booking.app), base_url="http://booking/api/booking", headers=token
        )
        return await self._clients.enter_async_context(client)

    async def tell(self, *told: e.Event, ids: Sequence[str] = ()) -> list[Committed | Exception]:
        """Bring events of the catalog, each with an id of its own or one that is given."""
        works = []
        for count, event in enumerate(told):
            id_ = ids[count] if ids else f"ev-{next(self._counter)}"
            works.append(work_of(event, id_))
        return await self.booking.core.committer.commit_batch([work for work in works if work is not None])

    async def open_fair(self, *numbers: str, parts: Mapping[str, Sequence[str]] | None = None, **fair: Any) -> None:
        """A published fair `expo` with these booths in hall 1."""
        results = await self.tell(published(**fair), *(listed(number, parts) for number in numbers))
        for result in results:
            assert isinstance(result, Committed), result

    async def open_venue(self, *spaces: e.SpaceDescribed, **venue: Any) -> None:
        """A venue `centre` of the organizer `sco` with these spaces, or with hall 1, hall 2 and both of them."""
        halls = spaces or (hall("hall-1"), hall("hall-2"), hall("hall-1-2", "hall-1", "hall-2"))
        for result in await self.tell(described(**venue), *halls):
            assert isinstance(result, Committed), result

    async def number(self) -> None:
        """Give positions to what is in the outbox, as the relay does."""
        while await self.relay._round():
            pass

    async def sweep(self) -> int:
        """Let the timers fire that are due."""
        return await self.booking.core.deadlines.sweep()

    def advance(self, **parts: float) -> None:
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(timedelta(**parts))


def work_of(event: e.Event, id_: str) -> Work | None:
    """The work that the consumer makes of an event of the catalog."""
    data = orjson.loads(event.model_dump_json())
    key = (
        data.get("booth")
        or data.get("fair")
        or (f"{data['venue']}/{data['space']}" if "space" in data else data["venue"])
    )
    received = Received(
        id=id_,
        type=event.type_,
        source="/catalog",
        key=key,
        sequence=1,
        time=ManualClock().now(),
        subject=data.get("fair") or data["venue"],
        data=data,
        topic=CATALOG_EVENTS.name,
        partition=0,
        offset=0,
        traceparent=None,
    )
    work = events.handle(received)
    if work is None:
        return None
    mark = InboxMark(events.GROUP, id_)
    return Work(work.name, work.decide, work.reads, inbox=mark, order_key=f"{received.topic}/{key}")


def published(**settings: Any) -> e.FairPublished:
    return e.FairPublished.model_validate(
        {
            "fair": "expo",
            "name": {"en": "Expo"},
            "organizer": "sco",
            "venue": "centre",
            "starts": "2027-06-01",
            "ends": "2027-06-04",
            "time_zone": "Asia/Shanghai",
            "currency": "CNY",
            **settings,
        }
    )


def described(**settings: Any) -> e.VenueDescribed:
    return e.VenueDescribed.model_validate(
        {"venue": "centre", "name": {"en": "Centre"}, "organizer": "sco", "time_zone": "Asia/Shanghai", **settings}
    )


def hall(name: str, *atoms: str, **more: Any) -> e.SpaceDescribed:
    return e.SpaceDescribed.model_validate(
        {
            "venue": "centre",
            "space": name,
            "name": {"en": name},
            "kind": "hall",
            "compositions": [{"atoms": atoms or (name,)}],
            **more,
        }
    )


def listed(number: str, parts: Mapping[str, Sequence[str]] | None = None, fair: str = "expo") -> e.BoothListed:
    parts = parts or {}
    return e.BoothListed(
        booth=f"{fair}/1/{number}",
        fair=fair,
        hall="1",
        number=number,
        area_m2=12.0,
        outline=[[(0, 0), (3, 0), (3, 4), (0, 4)]],
        parts=[f"{fair}/1/{part}" for part in parts.get(number, ())],
        part_of=[f"{fair}/1/{whole}" for whole, inside in parts.items() if number in inside],
    )
