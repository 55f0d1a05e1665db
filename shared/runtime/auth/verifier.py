"""Bearer tokens: believed only when signed, meant for us, and within their time."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import jwt

from shared.runtime.auth.claims import from_claims
from shared.runtime.auth.keys import REFRESH_SECONDS_MAX, KeySet, KeysUnavailable
from shared.runtime.auth.principal import Principal
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.health import NotReady
from shared.runtime.problems import unauthenticated, unavailable
from shared.runtime.settings import ServiceSettings

ALGORITHMS: Final = ("EdDSA", "ES256", "RS256")
"""What a signature may be made with: asymmetric only, so that a public key can never serve as a secret."""
LEEWAY_SECONDS: Final = 5
TOKEN_CHARS_MAX: Final = 8192


class TokenVerifier:
    """Turns a token into a principal.

    A token that was verified is remembered until it expires, at most `cache_max` of them (the least used go first):
    one signature costs a hundred times what a look-up does.
    """

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str = "pavilion-embedded",
        audience: str = "pavilion",
        cache_max: int = 20_000,
        clock: Clock | None = None,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._cache_max = cache_max
        self._clock = clock or SystemClock()
        self._cache: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    @classmethod
    def from_settings(cls, settings: ServiceSettings, *, clock: Clock | None = None) -> TokenVerifier:
        """The verifier that `settings` describe."""
        return cls(
            KeySet(settings.jwks, refresh_min_seconds=settings.jwks_refresh_min_seconds),
            issuer=settings.issuer,
            audience=settings.audience,
            cache_max=settings.token_cache_max,
            clock=clock,
        )

    def remembered(self, token: str) -> Principal | None:
        """The principal of a token that was verified before and still holds; None where `verify` must look."""
        known = self._cache.get(token)
        if known is None:
            return None
        principal, expires = known
        if self._clock.now().timestamp() >= expires:
            del self._cache[token]
            return None
        self._cache.move_to_end(token)
        return principal

    async def verify(self, token: str) -> Principal:
        """The principal that `token` names.

        Raises Problem 401 where it does not hold, saying why without echoing it; 503 where no key could be had yet.
        """
        principal = self.remembered(token)
        if principal is not None:
            return principal
        key = await self._key(token)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                # Times are compared with our own clock below, so that tests may set it.
                options={
                    "require": ["exp", "sub", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            expires = self._within_time(claims)
            principal = from_claims(claims)
        except jwt.InvalidAudienceError:
            raise unauthenticated("The token is meant for somebody else (aud).") from None
        except jwt.InvalidIssuerError:
            raise unauthenticated("The token comes from an issuer that is not trusted here (iss).") from None
        except jwt.MissingRequiredClaimError as error:
            raise unauthenticated(f"The token lacks the claim {error.claim}.") from None
        except jwt.PyJWTError:
            raise unauthenticated("The token's signature does not hold.") from None
        except ValueError as error:
            raise unauthenticated(f"The token names nobody: {error}.") from None
        self._remember(token, principal, expires)
        return principal

    async def ready(self) -> None:
        """A health check: raises NotReady until the issuer's keys could be read."""
        try:
            await self._keys.ready()
        except KeysUnavailable as error:
            raise NotReady(str(error)) from error

    async def _key(self, token: str) -> jwt.PyJWK:
        if len(token) > TOKEN_CHARS_MAX:
            raise unauthenticated("The token is too long.")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise unauthenticated("This is no JWT.") from None
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise unauthenticated(f"The token's algorithm is not accepted; use one of {', '.join(ALGORITHMS)}.")
        if not isinstance(kid, str):
            raise unauthenticated("The token does not say which key signed it (kid).")
        try:
            key = await self._keys.find(kid)
        except KeysUnavailable:
            raise unavailable("The issuer's keys cannot be read for the moment.") from None
        # The key says which algorithm it is for; the token may only agree, never choose.
        if key is None or key.algorithm_name != algorithm:
            raise unauthenticated("The token is signed with a key that the issuer does not have.")
        return key

    def _within_time(self, claims: dict[str, object]) -> float:
        now = self._clock.now().timestamp()
        expires, not_before = claims["exp"], claims.get("nbf", 0)
        if not isinstance(expires, int | float) or not isinstance(not_before, int | float):
            raise ValueError("exp and nbf are numbers")  # noqa: TRY004 - a wrong claim is a wrong value
        if now >= expires + LEEWAY_SECONDS:
            raise unauthenticated("The token has expired; sign in again.")
        if now < not_before - LEEWAY_SECONDS:
            raise unauthenticated("The token does not hold yet.")
        return float(expires)

    def _remember(self, token: str, principal: Principal, expires: float) -> None:
        # A withdrawn key's tokens must come before the keys again, as those that were never seen do.
        again = self._clock.now().timestamp() + REFRESH_SECONDS_MAX
        self._cache[token] = (principal, min(expires, again))
        while len(self._cache) > self._cache_max:
            self._cache.popitem(last=False)
