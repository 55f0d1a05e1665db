"""The embedded issuer's side of a sign-in: what it may be asked for, and the code that it gives for a password.

OpenID Connect Core 1.0, section 3.1; RFC 6749, section 4.1; RFC 7636 (PKCE); RFC 9207 (`iss` in the answer).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.portal.domain.tries import challenge_of

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
STATE_CHARS_MAX: Final = 2_048
NONCE_CHARS_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client: public (PKCE stands for a secret), with the only address that it is answered at."""

    id: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that may be answered, once somebody has shown who they are."""

    client: Client
    state: str
    nonce: str
    challenge: str


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """One that is answered at once, at the client's address, with an error of RFC 6749."""

    client: Client
    state: str
    error: str
    description: str


class NotRegistered(Exception):
    """Nobody that is known here asks, or not for an address of theirs: they are not answered there."""


def authorization_request(pairs: Sequence[tuple[str, str]], client: Client) -> AuthorizationRequest | RequestRefused:
    """What the query of `/oidc/authorize` asks for; raises NotRegistered, also where a name comes twice."""
    query = dict(pairs)
    if len(query) != len(pairs):
        raise NotRegistered("a parameter comes twice")
    if query.get("client_id") != client.id or query.get("redirect_uri") != client.redirect_uri:
        raise NotRegistered("client and address are not registered together")
    state, nonce, challenge = (query.get(name, "") for name in ("state", "nonce", "code_challenge"))
    if len(state) > STATE_CHARS_MAX:
        raise NotRegistered("the state is too long")
    wrong = _wrong(query, nonce, challenge)
    if wrong is not None:
        return RequestRefused(client, state, *wrong)
    return AuthorizationRequest(client, state, nonce, challenge)


def _wrong(query: Mapping[str, str], nonce: str, challenge: str) -> tuple[str, str] | None:
    if query.get("response_type") != "code":
        return "unsupported_response_type", "Only the authorization code flow is offered."
    if "openid" not in query.get("scope", "").split():
        return "invalid_scope", "Ask for the scope openid."
    if query.get("code_challenge_method") != "S256" or _CHALLENGE.fullmatch(challenge) is None:
        return "invalid_request", "PKCE is required, with S256."
    if query.get("response_mode", "query") != "query":
        return "invalid_request", "The answer goes into the query."
    if len(nonce) > NONCE_CHARS_MAX:
        return "invalid_request", "The nonce is too long."
    if "none" in query.get("prompt", "").split():
        return "login_required", "Nobody is signed in with this issuer; a password is always asked for."
    if "request" in query or "request_uri" in query:
        return "request_not_supported", "Send the parameters as they are."
    return None


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for: one account, whose password had this `seal`, for one client, address and challenge."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    account: str
    seal: str
    issued_at: datetime
    expires_at: datetime

    def answers(self, client_id: str, redirect_uri: str, verifier: str, now: datetime) -> bool:
        """Whether whoever redeems it is who asked for it, and in time."""
        return (
            now < self.expires_at
            and self.client_id == client_id
            and self.redirect_uri == redirect_uri
            and _VERIFIER.fullmatch(verifier) is not None
            and hmac.compare_digest(self.challenge, challenge_of(verifier))
        )


def code_id(code: str) -> str:
    """Under which id a code is kept: a digest, so that reading the store redeems none."""
    return hashlib.sha256(code.encode()).hexdigest()
