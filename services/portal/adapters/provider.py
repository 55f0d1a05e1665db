"""An OpenID provider as the portal asks it: its discovery document, its keys, codes against ID tokens, and userinfo.

OpenID Connect Discovery 1.0; RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 5.3. Answers are
small, and bounded in size and time.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx
import orjson

from services.portal.adapters.id_tokens import IdTokens
from services.portal.domain.refusals import SignInRefusal, SignInRefused
from shared.runtime.auth.keys import KeySet
from shared.runtime.clock import Clock

ANSWER_BYTES_MAX: Final = 262_144
METADATA_SECONDS_MAX: Final = 300.0
RETRY_SECONDS_MIN: Final = 0.5
CONNECTIONS_MAX: Final = 16
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_BEARER: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""RFC 6750, section 2.1."""


@dataclass(frozen=True, slots=True)
class ClientIdentity:
    """What the portal is to the provider; without a secret it is a public client, and PKCE stands for one."""

    id: str
    redirect_uri: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What of the discovery document is of use here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    says_issuer: bool
    """Whether its answers always have `iss` (RFC 9207)."""
    secret_in_body: bool


class Provider:
    """The provider with that issuer. Whatever goes wrong with it is a SignInRefused, with the reason in the log.

    `http` is how it is reached: over the network, or within the process where it is the embedded one.
    """

    def __init__(
        self,
        issuer: str,
        client: ClientIdentity,
        http: httpx.AsyncClient,
        clock: Clock,
        *,
        answer_seconds_max: float,
        keys_refresh_min_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self.client = client
        self._http = http
        self._clock = clock
        self._keys_refresh_min_seconds = keys_refresh_min_seconds
        self._answer_seconds_max = answer_seconds_max
        self._monotonic = monotonic
        self._metadata: Metadata | None = None
        self._id_tokens: IdTokens | None = None
        self._read_at = self._failed_at = float("-inf")
        self._lock = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """Its discovery document, read again every few minutes; what was read last serves while it is away."""
        async with self._lock:
            now = self._monotonic()
            if self._metadata is not None and now - self._read_at < METADATA_SECONDS_MAX:
                return self._metadata
            if now - self._failed_at < RETRY_SECONDS_MIN:
                # Whoever queued up behind a failing read shares its fate.
                return self._last_or(
                    SignInRefused(SignInRefusal.UNAVAILABLE, "the discovery document was not to be had")
                )
            try:
                self._take(await self._discover())
            except SignInRefused as refused:
                self._failed_at = self._monotonic()
                return self._last_or(refused)
            self._read_at = self._monotonic()
            return self._last_or(SignInRefused(SignInRefusal.UNAVAILABLE))

    async def identify(
        self, code: str, verifier: str, nonce: str, *, suffices: Callable[[Mapping[str, object]], bool]
    ) -> dict[str, Any]:
        """The claims of the ID token that `code` is good for, verified. Raises SignInRefused.

        Where they do not suffice, userinfo adds to them. The tokens are dropped here: nothing needs them later.
        """
        metadata = await self.metadata()
        answer = await self._redeem(metadata, code, verifier)
        token = answer.get("id_token")
        if not isinstance(token, str) or self._id_tokens is None:
            raise SignInRefused(SignInRefusal.UNTRUSTED, "the token endpoint gave no ID token")
        claims = await self._id_tokens.verify(token, nonce)
        if metadata.userinfo_endpoint is None or suffices(claims):
            return claims
        return await self._told_more(metadata.userinfo_endpoint, answer.get("access_token"), claims)

    async def close(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    def _last_or(self, refused: SignInRefused) -> Metadata:
        if self._metadata is None:
            raise refused
        return self._metadata

    def _take(self, metadata: Metadata) -> None:
        if self._metadata is None or self._metadata.jwks_uri != metadata.jwks_uri:

            async def read() -> bytes:
                try:
                    answer = await self._ask("GET", metadata.jwks_uri)
                except SignInRefused as refused:
                    raise OSError(refused.detail) from refused
                if answer.status_code != 200:
                    raise OSError(f"the key set was answered with {answer.status_code}")
                return answer.content

            keys = KeySet(metadata.jwks_uri, refresh_min_seconds=self._keys_refresh_min_seconds, read=read)
            self._id_tokens = IdTokens(keys, self.issuer, self.client.id, self._clock)
        self._metadata = metadata

    async def _discover(self) -> Metadata:
        answer = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        document = _object(answer) if answer.status_code == 200 else None
        if document is None:
            raise SignInRefused(SignInRefusal.UNAVAILABLE, f"discovery answered {answer.status_code}, not a document")
        if document.get("issuer") != self.issuer:
            raise SignInRefused(SignInRefusal.MISCONFIGURED, "the discovery document is another issuer's")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._as_safe(document.get(name)):
                raise SignInRefused(SignInRefusal.MISCONFIGURED, f"the discovery document has no usable {name}")
        methods = document.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise SignInRefused(SignInRefusal.MISCONFIGURED, "the provider knows no PKCE with S256")
        asking, ending = document.get("userinfo_endpoint"), document.get("end_session_endpoint")
        ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Metadata(
            issuer=self.issuer,
            authorization_endpoint=document["authorization_endpoint"],
            token_endpoint=document["token_endpoint"],
            jwks_uri=document["jwks_uri"],
            userinfo_endpoint=asking if self._as_safe(asking) else None,
            end_session_endpoint=ending if self._as_safe(ending) else None,
            says_issuer=document.get("authorization_response_iss_parameter_supported") is True,
            secret_in_body="client_secret_basic" not in ways and "client_secret_post" in ways,
        )

    def _as_safe(self, url: object) -> bool:
        """Whether an address is no less protected than the issuer's own."""
        if not isinstance(url, str) or any(character <= " " for character in url):
            return False
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        schemes = {"https"} if self.issuer.startswith("https:") else {"http", "https"}
        return bool(parts.netloc) and parts.scheme in schemes

    async def _redeem(self, metadata: Metadata, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if self.client.secret and not metadata.secret_in_body:
            # RFC 6749, 2.3.1: each is form-encoded before they are joined.
            pair = f"{quote_plus(self.client.id)}:{quote_plus(self.client.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self.client.id
            if self.client.secret:
                form["client_secret"] = self.client.secret
        answer = await self._ask("POST", metadata.token_endpoint, data=form, headers=headers)
        document = _object(answer)
        if answer.status_code == 200 and document is not None:
            return document
        if answer.status_code >= 500 or answer.status_code == 429 or document is None:
            raise SignInRefused(SignInRefusal.UNAVAILABLE, f"the token endpoint answered {answer.status_code}")
        error = str(document.get("error", ""))[:100]
        used = error == "invalid_grant"
        raise SignInRefused(
            SignInRefusal.USED if used else SignInRefusal.MISCONFIGURED, f"the token endpoint refused: {error}"
        )

    async def _told_more(self, endpoint: str, access_token: object, claims: dict[str, Any]) -> dict[str, Any]:
        """The claims of the ID token, and of userinfo what that says nothing of."""
        if not isinstance(access_token, str) or _BEARER.fullmatch(access_token) is None:
            raise SignInRefused(SignInRefusal.UNTRUSTED, "the token endpoint gave no access token to ask userinfo with")
        answer = await self._ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
        if 400 <= answer.status_code < 500 and answer.status_code != 429:
            raise SignInRefused(SignInRefusal.MISCONFIGURED, f"userinfo refused with {answer.status_code}")
        told = _object(answer) if answer.status_code == 200 else None
        if told is None:
            raise SignInRefused(SignInRefusal.UNAVAILABLE, f"userinfo answered {answer.status_code}, not a document")
        if told.get("sub") != claims["sub"]:
            raise SignInRefused(SignInRefusal.UNTRUSTED, "userinfo is about somebody else (sub)")
        return _filled(claims, told)

    async def _ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        """One exchange, whole; raises SignInRefused where no answer comes in time, or too large a one."""
        try:
            async with asyncio.timeout(self._answer_seconds_max):
                async with self._http.stream(method, url, **options) as answer:
                    body = bytearray()
                    async for piece in answer.aiter_bytes():
                        body += piece
                        if len(body) > ANSWER_BYTES_MAX:
                            raise SignInRefused(SignInRefusal.UNAVAILABLE, "the answer is too large")
                    return httpx.Response(answer.status_code, content=bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise SignInRefused(SignInRefusal.UNAVAILABLE, f"{urlsplit(url).netloc}: {type(error).__name__}") from error


def _filled(said: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, at every depth, and what more says of that which was left out or is empty."""
    filled = {**more, **{name: value for name, value in said.items() if value not in _EMPTY}}
    for name, value in said.items():
        if isinstance(value, dict) and isinstance(other := more.get(name), dict):
            filled[name] = _filled(value, other)
    return filled


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None
