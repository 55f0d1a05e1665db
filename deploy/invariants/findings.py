"""One question to the state of things, and every difference that was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One question to the end state: how many things were looked at, and what was other than it should be.

    `note` says what a reader should know beside; `skipped` why it could not be looked at.
    """

    question: str
    looked_at: int = 0
    differences: tuple[str, ...] = ()
    note: str = ""
    skipped: str = ""

    @classmethod
    def of(cls, question: str, looked_at: int, differences: Sequence[str], note: str = "") -> Finding:
        """A question that was looked at."""
        return cls(question, looked_at, tuple(differences), note)
