"""What an administrator may do to any service over HTTP: resume parked events, see the outbox, replay it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from shared.runtime import outbox_state
from shared.runtime.auth import Action, authorize
from shared.runtime.core import Core
from shared.runtime.dead_letters import NoSuchLetter, StillFails
from shared.runtime.http import CommandRoute, CurrentPrincipal
from shared.runtime.problems import Problem


class ReplayRequest(BaseModel):
    """From where to publish again: 0 is the first row that is kept."""

    model_config = ConfigDict(extra="forbid")

    after_position: int = Field(default=0, ge=0)


def routes(service: str, core: Core) -> APIRouter:
    """Routes under `/api/<service>` for dead letters and the outbox; admins only."""
    router = APIRouter(prefix=f"/api/{service}", route_class=CommandRoute, tags=["operations"])
    letters = core.dead_letters

    @router.get("/dead-letters")
    async def list_letters(principal: CurrentPrincipal) -> dict[str, Any]:
        """Parked events in the order in which they would be replayed, at most 200."""
        authorize(principal, Action.DEAD_LETTERS_READ)
        return {"letters": await letters.list()}

    @router.get("/dead-letters/{letter}")
    async def show_letter(principal: CurrentPrincipal, letter: str) -> dict[str, Any]:
        """One parked event, whole."""
        authorize(principal, Action.DEAD_LETTERS_READ)
        try:
            return await letters.show(letter)
        except NoSuchLetter:
            raise _unknown(letter) from None

    @router.post("/dead-letters/{letter}/replay")
    async def replay_letter(principal: CurrentPrincipal, letter: str) -> dict[str, Any]:
        """Apply the letters of this one's key, in order; stops at the first that fails again.

        Idempotent by nature, so it takes no Idempotency-Key: an event that was applied is not applied again, and its
        letter is gone (404 `dead-letter-unknown`).
        """
        authorize(principal, Action.DEAD_LETTERS_REPLAY)
        try:
            return {"replayed": await letters.replay(letter)}
        except NoSuchLetter:
            raise _unknown(letter) from None
        except StillFails as failure:
            raise Problem("dead-letter-still-fails", "The event fails again", 409, str(failure)) from None

    @router.post("/dead-letters/{letter}/drop")
    async def drop_letter(principal: CurrentPrincipal, letter: str) -> dict[str, Any]:
        """Give one parked event up for good; those behind it can then be replayed.

        Idempotent by nature, so it takes no Idempotency-Key: a letter that was dropped is gone (404
        `dead-letter-unknown`).
        """
        authorize(principal, Action.DEAD_LETTERS_DROP)
        try:
            await letters.drop(letter)
        except NoSuchLetter:
            raise _unknown(letter) from None
        return {"dropped": letter}

    @router.get("/outbox/summary")
    async def outbox_summary(principal: CurrentPrincipal) -> dict[str, Any]:
        """How far the outbox has got."""
        authorize(principal, Action.OUTBOX_READ)
        return dict(await outbox_state.summary(core.store))

    @router.post("/outbox/replay")
    async def outbox_replay(principal: CurrentPrincipal, body: ReplayRequest) -> dict[str, Any]:
        """Publish everything after a position again.

        Idempotent by nature, so it takes no Idempotency-Key: listeners drop what they have seen.
        """
        authorize(principal, Action.OUTBOX_REPLAY)
        rows = await outbox_state.replay(core.store, body.after_position)
        core.relay.wake()
        return {"rows": rows}

    return router


def _unknown(letter: str) -> Problem:
    return Problem("dead-letter-unknown", "No such parked event", 404, f"There is no dead letter {letter}.")
