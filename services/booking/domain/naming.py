"""Names by language (BCP 47), and the order in which people look for numbered things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_DIGITS: Final = re.compile(r"(\d+)")


def called(names: Mapping[str, str], language: str, otherwise: str) -> str:
    """A name in a language, or in English, or any that there is."""
    return names.get(language) or names.get("en") or next(iter(names.values()), otherwise)


def in_order(name: str) -> list[tuple[int, int, str]]:
    """A key to sort names by: hall 2 before hall 10."""
    parts = _DIGITS.split(name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
