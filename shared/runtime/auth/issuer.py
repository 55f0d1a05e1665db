"""The embedded issuer: signs tokens with an Ed25519 key that it keeps in a file."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.runtime.auth.claims import to_claims
from shared.runtime.auth.principal import Principal
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.ids import new_id


class Issuer:
    """Mints tokens for principals, and says by which public key they are verified."""

    def __init__(
        self,
        key: Ed25519PrivateKey,
        *,
        issuer: str = "pavilion-embedded",
        audience: str = "pavilion",
        clock: Clock | None = None,
    ) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._clock = clock or SystemClock()
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self._x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        # RFC 7638: the thumbprint of the required members in lexical order.
        canonical = orjson.dumps({"crv": "Ed25519", "kty": "OKP", "x": self._x})
        self.kid = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()

    @classmethod
    def open(cls, path: Path, *, issuer: str = "pavilion-embedded", audience: str = "pavilion") -> Issuer:
        """The issuer whose private key is the PEM file `path`; made, readable by its owner only, where there is none.

        Raises ValueError where the file holds no Ed25519 key, OSError where it cannot be read or written.
        """
        try:
            pem = path.read_bytes()
        except FileNotFoundError:
            pem = _create(path)
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} holds no Ed25519 key")  # noqa: TRY004 - the file is wrong, not the call
        return cls(key, issuer=issuer, audience=audience)

    def jwks(self) -> dict[str, Any]:
        """The public key as an RFC 7517 key set."""
        key = {"kty": "OKP", "crv": "Ed25519", "x": self._x, "kid": self.kid, "use": "sig", "alg": "EdDSA"}
        return {"keys": [key]}

    def write_jwks(self, path: Path) -> None:
        """Write the key set to `path`, whole or not at all, for services to read."""
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{new_id()}")
        scratch.write_bytes(orjson.dumps(self.jwks(), option=orjson.OPT_INDENT_2))
        scratch.replace(path)

    def mint(self, principal: Principal, ttl: timedelta = timedelta(hours=1)) -> str:
        """A signed token for `principal` that holds from now for `ttl`."""
        now = self._clock.now()
        claims = {
            **to_claims(principal),
            "iss": self._issuer,
            "aud": self._audience,
            "iat": now,
            "nbf": now,
            "exp": now + ttl,
            "jti": new_id(),
        }
        return self.sign(claims)

    def sign(self, claims: dict[str, Any]) -> str:
        """A token of exactly these claims, instants written as JWT has them."""
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self.kid})


def _create(path: Path) -> bytes:
    """Make a key and keep it at `path`; where another process was first, its key is the one."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{new_id()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link is refused where the name exists, and never shows a half-written file.
        os.link(scratch, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        scratch.unlink()
    return pem
