"""Everything else: the way to the services, and the page."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.page import Page
from services.portal.proxy import Proxy
from shared.runtime.problems import Problem


def add_proxy(app: FastAPI, proxy: Proxy) -> None:
    """Everything under `/api/`, any method; first in line, for it is what most requests are."""
    app.router.routes.insert(0, Route("/api/{rest:path}", proxy, include_in_schema=False))


def add_page(app: FastAPI, page: Page) -> None:
    """The page, for every path that nothing else answers; last in line."""

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def show(request: Request) -> Response:
        if request.url.path == "/api" or request.url.path.startswith(("/session", "/oidc", "/.well-known", "/schemas")):
            raise Problem("not-found", "Not found", 404, "There is nothing here.")
        return page.answer(request)
