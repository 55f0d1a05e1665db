"""Named crash points, at which a test kills the process to prove that nothing is lost there.

`PAVILION_CRASH_AT=committer.after_commit` kills at the first pass of that point,
`committer.after_commit:3` at the third.
Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal
from typing import Final

POINTS: Final = (
    "committer.before_write",
    "store.before_commit",
    "committer.after_commit",
    "relay.after_numbering",
    "relay.before_publish",
    "relay.after_publish",
    "consumer.before_effect",
    "consumer.after_effect",
    "consumer.before_parking",
    "consumer.amid_parking",
    "consumer.after_parking",
    "mailer.after_send",
)


class UnknownPoint(ValueError):
    """A crash point was asked for that the code does not have."""


def _parse(wish: str) -> tuple[str, int]:
    name, _, count = wish.partition(":")
    if name and name not in POINTS:
        raise UnknownPoint(f"PAVILION_CRASH_AT names {name!r}; the points are {', '.join(POINTS)}")
    return name, int(count or 1)


_wanted, _passes_left = _parse(os.environ.get("PAVILION_CRASH_AT", ""))


def point(name: str) -> None:
    """Die here, as by kill -9, if this pass was asked for."""
    global _passes_left
    if name != _wanted:
        return
    _passes_left -= 1
    if _passes_left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
