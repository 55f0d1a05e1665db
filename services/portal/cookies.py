"""The session's cookie and the header that guards writes, in and out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

COOKIE: Final = "pavilion_session"
CSRF_HEADER: Final = b"x-csrf-token"
SECRET_CHARS_MAX: Final = 128
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def secret_in(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The session's secret among a request's headers, or None."""
    for name, value in headers:
        if name != b"cookie":
            continue
        for pair in value.decode("latin-1").split(";"):
            key, _, secret = pair.strip().partition("=")
            if key == COOKIE and 0 < len(secret) <= SECRET_CHARS_MAX:
                return secret
    return None


def csrf_in(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The token that our page repeats with every write, or None."""
    return next((value.decode("latin-1") for name, value in headers if name == CSRF_HEADER), None)


def set_cookie(secret: str, seconds: int, *, secure: bool) -> str:
    """The Set-Cookie value that opens a session; no script can read it, no other site's form can send it."""
    guard = "; Secure" if secure else ""
    return f"{COOKIE}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{guard}"


def clear_cookie(*, secure: bool) -> str:
    """The Set-Cookie value that forgets it."""
    return set_cookie("", 0, secure=secure)
