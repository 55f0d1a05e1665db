"""Identifiers that sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id(prefix: str = "") -> str:
    """A new identifier, `prefix-` and 32 hex digits of a UUIDv7: unique everywhere, and ordered within a process.

    `prefix` says what it names (`res`, `evt`) so that a stray id in a log can be placed.
    """
    digits: str = uuid_utils.uuid7().hex
    return f"{prefix}-{digits}" if prefix else digits
