"""What booking must know of an exhibitor: what people call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Exhibitor:
    """An exhibitor's names, as the catalog told them at a `sequence` of its own."""

    id: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0

    def called(self, language: str) -> str:
        """Its name in a language, else the one that it goes by."""
        return self.names.get(language) or self.name
