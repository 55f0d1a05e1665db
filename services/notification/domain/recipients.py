"""Who can be told something, and in which language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Party(StrEnum):
    """What a recipient is. An exhibitor and an organizer may have the same id, so an id alone is not enough."""

    EXHIBITOR = "exhibitor"
    ORGANIZER = "organizer"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """One exhibitor, one organizer, or one participant in one time of a booking."""

    party: Party
    id: str

    @property
    def key(self) -> str:
        """The recipient as one string, as in `exhibitor/acme-1a2b3c4d`."""
        return f"{self.party.value}/{self.id}"

    @classmethod
    def parse(cls, key: str) -> Recipient:
        """The recipient that a `key` names. Raises ValueError where it names none."""
        party, slash, id_ = key.partition("/")
        if not slash or not id_:
            raise ValueError(f"{key!r} names no recipient")
        return cls(Party(party), id_)


LANGUAGES: Final = ("zh", "ru", "en")
FALLBACK_LANGUAGE: Final = "en"


def supported(tag: str | None) -> str | None:
    """The language of a BCP 47 tag (`zh-Hant-TW` is `zh`) if notices are written in it, else None."""
    if not tag:
        return None
    primary = tag.replace("_", "-").split("-", 1)[0].strip().lower()
    return primary if primary in LANGUAGES else None


def choose_language(candidates: Iterable[str | None]) -> str:
    """The first candidate that notices are written in, else English."""
    return next((known for known in map(supported, candidates) if known), FALLBACK_LANGUAGE)


def accepted_languages(header: str | None) -> tuple[str, ...]:
    """The tags of an Accept-Language header (RFC 9110 section 12.5.4), best first; what cannot be read is left out."""
    weighted: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "")[:500].split(",")):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if tag.strip() and weight > 0:
            weighted.append((-weight, place, tag.strip()))
    return tuple(tag for _, _, tag in sorted(weighted))
