"""One way to the provider and back: what the portal sends along, and how it knows its own when it returns.

A browser that begins has a secret of its own in a cookie that no script reads. From it, and from a mark that is new for
each try, follow nonce and PKCE verifier; the `state` carries mark, time and return path, under a MAC that only this
browser's secret makes. So nothing is stored before somebody has signed in, tabs do not get into each other's way, and
an answer that another browser asked for is nobody's here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.portal.domain.refusals import SignInRefusal

HOME: Final = "/"
RETURN_CHARS_MAX: Final = 512
STATE_CHARS_MAX: Final = 1_024
_LOCAL: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""Printable ASCII without a backslash, which browsers take for a slash; `//host` would lead elsewhere."""
_STATE: Final = re.compile(
    r"(?P<said>(?P<mark>[A-Za-z0-9_-]{1,64})\.(?P<begun>[0-9]{1,10})\.(?P<path>[A-Za-z0-9_-]+))\.(?P<mac>[A-Za-z0-9_-]{43})"
)
_NOT_A_PAGE: Final = re.compile(r"/(?:api|session|oidc|sign-in|\.well-known)(?:[/?#]|$)")
"""Where nobody wants to go back to; at some another sign-in would begin, and so on for ever."""


@dataclass(frozen=True, slots=True)
class Try:
    """What one try sends to the provider (`state`, `nonce`, the challenge) and needs when it is back."""

    state: str
    nonce: str
    verifier: str
    return_path: str

    @property
    def id(self) -> str:
        """Under what is kept that it was finished."""
        return hashlib.sha256(self.state.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Finished:
    """That a try opened a session; kept until its state would have expired anyway."""

    expires_at: datetime


def begin(secret: str, mark: str, return_path: str, now: datetime) -> Try:
    """The try called `mark` of the browser with that secret; it returns to a path of the page."""
    path = local_path(return_path)
    said = f"{mark}.{int(now.timestamp())}.{_encoded(path.encode())}"
    return _try(secret, mark, f"{said}.{_derived(secret, 'state', said)}", path)


def resume(secret: str | None, state: str, now: datetime, life: timedelta) -> Try | SignInRefusal:
    """The try that `state` belongs to: FOREIGN where this browser did not begin it, EXPIRED after `life`."""
    parts = _STATE.fullmatch(state) if len(state) <= STATE_CHARS_MAX else None
    if secret is None or parts is None:
        return SignInRefusal.FOREIGN
    if not hmac.compare_digest(parts["mac"], _derived(secret, "state", parts["said"])):
        return SignInRefusal.FOREIGN
    # Whoever has the secret can make any state, if only for that browser: what it says is looked at all the same.
    if abs(now.timestamp() - int(parts["begun"])) >= life.total_seconds():
        return SignInRefusal.EXPIRED
    return _try(secret, parts["mark"], state, local_path(_decoded(parts["path"])))


def challenge_of(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, section 4.2)."""
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def local_path(said: str) -> str:
    """`said` where it is a path of our own page, its query and hash included; else the page's beginning."""
    if len(said) > RETURN_CHARS_MAX or _LOCAL.fullmatch(said) is None:
        return HOME
    return HOME if _NOT_A_PAGE.match(said) else said


def _try(secret: str, mark: str, state: str, path: str) -> Try:
    return Try(state, _derived(secret, "nonce", mark), _derived(secret, "verifier", mark), path)


def _derived(secret: str, purpose: str, said: str) -> str:
    return _encoded(hmac.digest(secret.encode(), f"{purpose}\n{said}".encode(), "sha256"))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return HOME
