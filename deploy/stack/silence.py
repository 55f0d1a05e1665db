"""Finds out which processes run but stand still: suspended, or with an event loop that no longer turns."""

from __future__ import annotations

import asyncio

from deploy.stack.server import Server

QUESTIONS = 6


class Silence:
    """Asks one process of a server, question after question, whether it still answers.

    It is silent once `QUESTIONS` in a row were lost, each after its share of the patience. They are counted, not timed:
    a machine that is busy, or an asker who was suspended himself, loses a question, not all of them.
    """

    def __init__(self, server: Server, index: int, *, patience_seconds: float) -> None:
        self._server = server
        self._index = index
        self._share_seconds = patience_seconds / QUESTIONS
        self._lost = 0
        self._asking: asyncio.Task[None] | None = None

    def lasts(self) -> bool:
        """Whether it has been silent for all the patience; the next question is asked where none is on its way."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return self._lost >= QUESTIONS

    def forget(self) -> None:
        """Stop asking, and count from the beginning the next time: another process will answer."""
        self._lost = 0
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask(self) -> None:
        """Take the whole share of the time for one question, however soon it is answered or lost."""
        pause = asyncio.sleep(self._share_seconds)
        answered, _ = await asyncio.gather(self._server.answers(self._index, self._share_seconds), pause)
        self._lost = 0 if answered else self._lost + 1
