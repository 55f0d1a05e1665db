"""What something is called that has names by language (BCP 47)."""

from __future__ import annotations

from collections.abc import Mapping


def called(names: Mapping[str, str], language: str, otherwise: str) -> str:
    """A name in a language, or in English, or any that there is."""
    return names.get(language) or names.get("en") or next(iter(names.values()), otherwise)
