"""An OpenID provider of its own, on the loopback address: nothing of ours is in it, and it misbehaves when told to."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from shared.runtime.clock import Clock
from tests.unit.portal.servers import served

CLIENT, SECRET = "booths", "s3cret: with+signs%"
Claims = dict[str, Any]


def made_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def first_key() -> rsa.RSAPrivateKey:
    """The one that every provider begins with: to make one takes longer than most tests."""
    return made_key()


class OpenIdProvider:
    """Consents at once for `person`. What a test sets: `person`, `spoil` and the other attributes below."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.url = ""
        self.person: Claims = {
            "sub": "0f3a",
            "preferred_username": "emma",
            "name": "Northwind",
            "role": "exhibitor",
            "exhibitor": "northwind",
            "locale": "en-GB",
        }
        self.more: Claims = {}
        """What userinfo says beside the subject; None leaves a member out."""
        self.access_token: Callable[[], str] = secrets.token_urlsafe
        self.spoil: Callable[[Claims], Claims] = dict
        """What becomes of the ID token's claims."""
        self.sign: Callable[[Claims], str] = self.signed
        self.discovery: Claims = {}
        """What the discovery document says instead; None leaves a member out."""
        self.answer: dict[str, str] = {}
        """What the answer to the browser says instead of a code; an empty text leaves a member out."""
        self.hurdles: dict[str, Callable[[], Response | None]] = {}
        """By path: what is answered instead, or None after whatever it does."""
        self.delay_seconds: dict[str, float] = {}
        self.secret = SECRET
        self.keys = {"first": first_key()}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens_given: list[str] = []
        self.authorizations: list[str | None] = []

    def signed(self, claims: Claims) -> str:
        kid, key = list(self.keys.items())[-1]
        return jwt.encode(claims, key, "RS256", headers={"kid": kid})

    def app(self) -> Starlette:
        paths: dict[str, Any] = {
            "/.well-known/openid-configuration": self._discover,
            "/authorize": self._authorize,
            "/jwks": self._jwks,
            "/userinfo": self._userinfo,
        }
        routes = [Route(path, self._maybe(path, answer)) for path, answer in paths.items()]
        return Starlette(routes=[*routes, Route("/token", self._maybe("/token", self._token), methods=["POST"])])

    def _maybe(self, path: str, answer: Any) -> Any:
        async def hurdled(request: Request) -> Response:
            self.asked.append(path)
            await asyncio.sleep(self.delay_seconds.get(path, 0))
            instead = self.hurdles[path]() if path in self.hurdles else None
            return instead or await answer(request)

        return hurdled

    async def _discover(self, _: Request) -> Response:
        document: Claims = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=fairs",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/logout",
            "code_challenge_methods_supported": ["plain", "S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse({name: value for name, value in (document | self.discovery).items() if value is not None})

    async def _authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        assert query.pop("tenant") == "fairs"
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        told = {"code": code, "state": query["state"], "iss": self.url} | self.answer
        location = f"{query['redirect_uri']}?{urlencode({name: value for name, value in told.items() if value})}"
        return RedirectResponse(location, 302)

    async def _jwks(self, _: Request) -> Response:
        keys = []
        for kid, key in self.keys.items():
            # Without `alg`, as some publish them.
            public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            keys.append({**public, "kid": kid, "use": "sig"})
        return JSONResponse({"keys": keys})

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.authorizations.append(request.headers.get("authorization"))
        if not self._knows(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != challenge
            or form.get("grant_type") != "authorization_code"
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.clock.now().timestamp())
        usual = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        id_token = self.sign(self.spoil({**usual, **self.person}))
        access_token = self.access_token()
        self.tokens_given += [id_token, access_token]
        return JSONResponse({"access_token": access_token, "token_type": "Bearer", "id_token": id_token})

    async def _userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.tokens_given[-1]}":
            return JSONResponse({"error": "invalid_token"}, 401)
        said = {"sub": self.person["sub"], **self.more}
        return JSONResponse({name: value for name, value in said.items() if value is not None})

    def _knows(self, request: Request, form: dict[str, str]) -> bool:
        if not self.secret:
            return form.get("client_id") == CLIENT and "client_secret" not in form
        if "client_secret" in form:
            return (form["client_id"], form["client_secret"]) == (CLIENT, self.secret)
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(value).decode().partition(":")
        return scheme == "Basic" and (unquote_plus(name), unquote_plus(secret)) == (CLIENT, self.secret)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[OpenIdProvider]:
        async with served(self.app()) as self.url:
            yield self
