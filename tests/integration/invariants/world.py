"""A small Pavilion, made by hand: three databases in which everything agrees, until a test spoils something."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import Binary
from pymongo import AsyncMongoClient

from services.booking.adapters.space_documents import booking_to
from services.booking.domain.spaces.booking import DEFINITE, OPTION, SpaceBooking, SpaceState, Use
from services.booking.domain.spaces.calendar import page_id
from services.booking.domain.spaces.times import Span, minute_of
from shared.contracts.topics import (
    BOOKING_BOOTHS,
    BOOKING_EVENTS,
    BOOKING_SPACES,
    CATALOG_EVENTS,
    CATALOG_EXHIBITORS,
    NOTIFICATION_EVENTS,
)

Document = dict[str, Any]
NOW = datetime.now(UTC).replace(microsecond=0)
PAST = NOW - timedelta(minutes=5)
SOON = NOW + timedelta(minutes=10)
FAIR = "expo"
HELD, CONFIRMED = (f"pavilion.booking.reservation.{kind}.v1" for kind in ("held", "confirmed"))
SENT = "pavilion.notification.delivery.sent.v1"
PARKED = "pavilion.notification.delivery.parked.v1"
_MARKS: dict[str, dict[str, Document]] = {"inbox": {}, "dead_letters": {}, "outbox": {}}


class World:
    """Documents by database, collection and id."""

    def __init__(self) -> None:
        self.databases: dict[str, dict[str, dict[str, Document]]] = {
            "catalog": {"notices": {}, "booths": {}, "exhibitors": {}, "booth_statuses": {}},
            "booking": {"booths": {}, "reservations": {}, "holders": {}, "space_bookings": {}, "calendar_pages": {}},
            "notification": {"notices": {}, "deliveries": {}, "preferences": {}},
        }
        for collections in self.databases.values():
            collections.update({"relay": {}, **{name: {} for name in _MARKS}})
        self.catalog, self.booking, self.notification = self.databases.values()
        self.catalog["notices"][FAIR] = {"v": 1}
        self.row("catalog", CATALOG_EVENTS.name, FAIR, 1, "pavilion.catalog.fair.published.v1")

    def row(self, service: str, topic: str, key: str, sequence: int, type_: str, data: Document | None = None) -> str:
        """Append an event to an outbox, published."""
        id_ = f"{topic}/{key}/{sequence}"
        outbox = self.databases[service]["outbox"]
        position = len(outbox) + 1
        body = Binary(json.dumps(data or {}).encode())
        outbox[id_] = {
            "topic": topic,
            "key": key,
            "seq": sequence,
            "type": type_,
            "data": body,
            "time": PAST,
            "position": position,
        }
        self.databases[service]["relay"]["relay"] = {"numbered": position, "published": position}
        if service == "catalog" and topic == CATALOG_EVENTS.name and "exhibitor" not in type_:
            self.booking["inbox"][f"booking:{id_}"] = {}
        return id_

    def booth(self, number: str, *, parts: Iterable[str] = (), part_of: Iterable[str] = ()) -> str:
        """A free booth in hall 1, listed by the catalog."""
        id_ = f"{FAIR}/1/{number}"
        self.catalog["booths"][id_] = {"v": 1, "listed": True}
        self.row("catalog", CATALOG_EVENTS.name, id_, 1, "pavilion.catalog.booth.listed.v1")
        self.booking["booths"][id_] = {
            "v": 0,
            "parts": [f"{FAIR}/1/{part}" for part in parts],
            "part_of": [f"{FAIR}/1/{whole}" for whole in part_of],
            "overlaps": [],
            "state": "free",
            "reservation": None,
            "exhibitor": None,
            "until": None,
            "withdrawn": False,
        }
        self._tell_booth(id_)
        return id_

    def exhibitor(self, id_: str) -> str:
        """An exhibitor, registered."""
        self.catalog["exhibitors"][id_] = {
            "v": 1,
            "name": id_.title(),
            "email": f"{id_}@x.invalid",
            "stands": [],
            "language": "en",
        }
        self.row("catalog", CATALOG_EVENTS.name, id_, 1, "pavilion.catalog.exhibitor.registered.v1")
        state = self.catalog["exhibitors"][id_]
        self.row("catalog", CATALOG_EXHIBITORS.name, id_, 1, "pavilion.catalog.exhibitor.state.v1", state)
        return id_

    def hold(self, id_: str, exhibitor: str, *booths: str, co_exhibitors: Iterable[str] = ()) -> str:
        """A reservation that is held until `SOON`."""
        self.booking["reservations"][id_] = {
            "v": 0,
            "fair": FAIR,
            "organizer": "sco",
            "booths": list(booths),
            "exhibitor": exhibitor,
            "co_exhibitors": list(co_exhibitors),
            "admitted": [],
            "state": "held",
            "expires_at": SOON,
            "due_at": SOON,
        }
        holder = self.booking["holders"].setdefault(f"{FAIR}/{exhibitor}", {"v": 1, "holds": []})
        holder["holds"].append({"reservation": id_, "booths": len(booths), "until": SOON})
        self._follow(id_, "held", HELD, until=SOON)
        return id_

    def confirm(self, id_: str) -> str:
        """A held reservation, confirmed."""
        reservation = self.booking["reservations"][id_]
        reservation["state"] = "confirmed"
        del reservation["due_at"]
        holder = self.booking["holders"][f"{FAIR}/{reservation['exhibitor']}"]
        holder["holds"] = [hold for hold in holder["holds"] if hold["reservation"] != id_]
        self._follow(id_, "reserved", CONFIRMED, until=None)
        return id_

    def book(self, id_: str, state: SpaceState, organizer: str, start: datetime, *, rank: int = 0) -> str:
        """A booking of hall 1 for two hours, with half an hour before and after it."""
        begins = minute_of(start)
        use = Use("centre/hall-1", ("hall-1",), Span(begins, begins + 120), before=30, after=30)
        option = {"order": rank, "rank": rank, "expires_at": begins} if rank else {}
        booking = SpaceBooking(id_, "centre", organizer, "sco", "Asia/Shanghai", (use,), state, **option)  # type: ignore[arg-type]
        self.booking["space_bookings"][id_] = {"v": 1, **booking_to(booking)}
        for atom, claim in booking.claims():
            for week in claim.weeks:
                page = self.booking["calendar_pages"].setdefault(page_id("centre", atom, week), {"v": 1, "claims": []})
                page["claims"].append(list(claim))
        now = {"state": state.value, "venue": "centre", "organizer": organizer}
        type_ = f"pavilion.booking.space.{'optioned' if rank else state.value}.v1"
        told = {"booking": id_, "organizer": organizer, "venue_organizer": "sco"}
        event = self.row("booking", BOOKING_EVENTS.name, id_, 1, type_, told)
        self.row("booking", BOOKING_SPACES.name, id_, 1, "pavilion.booking.space.state.v1", now)
        self.notification["inbox"][f"notification:{event}"] = {}
        for who in sorted({organizer, "sco"}):
            said = {"v": 1, "recipient": f"organizer/{who}", "cause": event, "kind": "space"}
            self.notification["notices"][f"ntc:{event}:{who}"] = said
        return id_

    def _follow(self, id_: str, state: str, type_: str, *, until: datetime | None) -> None:
        reservation = self.booking["reservations"][id_]
        reservation["v"] += 1
        told = {name: reservation[name] for name in ("fair", "organizer", "booths", "exhibitor", "co_exhibitors")} | {
            "reservation": id_
        }
        event = self.row("booking", BOOKING_EVENTS.name, id_, reservation["v"], type_, told)
        for booth in reservation["booths"]:
            who = {"state": state, "reservation": id_, "exhibitor": reservation["exhibitor"], "until": until}
            self.booking["booths"][booth].update(who)
            self._tell_booth(booth)
        self._tell_people(event, type_.split(".")[-2], reservation)

    def _tell_booth(self, id_: str) -> None:
        booth = self.booking["booths"][id_]
        booth["v"] += 1
        told = {name: booth[name] for name in ("state", "reservation", "exhibitor", "withdrawn")}
        self.row("booking", BOOKING_BOOTHS.name, id_, booth["v"], "pavilion.booking.booth.state.v1", told)
        self.catalog["booth_statuses"][id_] = {"state": booth["state"], "sequence": booth["v"]}

    def _tell_people(self, event: str, kind: str, reservation: Document) -> None:
        self.notification["inbox"][f"notification:{event}"] = {}
        exhibitors = [f"exhibitor/{e}" for e in (reservation["exhibitor"], *reservation["co_exhibitors"])]
        for recipient in (*exhibitors, "organizer/sco"):
            said = {"v": 1, "recipient": recipient, "cause": event, "kind": kind}
            self.notification["notices"][f"ntc:{event}:{recipient}"] = dict(said)
        for recipient in exhibitors:
            id_ = f"dlv:{event}:{recipient}"
            said = {"recipient": recipient, "cause": event, "kind": kind, "reason": "", "claimed_by": None}
            self.notification["deliveries"][id_] = {"v": 3, "state": "sent", "settled_at": PAST, **said}
            self.row("notification", NOTIFICATION_EVENTS.name, id_, 3, SENT)

    async def put(self, mongo_url: str, prefix: str) -> None:
        """Write it into databases `<prefix><service>`."""
        async with AsyncMongoClient[Document](mongo_url, tz_aware=True) as client:
            for service, collections in self.databases.items():
                database = client[f"{prefix}{service}"]
                for name, documents in collections.items():
                    if documents:
                        write_down = _PAGED.get(name, _as_it_is)
                        await database[name].insert_many(write_down(id_, d) for id_, d in documents.items())


def _as_it_is(id_: str, document: Document) -> Document:
    return {"_id": id_, **document}


def _event(id_: str, row: Document) -> Document:
    """A page of the outbox with one row."""
    place = {} if row["position"] is None else {"first": row["position"], "last": row["position"]}
    told = {name: row[name] for name in ("topic", "key", "seq", "type", "data")}
    entry = {"id": id_, **told, "subject": None, "traceparent": None, "n": 0}
    return {"_id": id_, "at": row["time"], "count": 1, **place, "entries": [entry]}


def _mark(id_: str, mark: Document) -> Document:
    """A page of the inbox with one mark."""
    return {"_id": id_, "at": mark.get("at"), "count": 1, "entries": [{"id": id_}]}


_PAGED: dict[str, Callable[[str, Document], Document]] = {"outbox": _event, "inbox": _mark}


def sound() -> World:
    """A fair with a confirmed joint stand, a part of it held by whom it names, and booths free and held; a hall with a
    firm booking and two options, the second of which meets the first by its buffer."""
    world = World()
    for exhibitor in ("altai", "orda", "kazan"):
        world.exhibitor(exhibitor)
    whole, part = world.booth("A-1", parts=["A-1a"]), world.booth("A-1a", part_of=["A-1"])
    world.booth("B-2")
    held = world.booth("C-3")
    world.confirm(world.hold("res-whole", "altai", whole, co_exhibitors=["orda"]))
    world.hold("res-part", "orda", part)
    world.hold("res-held", "kazan", held)
    week = NOW + timedelta(days=7)
    world.book("spb-firm", DEFINITE, "expo-ltd", week)
    world.book("spb-first", OPTION, "expo-ltd", week + timedelta(hours=6), rank=1)
    world.book("spb-second", OPTION, "sco", week + timedelta(hours=8, minutes=15), rank=2)
    return world
