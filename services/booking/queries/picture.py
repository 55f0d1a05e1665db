"""Each fair's booths as they are now, in memory, so that a storm of polls costs the store nothing.

Booths are merged by version, so it does not matter in which order, or how often, a change is heard of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

import orjson

from services.booking.ports import BoothSeen

_MODULUS: Final = 1 << 64


class Picture:
    """One fair's booths; `tag` is a digest of their versions, the same in every process that sees the same."""

    def __init__(self, fair: str) -> None:
        self.fair = fair
        self._positions: dict[str, int] = {}
        self._last_position = 0
        self._booths: dict[str, BoothSeen] = {}
        self._fragments: dict[str, bytes] = {}
        self._digest = 0
        self._rendered: bytes | None = None

    @property
    def tag(self) -> str:
        """A 64-bit digest of (booth, version) over all booths, in hex; it does not depend on any order."""
        return f"{self._digest:016x}"

    def merge(self, booth: BoothSeen) -> bool:
        """Take in a booth, unless something newer or equal is known of it already."""
        known = self._booths.get(booth.id)
        if known is not None:
            if known.version >= booth.version:
                return False
            self._digest = (self._digest - _digest(known)) % _MODULUS
        self._digest = (self._digest + _digest(booth)) % _MODULUS
        self._booths[booth.id] = booth
        self._fragments[booth.id] = _fragment(booth)
        self._rendered = None
        return True

    def place(self, booth: str, position: int) -> None:
        """Note at which place in the order of events a booth changed last."""
        if position > self._positions.get(booth, 0):
            self._positions[booth] = position
            self._last_position = max(self._last_position, position)

    def changed_since(self, position: int) -> list[str]:
        """Ids of the booths that changed after a place in the order of events."""
        if position >= self._last_position:
            return []
        return [id_ for id_, place in self._positions.items() if place > position]

    def everything(self) -> bytes:
        """A JSON array of every booth that is on the floor plan or still reserved; rendered once per content."""
        if self._rendered is None:
            self._rendered = _array(self._fragments[booth.id] for booth in self.booths())
        return self._rendered

    def booths(self) -> Iterator[BoothSeen]:
        """Every booth that is on the floor plan or still reserved, by id."""
        return (booth for _, booth in sorted(self._booths.items()) if not _gone(booth))

    def only(self, ids: Iterable[str]) -> bytes:
        """A JSON array of some booths; one that left the floor plan says so, for those who showed it."""
        return _array(self._fragments[id_] for id_ in sorted(set(ids)) if id_ in self._fragments)


def _gone(booth: BoothSeen) -> bool:
    return booth.withdrawn and booth.state == "free"


def _digest(booth: BoothSeen) -> int:
    text = f"{booth.id}\x00{booth.version}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def _fragment(booth: BoothSeen) -> bytes:
    shown: dict[str, object] = {
        "booth": booth.label,
        "state": booth.state,
        "version": booth.version,
        "area_m2": booth.area_m2,
        "open_sides": booth.open_sides,
    }
    if booth.until is not None:
        shown["until"] = booth.until
    if booth.withdrawn:
        shown["withdrawn"] = True
    return orjson.dumps(shown, option=orjson.OPT_UTC_Z)


def _array(fragments: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(fragments) + b"]"
