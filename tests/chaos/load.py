"""Work that goes on while things break: exhibitors who hold, confirm and cancel, and send again until answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from services.booking.adapters.store import RESERVATIONS
from shared.contracts.topics import BOOKING_EVENTS
from tests.chaos.arena import Arena, Fair
from tests.chaos.orders import Answer, exhibitor, hold, step

_PAUSE_SECONDS = 0.05


@dataclass
class Load:
    """What has been accepted so far: of each reservation, the short types of what happened to it, in order."""

    arena: Arena
    fair: Fair
    said: dict[str, list[str]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    _stop: bool = False

    @property
    def accepted(self) -> int:
        """How many commands have been answered for good, all of them with yes."""
        return len(self.answers)

    async def goes_on(self, commands: int = 8) -> None:
        """Wait until so many more commands are accepted."""
        goal = self.accepted + commands
        async with asyncio.timeout(180):
            while self.accepted < goal:  # noqa: ASYNC110 - what is waited for is in others' hands
                await asyncio.sleep(_PAUSE_SECONDS)

    async def refused(self, *statuses: int) -> None:
        """Wait until one more command is refused with one of these statuses."""
        refused = self.arena.desk.refused
        before = len(refused)
        async with asyncio.timeout(180):
            while not [answer for answer in refused[before:] if answer.status in statuses]:  # noqa: ASYNC110
                await asyncio.sleep(_PAUSE_SECONDS)

    def end(self) -> None:
        """Finish what is begun."""
        self._stop = True

    async def work(self, place: int) -> None:
        """One exhibitor with booths of its own: takes them again and again, and keeps some."""
        who = exhibitor(self.fair.exhibitors[place])
        share = len(self.fair.booths) // len(self.fair.exhibitors)
        booths = self.fair.booths[place * share : (place + 1) * share]
        for turn in count():
            if self._stop:
                return
            answer = await self.arena.desk.insist(hold(who, self.fair.slug, f"hold-{turn}", booths[-1]))
            self._accept(answer, 201)
            id_ = answer.json["id"]
            self.said[id_] = ["held"]
            for command, told in (("confirm", "confirmed"), ("cancel", "cancelled")):
                if command == "cancel" and turn % 3 == 0 and len(booths) > share // 2:
                    booths.pop()
                    break
                self._accept(await self.arena.desk.insist(step(who, id_, command, f"{command}-{turn}")), 200)
                self.said[id_].append(told)
                await asyncio.sleep(_PAUSE_SECONDS)

    def _accept(self, answer: Answer, status: int) -> None:
        assert answer.status == status, answer
        self.answers.append(answer)

    async def lost(self) -> list[str]:
        """What was accepted and cannot be found, or is found otherwise."""
        stored = {r["_id"] for r in await self.arena.all("booking", RESERVATIONS, fair=self.fair.slug)}
        rows = await self.arena.rows("booking", topic=BOOKING_EVENTS.name, subject=self.fair.slug)
        told: dict[str, list[str]] = {}
        for row in sorted(rows, key=lambda row: row.sequence):
            told.setdefault(row.key, []).append(row.type.split(".")[3])
        found = [f"{id_} is lost" for id_ in self.said.keys() - stored]
        found += [f"{id_} was never answered for" for id_ in stored - self.said.keys()]
        return [
            *found,
            *(f"{id_}: {said}, told {told.get(id_)}" for id_, said in self.said.items() if told[id_] != said),
        ]


@asynccontextmanager
async def load(arena: Arena, fair: Fair) -> AsyncIterator[Load]:
    """Work by every exhibitor of the fair; at the end everything begun has been answered."""
    made = Load(arena, fair)
    async with asyncio.TaskGroup() as workers:
        for place in range(len(fair.exhibitors)):
            workers.create_task(made.work(place))
        try:
            yield made
        finally:
            made.end()
