"""The portal over HTTP: sessions, the issuer's public side, the way to the services, and the page."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.portal.cookies import SessionCookie, csrf_in
from services.portal.page import Page
from services.portal.ports import Accounts
from services.portal.proxy import Proxy, missing_csrf
from services.portal.queries import SignedIn, WhoAsks
from services.portal.settings import PortalSettings
from services.portal.signing import Signing
from shared.runtime.auth import Issuer
from shared.runtime.problems import Problem, forbidden, not_found, unauthenticated

_NO_STORE: Final = {"Cache-Control": "no-store"}


class Credentials(BaseModel):
    """What a person signs in with."""

    model_config = ConfigDict(extra="forbid")

    account: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1_000)


class SessionView(BaseModel):
    """Who is signed in. `csrf` goes into the header X-CSRF-Token of every write that the page makes."""

    account: str
    display: str
    role: str
    exhibitor: str | None
    organizer: str | None
    language: str
    csrf: str


class SampleView(BaseModel):
    """A demonstration account that anybody may use."""

    account: str
    display: str
    role: str
    password: str


class SamplesView(BaseModel):
    """The demonstration accounts."""

    accounts: list[SampleView]


def add_sessions(
    app: FastAPI, settings: PortalSettings, who: WhoAsks, signing: Signing | None, accounts: Accounts | None
) -> None:
    """The routes under `/session`; without the embedded issuer nobody signs in here."""
    router = APIRouter(prefix="/session", tags=["session"])
    cookie = SessionCookie(settings.https)

    @router.get("", summary="Who is signed in", response_model=SessionView)
    async def current(request: Request) -> JSONResponse:
        return _shown(await _signed_in(request, who, cookie))

    @router.get("/accounts", summary="The demonstration accounts, where there are any")
    async def samples() -> SamplesView:
        found = accounts.samples() if accounts is not None else ()
        views = [
            SampleView(account=one.account, display=one.display, role=one.role, password=one.sample_password or "")
            for one in found
        ]
        return SamplesView(accounts=views)

    @router.post("", summary="Sign in", response_model=SessionView)
    async def sign_in(credentials: Credentials, request: Request) -> JSONResponse:
        if signing is None:
            raise not_found("sign-in", "password")
        _require_same_origin(request)
        address = request.client.host if request.client else ""
        opened = await signing.sign_in(credentials.account, credentials.password, address)
        answer = _shown(opened.signed_in)
        answer.headers["Set-Cookie"] = cookie.opening(opened.secret, settings.session_seconds)
        return answer

    @router.delete("", summary="Sign out", status_code=204)
    async def sign_out(request: Request) -> Response:
        signed_in = await _signed_in(request, who, cookie)
        if not signed_in.may_write(csrf_in(request.headers.raw)):
            raise missing_csrf()
        secret = cookie.secret_in(request.headers.raw)
        if signing is not None and secret is not None:
            await signing.sign_out(secret)
        return Response(status_code=204, headers={"Set-Cookie": cookie.clearing()})

    app.include_router(router)


async def _signed_in(request: Request, who: WhoAsks, cookie: SessionCookie) -> SignedIn:
    secret = cookie.secret_in(request.headers.raw)
    found = await who.by_cookie(secret) if secret is not None else None
    if found is None:
        raise unauthenticated("Nobody is signed in here.", error="")
    return found


def _shown(signed_in: SignedIn) -> JSONResponse:
    account, session = signed_in.account, signed_in.session
    view = SessionView(
        account=account.account,
        display=account.display,
        role=account.role,
        exhibitor=account.exhibitor,
        organizer=account.organizer,
        language=account.language,
        csrf=session.csrf,
    )
    return JSONResponse(view.model_dump(), headers=_NO_STORE)


def _require_same_origin(request: Request) -> None:
    """Refuse a sign-in that another site's page sends: it would put a stranger's session into somebody's browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise forbidden("other-origin", "Sign in from the portal's own page.")


def add_issuer(app: FastAPI, settings: PortalSettings, issuer: Issuer) -> None:
    """The embedded issuer's public side: how tokens made here are verified."""

    @app.get("/.well-known/openid-configuration", tags=["issuer"], summary="How tokens made here are verified")
    async def configuration(request: Request) -> dict[str, Any]:
        base = (settings.public_url or _bound_address(request)).rstrip("/")
        return {
            "issuer": settings.issuer,
            "jwks_uri": f"{base}/oidc/jwks.json",
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "subject_types_supported": ["public"],
            "response_types_supported": [],
        }

    @app.get("/oidc/jwks.json", tags=["issuer"], summary="The issuer's public keys, RFC 7517")
    async def keys() -> JSONResponse:
        return JSONResponse(issuer.jwks(), headers={"Cache-Control": "public, max-age=300"})


def _bound_address(request: Request) -> str:
    """Where the request was taken: the Host header is the caller's, and could send others to a stranger's keys."""
    host, port = request.scope.get("server") or ("127.0.0.1", None)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}" if port is None else f"http://{shown}:{port}"


def add_proxy(app: FastAPI, proxy: Proxy) -> None:
    """Everything under `/api/`, any method; first in line, for it is what most requests are."""
    app.router.routes.insert(0, Route("/api/{rest:path}", proxy, include_in_schema=False))


def add_page(app: FastAPI, page: Page) -> None:
    """The page, for every path that nothing else answers; last in line."""

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def show(request: Request) -> Response:
        if request.url.path == "/api" or request.url.path.startswith(("/session", "/oidc", "/.well-known")):
            raise Problem("not-found", "Not found", 404, "There is nothing here.")
        return page.answer(request)
