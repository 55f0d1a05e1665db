"""A fair's exhibitors as a table for spreadsheets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

from services.catalog.domain.exhibitors import Exhibitor
from shared.runtime.tables import Column, Row, Table

_COLUMNS: Final = {
    "id": 28,
    "name": 40,
    "name_zh": 30,
    "name_ru": 30,
    "name_en": 30,
    "country": 16,
    "stands": 30,
    "categories": 24,
    "email": 32,
    "language": 12,
}
_UTC: Final = ZoneInfo("UTC")


def exhibitors_table(fair: str, language: str) -> Table:
    """A fair's exhibitors, with headings in `zh`, `ru` or `en`."""
    words = _words(language)
    columns = tuple(Column(words[name], width) for name, width in _COLUMNS.items())
    return Table(f"{words['exhibitors']}-{fair}", words["exhibitors"], columns, _UTC)


def exhibitor_row(exhibitor: Exhibitor) -> Row:
    """One exhibitor, as the asker may see it."""
    return (
        exhibitor.id,
        exhibitor.name,
        *(exhibitor.names.get(language) for language in ("zh", "ru", "en")),
        exhibitor.country,
        "; ".join(exhibitor.stands),
        " ".join(exhibitor.categories),
        exhibitor.email,
        exhibitor.language,
    )


@lru_cache(maxsize=8)
def _words(language: str) -> Mapping[str, str]:
    return tomllib.loads(resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8"))
