"""The portal's cookies and the header that guards writes, in and out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CSRF_HEADER: Final = b"x-csrf-token"
SECRET_CHARS_MAX: Final = 128
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie with a secret; no script can read it, no other site's form can send it.

    Where browsers come over HTTPS (`secure`) it goes over nothing else, and the prefix `__Host-` keeps neighbouring
    hosts from setting one of their own (RFC 6265bis, section 4.1.3.2). SameSite is Lax: with Strict it would stay away
    when the provider, or a link in a mail, leads here.
    """

    plain_name: str
    secure: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def secret_in(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Its secret among a request's headers, or None."""
        for name, value in headers:
            if name != b"cookie":
                continue
            for pair in value.decode("latin-1").split(";"):
                key, _, secret = pair.strip().partition("=")
                if key == self.name and 0 < len(secret) <= SECRET_CHARS_MAX:
                    return secret
        return None

    def opening(self, secret: str, seconds: int) -> str:
        """The Set-Cookie value that sets it for so long."""
        guard = "; Secure" if self.secure else ""
        return f"{self.name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{guard}"

    def clearing(self) -> str:
        """The Set-Cookie value that forgets it."""
        return self.opening("", 0)


def session_cookie(secure: bool) -> Cookie:
    """The one that stands for a session."""
    return Cookie("pavilion_session", secure)


def sign_in_cookie(secure: bool) -> Cookie:
    """The one by which a browser's sign-ins are known to be its own, while they are under way."""
    return Cookie("pavilion_sign_in", secure)


def csrf_in(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The token that our page repeats with every write, or None."""
    return next((value.decode("latin-1") for name, value in headers if name == CSRF_HEADER), None)
