"""The embedded issuer over HTTP: an OpenID provider with one client, the portal itself."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.portal.app.sessions import NO_STORE
from services.portal.domain.authorization import (
    AuthorizationRequest,
    NotRegistered,
    RequestRefused,
    authorization_request,
)
from services.portal.domain.refusals import SignInRefusal
from services.portal.issuing import GrantRefused, Issuing
from services.portal.page import Page
from services.portal.ports import Accounts
from shared.runtime.auth import Issuer
from shared.runtime.problems import Problem, forbidden

FORM_BYTES_MAX: Final = 16_384
PARAMETERS_MAX: Final = 32


class Credentials(BaseModel):
    """What a person signs in with. `request` is the query of the sign-in page's address, as it came."""

    model_config = ConfigDict(extra="forbid")

    account: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1_000)
    request: str = Field(max_length=8_000)


class GrantedView(BaseModel):
    """Where the browser goes on with its code."""

    location: str


class SampleView(BaseModel):
    """A demonstration account that anybody may use."""

    account: str
    display: str
    role: str
    password: str


class SamplesView(BaseModel):
    """The demonstration accounts."""

    accounts: list[SampleView]


def add_keys(app: FastAPI, issuer: Issuer) -> None:
    """How bearer tokens made here are verified; also where somebody else's provider says who signs in."""

    @app.get("/oidc/jwks.json", tags=["issuer"], summary="The issuer's public keys, RFC 7517")
    async def keys() -> JSONResponse:
        return JSONResponse(issuer.jwks(), headers={"Cache-Control": "public, max-age=300"})


def add_issuer(app: FastAPI, issuing: Issuing, accounts: Accounts, page: Page) -> None:
    """Discovery, the sign-in page and what it posts to, and the token endpoint."""
    router = APIRouter(tags=["issuer"])

    @router.get("/.well-known/openid-configuration", summary="What this issuer offers (OpenID Connect Discovery)")
    async def configuration() -> dict[str, Any]:
        return _configuration(issuing.name)

    @router.get("/oidc/accounts", summary="The demonstration accounts, where there are any")
    async def samples() -> SamplesView:
        views = [
            SampleView(account=one.account, display=one.display, role=one.role, password=one.sample_password or "")
            for one in accounts.samples()
        ]
        return SamplesView(accounts=views)

    @router.get("/oidc/authorize", summary="The sign-in page")
    async def authorize(request: Request) -> Response:
        asked = _asked(issuing, request.url.query)
        if isinstance(asked, AuthorizationRequest):
            answer = page.answer(request)
            answer.headers["Cache-Control"] = "no-store"
            return answer
        return RedirectResponse(asked, 303, NO_STORE)

    @router.post("/oidc/sign-in", summary="Give account and password for a code", response_model=GrantedView)
    async def sign_in(credentials: Credentials, request: Request) -> JSONResponse:
        _require_same_origin(request, issuing.name)
        asked = _asked(issuing, credentials.request.removeprefix("?"))
        if not isinstance(asked, AuthorizationRequest):
            raise Problem("sign-in-malformed", "Not a sign-in of ours", 400, "Begin again at the portal's page.")
        address = request.client.host if request.client else ""
        location = await issuing.sign_in(asked, credentials.account, credentials.password, address)
        return JSONResponse(GrantedView(location=location).model_dump(), headers=NO_STORE)

    # A form, and errors as RFC 6749 has them: what is told of all other routes does not hold here.
    @router.post("/oidc/token", include_in_schema=False)
    async def token(request: Request) -> JSONResponse:
        try:
            return JSONResponse(await issuing.redeem(await _form(request)), headers=NO_STORE)
        except GrantRefused as refused:
            told = {"error": refused.error, "error_description": str(refused)}
            return JSONResponse(told, 401 if refused.error == "invalid_client" else 400, NO_STORE)

    app.include_router(router)


def _configuration(name: str) -> dict[str, Any]:
    return {
        "issuer": name,
        "authorization_endpoint": f"{name}/oidc/authorize",
        "token_endpoint": f"{name}/oidc/token",
        "jwks_uri": f"{name}/oidc/jwks.json",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "scopes_supported": ["openid"],
        "claims_supported": [
            *("iss", "sub", "aud", "iat", "exp", "auth_time", "nonce"),
            *("preferred_username", "name", "locale", "role", "exhibitor", "organizer"),
        ],
        "ui_locales_supported": ["zh", "ru", "en"],
    }


def _asked(issuing: Issuing, query: str) -> AuthorizationRequest | str:
    """The request that a query makes, or the address to send its browser to at once."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=PARAMETERS_MAX)
        asked = authorization_request(pairs, issuing.client)
    except (NotRegistered, ValueError):
        return f"/sign-in?problem={SignInRefusal.MALFORMED}"
    if isinstance(asked, RequestRefused):
        told = {"error": asked.error, "error_description": asked.description}
        return issuing.answer_address(asked.client, asked.state, **told)
    return asked


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise GrantRefused("invalid_request", "Send a form (application/x-www-form-urlencoded).")
    body = await request.body()
    if len(body) > FORM_BYTES_MAX:
        raise GrantRefused("invalid_request", "The form is too long.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=PARAMETERS_MAX)
    except ValueError as error:
        raise GrantRefused("invalid_request", "The form cannot be read.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise GrantRefused("invalid_request", "A parameter comes twice.")
    return form


def _require_same_origin(request: Request, ours: str) -> None:
    """Refuse a sign-in that another site's page sends: it would put a stranger's session into somebody's browser.

    `ours` counts beside the Host header: not every proxy passes on by which name it was asked.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc not in {request.headers.get("host"), urlsplit(ours).netloc}:
        raise forbidden("other-origin", "Sign in from the portal's own page.")
