"""The few headers that the edge reads of every request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

REQUEST_ID_CHARS_MAX: Final = 128
Header = tuple[bytes, bytes]


def read_headers(headers: Iterable[Header]) -> tuple[str | None, str | None, int | None, str | None]:
    """Traceparent, bearer token, content length and request id, in one pass over the headers."""
    traceparent = token = length = request_id = None
    for name, value in headers:
        if name == b"authorization":
            if value[:7].lower() == b"bearer ":
                token = value[7:].strip().decode("latin-1")
        elif name == b"content-length":
            length = int(value) if value.isdigit() else None
        elif name == b"traceparent":
            traceparent = value.decode("latin-1")
        elif name == b"x-request-id" and 0 < len(value) <= REQUEST_ID_CHARS_MAX:
            text = value.decode("latin-1")
            # Anything else could forge lines in somebody's log.
            request_id = text if text.isascii() and text.isprintable() and " " not in text else None
    return traceparent, token, length, request_id
