"""Small matters of grammar in what the commands say."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """A number and what it counts, as in “1 booth” and “2 booths”; `several` where it takes more than an s."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"
