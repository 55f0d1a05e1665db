"""Sessions over HTTP: to the provider, back from it, who is signed in, and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.portal.cookies import csrf_in, session_cookie, sign_in_cookie
from services.portal.domain.refusals import SignInRefused
from services.portal.domain.tries import local_path
from services.portal.proxy import missing_csrf
from services.portal.queries import SignedIn, WhoAsks
from services.portal.settings import PortalSettings
from services.portal.signing import Signing
from shared.runtime.problems import not_found, unauthenticated

_log = structlog.get_logger(__name__)

NO_STORE: Final = {"Cache-Control": "no-store"}
_ON_THE_WAY: Final = {**NO_STORE, "Referrer-Policy": "no-referrer"}
"""Addresses on the way have a state, or a code, which are nobody else's business."""


class SessionView(BaseModel):
    """Who is signed in. `csrf` goes into the header X-CSRF-Token of every write that the page makes."""

    account: str
    display: str
    role: str
    exhibitor: str | None
    organizer: str | None
    language: str
    csrf: str


class SignedOutView(BaseModel):
    """Signed out here. `next` is where the browser signs out of the provider, too; null where there is no need."""

    next: str | None


def add_sessions(app: FastAPI, settings: PortalSettings, who: WhoAsks, signing: Signing | None) -> None:
    """The routes under `/session`; without a `signing` nobody signs in here."""
    router = APIRouter(prefix="/session", tags=["session"])
    routes = _Routes(settings, who, signing)
    found: dict[int | str, dict[str, Any]] = {303: {"description": "To the provider, or back to the page"}}

    router.get("", summary="Who is signed in", response_model=SessionView)(routes.current)
    router.get("/start", summary="To where one signs in", status_code=303, responses=found)(routes.start)
    router.get("/callback", summary="Back from there", status_code=303, responses=found)(routes.callback)
    router.delete("", summary="Sign out", response_model=SignedOutView)(routes.sign_out)
    app.include_router(router)


@dataclass(frozen=True, slots=True)
class _Routes:
    settings: PortalSettings
    who: WhoAsks
    signing: Signing | None

    async def current(self, request: Request) -> JSONResponse:
        """Who holds this browser's session."""
        return _shown(await self._signed_in(request))

    async def start(self, request: Request) -> Response:
        """Leads a browser to the provider; `return` is the path of the page that it comes back to.

        `lang` is the language of the page, in which the provider may show its own. With `afresh` it asks who somebody
        is, also where it remembers them.
        """
        signing = self._signing()
        return_path = local_path(request.query_params.get("return", "/"))
        if elsewhere := self._elsewhere(request, return_path):
            return RedirectResponse(elsewhere, 303, _ON_THE_WAY)
        cookie = sign_in_cookie(self.settings.https)
        try:
            language = request.query_params.get("lang", "")
            secret, afresh = cookie.secret_in(request.headers.raw), "afresh" in request.query_params
            begun = await signing.begin(secret, return_path, language, afresh=afresh)
        except SignInRefused as refused:
            return _told(refused)
        answer = RedirectResponse(begun.location, 303, _ON_THE_WAY)
        answer.headers["Set-Cookie"] = cookie.opening(begun.browser_secret, self.settings.sign_in_seconds)
        return answer

    async def callback(self, request: Request) -> Response:
        """Takes the provider's answer; leads back into the page, signed in, or to a sentence that says why not."""
        signing = self._signing()
        headers = request.headers.raw
        secret = sign_in_cookie(self.settings.https).secret_in(headers)
        address = request.client.host if request.client else ""
        cookie = session_cookie(self.settings.https)
        try:
            opened = await signing.finish(secret, dict(request.query_params), address, before=cookie.secret_in(headers))
        except SignInRefused as refused:
            return _told(refused)
        answer = RedirectResponse(opened.return_path, 303, _ON_THE_WAY)
        answer.headers["Set-Cookie"] = cookie.opening(opened.secret, self.settings.session_seconds)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Ends this browser's session."""
        signed_in = await self._signed_in(request)
        if not signed_in.may_write(csrf_in(request.headers.raw)):
            raise missing_csrf()
        cookie = session_cookie(self.settings.https)
        secret = cookie.secret_in(request.headers.raw)
        signing = self._signing()
        if secret is not None:
            await signing.end(secret)
        view = SignedOutView(next=await signing.signed_out_address())
        return JSONResponse(view.model_dump(), headers={**NO_STORE, "Set-Cookie": cookie.clearing()})

    def _signing(self) -> Signing:
        if self.signing is None:
            raise not_found("sign-in", "provider")
        return self.signing

    def _elsewhere(self, request: Request, return_path: str) -> str | None:
        """Where to begin instead, for a browser that came by another of our names: it would miss its cookie there.

        `moved` ends that after one step, also behind a proxy that does not pass on by which name it was asked.
        """
        at_home = request.headers.get("host") == urlsplit(self.settings.origin).netloc
        if at_home or "moved" in request.query_params:
            return None
        query = urlencode({**request.query_params, "return": return_path, "moved": "1"})
        return f"{self.settings.origin}/session/start?{query}"

    async def _signed_in(self, request: Request) -> SignedIn:
        secret = session_cookie(self.settings.https).secret_in(request.headers.raw)
        found = await self.who.by_cookie(secret) if secret is not None else None
        if found is None:
            raise unauthenticated("Nobody is signed in here.", error="")
        return found


def _shown(signed_in: SignedIn) -> JSONResponse:
    identity = signed_in.identity
    view = SessionView(
        account=identity.account,
        display=identity.display,
        role=identity.role,
        exhibitor=identity.exhibitor,
        organizer=identity.organizer,
        language=identity.language,
        csrf=signed_in.session.csrf,
    )
    return JSONResponse(view.model_dump(), headers=NO_STORE)


def _told(refused: SignInRefused) -> Response:
    """To the page, which says in the reader's language what happened and what to do."""
    _log.warning("sign_in.refused", refusal=str(refused.refusal), detail=refused.detail)
    told = {"problem": str(refused.refusal), "return": refused.return_path}
    if refused.wait_seconds is not None:
        told["seconds"] = str(refused.wait_seconds)
    return RedirectResponse(f"/sign-in?{urlencode(told)}", 303, _ON_THE_WAY)
