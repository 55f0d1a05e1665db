"""What a table is: columns with headings, and rows of texts, numbers and moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

Cell = str | int | float | Decimal | datetime | None
"""A text, a number, an aware instant, or nothing."""
Row = Sequence[Cell]

TEXT_CHARS_MAX: Final = 32_000
"""What a spreadsheet takes in a cell is 32,767 characters; a longer text is cut, and says so by its last one."""
_MOMENT: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; one of moments says in its heading by which zone's clock they are."""

    heading: str
    width: int = 16


@dataclass(frozen=True, slots=True)
class Table:
    """A table without its rows. `name` is what its file is called, `zone` whose clock its moments are told by."""

    name: str
    title: str
    columns: tuple[Column, ...]
    zone: ZoneInfo


def plain(text: str) -> str:
    """A text as a cell can hold it: what no spreadsheet can show is replaced, and what is too long is cut."""
    kept = "".join(c if _showable(c) else "\ufffd" for c in text)
    return kept if len(kept) <= TEXT_CHARS_MAX else f"{kept[: TEXT_CHARS_MAX - 1]}…"


def _showable(character: str) -> bool:
    """Whether XML 1.0 has the character (section 2.2); a carriage return would come back as a line feed."""
    code = ord(character)
    return code in (0x9, 0xA) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def at_place(moment: datetime, zone: ZoneInfo) -> datetime:
    """An instant as that place's clock shows it, to the second, without its zone: spreadsheets know none."""
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """An instant as text, by that place's clock."""
    return at_place(moment, zone).strftime(_MOMENT)


_WRITTEN: Final = ("zh", "ru", "en")


def language_of(*wished: str | None) -> str:
    """The first of some BCP 47 tags that headings are written in, as one of `zh`, `ru`, `en`; English otherwise."""
    primary = ((tag or "").replace("_", "-").partition("-")[0].lower() for tag in wished)
    return next((tag for tag in primary if tag in _WRITTEN), "en")
