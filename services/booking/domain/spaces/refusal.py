"""How the rules of spaces say no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule's no: `reason` is a stable slug, `detail` a sentence for people, `items` name the places."""

    reason: str
    detail: str
    items: tuple[Mapping[str, Any], ...] = ()


def wrong(reason: str, field: str, problem: str, remedy: str) -> Refused:
    """A no to one field of what was asked."""
    return Refused(reason, f"{field}: {problem}.", ({"field": field, "problem": problem, "remedy": remedy},))
