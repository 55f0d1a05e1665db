"""Waiting for mails: for one's own, as long as anything moves, and for nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.client.progress import Silent
from deploy.rehearsal.hearing import CONFIRMED, Told
from deploy.rehearsal.settling import mails_settled

TOLD = [Told("res-1", "altai"), Told("res-2", "orda")]


class Log:
    """A delivery log in which somebody's mail is pending for ever; a service whose outbox stands still."""

    def __init__(self, *states: str) -> None:
        self._states = states

    async def get(self, path: str, **_: Any) -> Any:
        return {"last_position": 7} if path.endswith("summary") else {"deliveries": [{"recipient": "nobody"}]}

    async def pages(self, *_: Any, **__: Any) -> AsyncIterator[dict[str, str]]:
        for one, state in zip(TOLD, self._states, strict=True):
            yield {
                "kind": CONFIRMED,
                "recipient_kind": "exhibitor",
                "reservation": one.reservation,
                "recipient": one.exhibitor,
                "state": state,
            }


@pytest.mark.parametrize(
    ("states", "outstanding"),
    [
        (("sent", "sent"), []),
        (("sent", "pending"), ["1 confirmations are not mailed; nothing moved for 0.3 s"]),
    ],
)
async def test_only_mails_of_its_own_are_waited_for(states: tuple[str, str], outstanding: list[str]) -> None:
    log: Any = Log(*states)
    assert await mails_settled("fair", TOLD, log, log, Silent(), 0.3, look_through_seconds=0.0) == outstanding
