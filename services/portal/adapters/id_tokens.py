"""ID tokens: believed only when signed by the provider, meant for us, in time, and for the try at hand.

OpenID Connect Core 1.0, section 3.1.3.7. As with bearer tokens, the key says which algorithm it is for.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

import jwt

from services.portal.domain.refusals import SignInRefusal, SignInRefused
from shared.runtime.auth.keys import KeySet, KeysUnavailable
from shared.runtime.auth.verifier import ALGORITHMS
from shared.runtime.clock import Clock

LEEWAY_SECONDS: Final = 30
TOKEN_CHARS_MAX: Final = 32_768


class IdTokens:
    """Verifies the ID tokens of one issuer for one client."""

    def __init__(self, keys: KeySet, issuer: str, client_id: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._client_id = client_id
        self._clock = clock

    async def verify(self, token: str, nonce: str) -> dict[str, Any]:
        """Its claims. Raises SignInRefused: UNTRUSTED with the reason, UNAVAILABLE where no key can be had."""
        key = await self._key(token)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._client_id,
                issuer=self._issuer,
                # Times are compared with our own clock below, so that tests may set it.
                options={
                    "require": ["iss", "sub", "aud", "exp", "iat"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise _untrusted(f"the ID token does not hold: {type(error).__name__}") from error
        self._check(claims, nonce)
        return claims

    async def _key(self, token: str) -> jwt.PyJWK:
        if len(token) > TOKEN_CHARS_MAX:
            raise _untrusted("the ID token is too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise _untrusted("the ID token is no JWT") from error
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or not isinstance(kid, str):
            raise _untrusted("the ID token's algorithm is not accepted, or it does not say its key")
        try:
            key = await self._keys.find(kid)
        except KeysUnavailable as error:
            raise SignInRefused(SignInRefusal.UNAVAILABLE, str(error)) from error
        # That the token's algorithm is the key's own is seen to when it is decoded.
        if key is None:
            raise _untrusted("the ID token is signed with a key that the provider does not have")
        return key

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        now = self._clock.now().timestamp()
        times = [claims["exp"], claims["iat"], claims.get("nbf", 0)]
        if not all(isinstance(time, int | float) for time in times):
            raise _untrusted("the ID token's times are no numbers")
        expires, issued, not_before = times
        if now >= expires + LEEWAY_SECONDS or max(issued, not_before) > now + LEEWAY_SECONDS:
            raise _untrusted("the ID token is not of this time")
        said = claims.get("nonce")
        if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
            raise _untrusted("the ID token is of another sign-in (nonce)")
        audience, party = claims["aud"], claims.get("azp")
        if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (None, self._client_id):
            raise _untrusted("the ID token was made for another client (azp)")


def _untrusted(detail: str) -> SignInRefused:
    return SignInRefused(SignInRefusal.UNTRUSTED, detail)
