"""The words of one language for headings and states."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from shared.runtime.tables import Column


@dataclass(frozen=True, slots=True)
class Words:
    """A language's words; a state that they do not have goes by its name."""

    language: str
    told: Mapping[str, Any]

    def __call__(self, name: str) -> str:
        """A word."""
        return str(self.told[name])

    def state(self, of: str, state: str) -> str:
        """A state of something, as people call it."""
        return str(self.told[of].get(state, state))

    def columns(self, zone: ZoneInfo, widths: Mapping[str, int]) -> tuple[Column, ...]:
        """Columns by the names of their headings, with how wide they are; of moments, with their zone."""
        return tuple(Column(self(name).format(zone=zone.key), width) for name, width in widths.items())


@lru_cache(maxsize=8)
def words_in(language: str) -> Words:
    """The words of `zh`, `ru` or `en`."""
    text = resources.files(__package__).joinpath(f"languages/{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))
