"""How the rules say no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoothRefusal:
    """Why one booth (id) cannot be had: its state now, and the related booth in the way, if it is that."""

    booth: str
    reason: str
    state: str | None = None
    overlapping: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no. `reason` is a stable slug, `detail` a sentence for people, `booths` the places concerned."""

    reason: str
    detail: str
    booths: tuple[BoothRefusal, ...] = ()


def refuse_booths(refused: Sequence[BoothRefusal], wanted: int) -> Refusal:
    """One refusal for all booths that were refused; its reason is theirs, or the first one's where they differ."""
    reason = refused[0].reason
    if wanted == 1:
        detail = "The booth that was asked for cannot be had."
    else:
        detail = f"{len(refused)} of the {wanted} booths that were asked for cannot be had."
    return Refusal(reason, detail, tuple(refused))
