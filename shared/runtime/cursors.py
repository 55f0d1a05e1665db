"""Cursors of paged lists: the values after which the next page begins, as an opaque word."""

from __future__ import annotations

import base64

import orjson


def write_cursor(*values: str) -> str:
    """A cursor that holds these values, in letters that may stand in a query."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read_cursor(cursor: str, count: int) -> list[str]:
    """The `count` values of a cursor. Raises ValueError for one that was not written here."""
    values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not (isinstance(values, list) and len(values) == count and all(isinstance(value, str) for value in values)):
        raise ValueError("the cursor holds something else")
    return values
