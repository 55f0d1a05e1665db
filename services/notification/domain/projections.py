"""What other services own and notices need: addresses of exhibitors, names of fairs and places, who stands with whom.

Each remembers the sequence of the event that it comes from, so that an older one never overwrites a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def _localized(names: Mapping[str, str], language: str, fallback: str) -> str:
    return names.get(language) or fallback


@dataclass(frozen=True, slots=True)
class Contact:
    """An exhibitor, as the catalog states it. `email` is personal data."""

    exhibitor: str
    fair: str
    organizer: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    email: str | None = None
    language: str = "en"
    sequence: int = 0

    def called(self, language: str) -> str:
        """The exhibitor's name in a language, else its own name."""
        return _localized(self.names, language, self.name)


@dataclass(frozen=True, slots=True)
class Fair:
    """A fair's name by language and its venue's IANA time zone."""

    fair: str
    name: Mapping[str, str]
    time_zone: str
    organizer: str
    sequence: int = 0

    def called(self, language: str) -> str:
        """The fair's name in a language, else in English, else in any, else its slug."""
        return _localized(self.name, language, self.name.get("en") or next(iter(self.name.values()), self.fair))


@dataclass(frozen=True, slots=True)
class Place:
    """What a venue, or a space (venue/space), is called by language."""

    place: str
    name: Mapping[str, str]
    sequence: int = 0

    def called(self, language: str) -> str:
        """Its name in a language, else in English, else in any, else its id."""
        return _localized(self.name, language, self.name.get("en") or next(iter(self.name.values()), self.place))


@dataclass(frozen=True, slots=True)
class Companions:
    """Who stood with the main exhibitor when last heard of, so that those who are dropped hear of it too."""

    reservation: str
    co_exhibitors: tuple[str, ...]
    sequence: int
