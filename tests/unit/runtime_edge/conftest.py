from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.runtime.auth import Issuer, Principal, Role, TokenVerifier
from shared.runtime.auth.keys import KeySet
from shared.runtime.clock import ManualClock

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """structlog's own default paints tracebacks with every local variable, which takes seconds."""
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    )
    yield
    structlog.configure(**before)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def issuer(clock: ManualClock) -> Issuer:
    return Issuer(Ed25519PrivateKey.generate(), clock=clock)


@pytest.fixture
def jwks(issuer: Issuer, tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    issuer.write_jwks(path)
    return path


@pytest.fixture
def verifier(jwks: Path, clock: ManualClock) -> TokenVerifier:
    return TokenVerifier(KeySet(str(jwks)), clock=clock)


@pytest.fixture
def bearer(issuer: Issuer) -> Callable[..., dict[str, str]]:
    """The header of somebody signed in; an exhibitor unless told otherwise."""

    def make(role: Role = Role.EXHIBITOR, *, subject: str = "sub-1", tenant: str = "tea") -> dict[str, str]:
        principal = Principal(
            subject,
            role,
            exhibitor=tenant if role is Role.EXHIBITOR else None,
            organizer=tenant if role is Role.ORGANIZER else None,
        )
        return {"Authorization": f"Bearer {issuer.mint(principal)}"}

    return make
