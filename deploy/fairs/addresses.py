"""Stand numbers as floor plans and lists write them, made comparable.

A plan's `B-021 C-020` is one stand with two gangway addresses; a list writes the same stand `7.1/B021/C020`, glues
suffixed addresses together (`10.2/F040gE057g`), or leaves the hall out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from deploy.fairs.model import Stand

_SEPARATORS: Final = re.compile(r"[\s/;,+&]+")
_GLUED: Final = re.compile(r"(?:[^\W\d_]{1,2}-?\d+[a-z]?){2,}")
_ADDRESS: Final = re.compile(r"[^\W\d_]{1,2}-?\d+[a-z]?(?=[^\W\d_]{1,2}-?\d|$)")
_HALL_WORD: Final = re.compile(
    r"^(?:(?:halle|hall|h\.|зал|павильон|pavilion)(?:[\s.:_-]+|(?=\d))|(?:展馆|馆)[\s.:_-]*)(?=\w)"
)


@dataclass(frozen=True, slots=True)
class ListedStand:
    """A stand as a list names it: `hall` is a comparable key, None where the list does not say."""

    text: str
    hall: str | None
    addresses: frozenset[str]


def hall_key(hall: str) -> str:
    """A hall's name without the word hall, case and blanks."""
    folded = unicodedata.normalize("NFKC", hall).casefold().strip()
    return "".join(_HALL_WORD.sub("", folded).split())


def addresses(number: str) -> frozenset[str]:
    """The comparable addresses of a stand number: each of its parts, and the whole."""
    pieces = [piece for piece in _SEPARATORS.split(unicodedata.normalize("NFKC", number)) if piece]
    split = [address for piece in pieces for address in _unglued(piece)]
    whole = _key(number)
    # A bare number that is only part of a stand's (`12/3`) is the address of many.
    found = {key for key in map(_key, split) if key and (len(split) == 1 or not key.isdigit())}
    return frozenset(found | {whole} - {""})


def read_listed(text: str, halls: Iterable[str]) -> ListedStand:
    """What a list's entry names, given the halls that there are (as `hall_key` has them)."""
    folded = unicodedata.normalize("NFKC", text).strip()
    first, slash, rest = folded.partition("/")
    if slash:
        return ListedStand(text, hall_key(first), addresses(rest))
    for separator in (" ", ":", "-"):
        first, found, rest = folded.partition(separator)
        if found and rest and hall_key(first) in set(halls):
            return ListedStand(text, hall_key(first), addresses(rest))
    return ListedStand(text, None, addresses(folded))


class StandIndex:
    """Finds the stands of a plan that a list's entry names."""

    def __init__(self, stands: Sequence[Stand]) -> None:
        self.halls = frozenset(hall_key(stand.hall) for stand in stands)
        self._by_address: dict[str, list[Stand]] = {}
        for stand in stands:
            for address in addresses(stand.number):
                self._by_address.setdefault(address, []).append(stand)

    def find(self, listed: ListedStand) -> list[Stand]:
        """Every stand that has one of the addresses, in its hall; without a hall only if that leaves no doubt."""
        found = {stand.label: stand for address in listed.addresses for stand in self._by_address.get(address, ())}
        if listed.hall is not None:
            return [stand for stand in found.values() if hall_key(stand.hall) == listed.hall]
        return list(found.values()) if len({stand.hall for stand in found.values()}) == 1 else []

    def read(self, text: str) -> ListedStand:
        """An entry of a list."""
        return read_listed(text, self.halls)


def _unglued(piece: str) -> list[str]:
    return _ADDRESS.findall(piece) if _GLUED.fullmatch(piece) else [piece]


def _key(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())
