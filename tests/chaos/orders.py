"""Commands as people send them: each with its own Idempotency-Key, sent again with it until it is answered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.runtime.auth import Issuer, Principal, Role

DEADLINE_SECONDS = 120.0
_AGAIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Order:
    """One command of booking's; `path` begins behind /api/booking."""

    who: Principal
    path: str
    key: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, byte for byte."""

    status: int
    body: bytes
    media_type: str
    retry_after: str | None

    @property
    def json(self) -> dict[str, Any]:
        """The body, read."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def reason(self) -> str:
        """The slug of a problem's type; empty for an answer that is none."""
        return str(self.json.get("type", "")).removeprefix("urn:pavilion:problem:")

    @property
    def try_again(self) -> bool:
        """Whether the same request should be sent again: nothing has been decided for good."""
        return self.status in (429, 503, 504) or self.reason == "idempotency-key-in-progress"


def exhibitor(name: str) -> Principal:
    """Somebody of an exhibitor."""
    return Principal(f"{name}-clerk", Role.EXHIBITOR, exhibitor=name)


def organizer(name: str) -> Principal:
    """Somebody of an organizer."""
    return Principal(f"{name}-planner", Role.ORGANIZER, organizer=name)


def hold(who: Principal, fair: str, key: str, *booths: str) -> Order:
    """Hold booths in the asker's own name."""
    return Order(who, "/reservations", key, {"fair": fair, "booths": list(booths), "exhibitor": who.exhibitor})


def book(who: Principal, key: str, space: str, start: str, end: str, **more: Any) -> Order:
    """Book a space in the asker's own name."""
    return Order(who, "/space-bookings", key, {"space": space, "start": start, "end": end, **more})


def step(who: Principal, reservation: str, command: str, key: str, **body: Any) -> Order:
    """A command about a reservation."""
    return Order(who, f"/reservations/{reservation}/{command}", key, body)


class Desk:
    """Sends orders to booking processes; `refused` keeps every answer that asked to try again."""

    def __init__(self, issuer: Issuer, urls: list[str]) -> None:
        self._issuer = issuer
        self._urls = urls
        self._tokens: dict[Principal, str] = {}
        limits = httpx.Limits(max_connections=64)
        self._http = httpx.AsyncClient(timeout=60, limits=limits, trust_env=False)
        self.refused: list[Answer] = []
        self.unanswered = 0

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, order: Order, process: int = 0) -> Answer | None:
        """Send an order once; None where the connection broke before the answer was whole."""
        token = self._tokens.get(order.who) or self._tokens.setdefault(order.who, self._issuer.mint(order.who))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": order.key}
        url = f"{self._urls[process % len(self._urls)]}/api/booking{order.path}"
        try:
            got = await self._http.post(url, json=order.body, headers=headers)
        except httpx.TransportError:
            self.unanswered += 1
            return None
        media_type = got.headers.get("content-type", "")
        answer = Answer(got.status_code, got.content, media_type, got.headers.get("retry-after"))
        if answer.try_again:
            self.refused.append(answer)
        return answer

    async def insist(self, order: Order, process: int = 0) -> Answer:
        """Send an order, with the same key, until it is answered for good."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            answer = await self.send(order, process)
            if answer is not None and not answer.try_again:
                return answer
            assert time.monotonic() < deadline, f"{order} is not answered: {answer}"
            await asyncio.sleep(_AGAIN_SECONDS)


Step = Callable[[list[Answer]], Order]


class Script:
    """Orders that follow each other, each made of the answers before it."""

    def __init__(self, *steps: Step) -> None:
        self._steps = steps
        self.answers: list[Answer] = []

    async def play(self, desk: Desk) -> bool:
        """Send what is not answered yet, until a connection breaks; whether everything was answered."""
        while len(self.answers) < len(self._steps):
            answer = await desk.send(self._steps[len(self.answers)](self.answers))
            if answer is None or answer.try_again:
                return False
            self.answers.append(answer)
        return True

    async def play_again(self, desk: Desk) -> None:
        """Send everything once more, with the same keys: what was answered must be answered by the same bytes."""
        before, self.answers = self.answers, []
        for place, make in enumerate(self._steps):
            order = make(self.answers)
            answer = await desk.insist(order)
            if place < len(before):
                assert (answer.status, answer.body) == (before[place].status, before[place].body), order
            self.answers.append(answer)
