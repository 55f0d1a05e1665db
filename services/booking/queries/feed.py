"""Keeps the pictures of fairs current, and tells listeners what changed there, that something did at a venue, or
what happened.

Two ways lead a change into a picture: the committer of this process, right after a commit, and the service's order of
events in the store, which also has what other processes did. Positions there are given in transactions one after the
other, so whoever has read up to a position has missed nothing before it: that position is the picture's `sequence`.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson
import structlog

from services.booking.ports import BoothReader, BoothSeen, Happening, Wants
from services.booking.queries.picture import Picture
from shared.runtime.store import StoreUnavailable

log = structlog.get_logger(__name__)

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """Bounds and waits of the feed."""

    fairs_max: int = 64
    listeners_max: int = 5_000
    listener_backlog_max: int = 256
    rows_max: int = 1_000
    stale_max_ms: float = 50.0
    wait_max_ms: float = 1_000.0
    listening_poll_ms: float = 40.0
    idle_poll_ms: float = 1_000.0
    retry_ms: float = 500.0


class Listener(Generic[Told]):
    """One live stream's backlog; it ends when the reader is too slow, or the service stops."""

    def __init__(self, backlog_max: int) -> None:
        self._queue: asyncio.Queue[tuple[int, Told] | None] = asyncio.Queue(backlog_max)
        self._ended = False

    def tell(self, sequence: int, told: Told) -> None:
        """Queue a change; a reader who is too far behind is cut off, and can come back with what it saw last."""
        if self._ended:
            return
        try:
            self._queue.put_nowait((sequence, told))
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Let the stream end now."""
        self._ended = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def next(self) -> tuple[int, Told] | None:
        """The next (sequence, what is told: a JSON array of changed booths, or what happened); None at the end."""
        return await self._queue.get()


Booths = Listener[bytes]
Tail = Listener[tuple[Happening, ...]]


class Feed:
    """The pictures of the fairs that somebody looks at, and who listens to them.

    Once `draining` is set every live stream ends, so that a stopping server need not wait for readers who never leave.
    """

    def __init__(
        self, reader: BoothReader, limits: FeedLimits | None = None, draining: asyncio.Event | None = None
    ) -> None:
        self._reader = reader
        self._limits = limits or FeedLimits()
        self._draining = draining or asyncio.Event()
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._listeners: dict[str, set[Booths]] = defaultdict(set)
        self._at_venues: dict[str, set[Booths]] = defaultdict(set)
        self._tails: dict[Tail, Wants] = {}
        self._position = 0
        self._read_at = 0.0
        self._reading = asyncio.Lock()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def sequence(self) -> int:
        """Every change up to this place in the order of events is in the pictures."""
        return self._position

    async def start(self) -> None:
        """Begin to follow the order of events in the background."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._end_streams())]

    async def stop(self) -> None:
        """End every live stream and stop following."""
        self._draining.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end_listeners()

    def merge(self, booths: Iterable[BoothSeen]) -> None:
        """Take in what this process just committed."""
        for booth in booths:
            if picture := self._pictures.get(booth.fair):
                picture.merge(booth)
        self._wake.set()

    async def picture(self, fair: str, *, since: int = 0) -> Picture | None:
        """The fair's booths, as new as the store was a moment ago; None where there is no such fair.

        `since` is a sequence that the asker has seen, perhaps in another process: the picture is no older than that,
        if the store can be read. Raises StoreUnavailable where the fair was not looked at before and cannot be now.
        """
        picture = self._pictures.get(fair)
        if picture is None:
            return await self._load(fair)
        self._pictures.move_to_end(fair)
        behind = since > self._position
        if behind or self._age_ms() > self._limits.stale_max_ms:
            # What this process knows is better than no answer while the store is away, or slow.
            with suppress(StoreUnavailable, TimeoutError):
                async with asyncio.timeout(self._limits.wait_max_ms / 1000):
                    await self._catch_up(0.0 if behind else self._limits.stale_max_ms)
        return picture

    @property
    def full(self) -> bool:
        """Whether no more live streams are to be begun, because there are many, or because the service stops."""
        heard = (self._tails, *self._listeners.values(), *self._at_venues.values())
        listening = sum(len(listeners) for listeners in heard)
        return self._draining.is_set() or listening >= self._limits.listeners_max

    def listen(self, fair: str) -> Booths:
        """Hear of every change at a fair from now on, until `leave`; ask `full` before a stream is begun."""
        listener = self._begun(Booths(self._limits.listener_backlog_max))
        self._listeners[fair].add(listener)
        return listener

    def leave(self, fair: str, listener: Booths) -> None:
        """Hear no more."""
        _end(self._listeners, fair, listener)

    async def listen_at_venue(self, venue: str) -> Booths:
        """Hear whenever a venue's bookings changed from now on, until `leave_venue`; ask `full` first.

        Raises StoreUnavailable.
        """
        async with self._reading:
            await self._find_position()
            listener = self._begun(Booths(self._limits.listener_backlog_max))
            self._at_venues[venue].add(listener)
            return listener

    def leave_venue(self, venue: str, listener: Booths) -> None:
        """Hear no more."""
        _end(self._at_venues, venue, listener)

    async def tail(self, wants: Wants, since: int | None) -> tuple[int, tuple[Happening, ...] | None, Tail]:
        """Hear of what happens from now on, if it is wanted, until `leave_tail`; ask `full` first.

        Gives the place in the order of events from which the tail goes on, what is wanted of what happened up to it
        after `since`, and the tail; None in the middle where that is too much: it is to be asked for from the start.
        Raises StoreUnavailable.
        """
        async with self._reading:
            await self._find_position()
            missed: tuple[Happening, ...] | None = ()
            if since is not None and self._position - since > self._limits.rows_max:
                missed = None  # Positions have no gaps, so nobody need read to know that it is too much.
            elif since is not None and since < self._position:
                rows = await self._reader.changes_after(since, self._limits.rows_max)
                reached = len(rows) < self._limits.rows_max or rows[-1].position >= self._position
                told = (row.happening for row in rows if row.position <= self._position)
                missed = tuple(one for one in told if one is not None and wants(one)) if reached else None
            tail = self._begun(Tail(self._limits.listener_backlog_max))
            self._tails[tail] = wants
            return self._position, missed, tail

    def leave_tail(self, tail: Tail) -> None:
        """Hear no more."""
        del self._tails[tail]

    async def _find_position(self) -> None:
        """Begin at the end of the order of events, where nobody follows it yet."""
        if not self._followed:
            self._position = await self._reader.last_position()

    @property
    def _followed(self) -> bool:
        """Whether anybody needs to know of what comes into the order of events."""
        return bool(self._pictures or self._at_venues or self._tails)

    def _begun(self, listener: Listener[Told]) -> Listener[Told]:
        if self._draining.is_set():
            listener.end()
        self._wake.set()
        return listener

    def _end_listeners(self) -> None:
        for tail in self._tails:
            tail.end()
        for listeners in (*self._listeners.values(), *self._at_venues.values()):
            for listener in listeners:
                listener.end()

    async def _end_streams(self) -> None:
        await self._draining.wait()
        self._end_listeners()

    async def _load(self, fair: str) -> Picture | None:
        async with self._reading:
            if fair in self._pictures:
                return self._pictures[fair]
            if await self._reader.fair(fair) is None:
                return None
            await self._find_position()
            picture = Picture(fair)
            booths = await self._reader.booths(fair)
            positions = await self._reader.positions(booths)
            for booth in booths:
                picture.merge(booth)
                # What has no place yet counts as just changed: told once too often rather than not at all.
                picture.place(booth.id, positions.get(booth.id, self._position))
            self._pictures[fair] = picture
            self._forget_old()
            return picture

    def _forget_old(self) -> None:
        for fair in list(self._pictures):
            if len(self._pictures) <= self._limits.fairs_max:
                return
            if fair not in self._listeners:
                del self._pictures[fair]

    def _age_ms(self) -> float:
        return (time.monotonic() - self._read_at) * 1000

    async def _catch_up(self, age_max_ms: float = 0.0) -> None:
        """Read what came into the order of events; callers that come meanwhile wait for the same read."""
        async with self._reading:
            if not self._followed or (age_max_ms and self._age_ms() <= age_max_ms):
                return
            while True:
                rows = await self._reader.changes_after(self._position, self._limits.rows_max)
                changed: dict[str, list[str]] = defaultdict(list)
                venues = {row.venue for row in rows}
                for row in rows:
                    if row.booth is None or (picture := self._pictures.get(row.booth.fair)) is None:
                        continue
                    picture.merge(row.booth)
                    picture.place(row.booth.id, row.position)
                    changed[row.booth.fair].append(row.booth.id)
                if rows:
                    self._position = rows[-1].position
                self._tell(changed)
                for venue in venues & self._at_venues.keys():
                    for listener in self._at_venues[venue]:
                        listener.tell(self._position, b"")
                self._tell_tails([row.happening for row in rows if row.happening is not None])
                if len(rows) < self._limits.rows_max:
                    break
            self._read_at = time.monotonic()

    def _tell(self, changed: dict[str, list[str]]) -> None:
        for fair, ids in changed.items():
            if listeners := self._listeners.get(fair):
                booths = self._pictures[fair].only(ids)
                for listener in listeners:
                    listener.tell(self._position, booths)

    def _tell_tails(self, happened: list[Happening]) -> None:
        for tail, wants in self._tails.items():
            if wanted := tuple(one for one in happened if wants(one)):
                tail.tell(self._position, wanted)

    @property
    def _listened_to(self) -> bool:
        return bool(self._listeners or self._at_venues or self._tails)

    async def _run(self) -> None:
        while True:
            listening = self._listened_to
            pause_ms = self._limits.listening_poll_ms if listening else self._limits.idle_poll_ms
            try:
                await self._catch_up()
            except StoreUnavailable as failure:
                log.warning("feed.read.failed", error=str(failure))
                pause_ms = self._limits.retry_ms
            except Exception:
                log.exception("feed.read.broken")
                pause_ms = self._limits.retry_ms
            if self._listened_to:
                await asyncio.sleep(pause_ms / 1000)
            else:
                self._wake.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause_ms / 1000)


def _end(places: dict[str, set[Booths]], place: str, listener: Booths) -> None:
    places[place].discard(listener)
    if not places[place]:
        del places[place]


def document(sequence: int, booths: bytes, **members: object) -> bytes:
    """The JSON object `{"sequence": …, members…, "booths": […]}` around booths that are JSON already."""
    head = orjson.dumps({**members, "sequence": sequence}, option=orjson.OPT_UTC_Z)
    return head[:-1] + b',"booths":' + booths + b"}"
