"""Makes a service's HTTP application: FastAPI for descriptions, the edge around it, and what every service shows."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from typing import Any

from fastapi import FastAPI, Request
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import iter_route_contexts
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.topics import Topic
from shared.runtime import metrics
from shared.runtime.auth import TokenVerifier
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.health import Health
from shared.runtime.http import pages
from shared.runtime.http.answers import json_document
from shared.runtime.http.commands import PlanTable
from shared.runtime.http.edge import Edge, EdgeLimits
from shared.runtime.problems import not_found
from shared.runtime.settings import ServiceSettings

VERSION = "0.1.0"


class EdgeApp(FastAPI):
    """FastAPI behind the edge; `edge` answers HTTP, all else is FastAPI's."""

    edge: Edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one connection."""
        if scope["type"] == "http":
            scope["app"] = self
            await self.edge(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Without the layers that turn failures into answers: the edge does that, for all ways alike."""
        app: ASGIApp = AsyncExitStackMiddleware(self.router)
        for layer in reversed(self.user_middleware):
            app = layer.cls(app, *layer.args, **layer.kwargs)
        return app

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """FastAPI's own way, for what has no plan."""
        await super().__call__(scope, receive, send)


class _Routes:
    """What the edge asks about routes; looked up again whenever one was added."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._count = -1
        self._plans = PlanTable([])
        self._templates: dict[int, str] = {}

    def plans(self) -> PlanTable:
        """The planned routes."""
        if len(self._app.router.routes) != self._count:
            self._count = len(self._app.router.routes)
            self._plans = PlanTable(self._app.router.routes)
            self._templates = {
                id(context.original_route): context.path_format
                for context in iter_route_contexts(self._app.router.routes)
                if context.path_format is not None
            }
        return self._plans

    def template_of(self, scope: Scope) -> str:
        """The template of the path that a routed request matched; `unmatched` keeps made-up paths out of metrics."""
        route = scope.get("route")
        return self._templates.get(id(route), getattr(route, "path_format", "unmatched"))


def create_app(
    service: str,
    settings: ServiceSettings,
    *,
    verifier: TokenVerifier | None = None,
    health: Health | None = None,
    clock: Clock | None = None,
    public: Collection[str] = (),
    passed_on: Collection[str] = (),
    consumes: tuple[Topic, ...] = (),
    description: str = "",
    body_bytes_max: int | None = None,
    shows_docs: bool = True,
    authenticate: bool = True,
) -> EdgeApp:
    """A service's application: add routers to it.

    Every path under `/api/` needs a bearer token, which `verifier` checks (made from the settings where None is given),
    except those that begin with one of `public`; `authenticate=False` leaves signing in to the routes. Bodies for paths
    that begin with one of `passed_on` are not looked into: whoever they are passed on to does that.
    It answers `/livez`, `/readyz`, `/metrics`, and shows its requests at `/docs` and its events at `/asyncapi`: those
    of the topics that it owns, and of those that it `consumes`.
    """
    health = health or Health()
    if authenticate and verifier is None:
        verifier = TokenVerifier.from_settings(settings)
    app = EdgeApp(
        title=f"Pavilion {service}",
        version=VERSION,
        description=description,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if shows_docs else None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.health = health
    app.state.settings = settings
    app.state.verifier = verifier
    routes = _Routes(app)
    app.edge = Edge(
        app.routed,
        plans=routes.plans,
        template_of=routes.template_of,
        clock=clock or SystemClock(),
        verifier=verifier if authenticate else None,
        public=public,
        passed_on=passed_on,
        limits=EdgeLimits(body_bytes_max or settings.body_bytes_max, settings.request_seconds_max),
        access_log=settings.access_log,
    )
    _add_operations(app, health)
    if shows_docs:
        _add_documents(app, service, consumes)
    return app


def _add_operations(app: FastAPI, health: Health) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> Response:
        return Response(b'{"alive":true}', media_type="application/json")

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        readiness = await health.readiness()
        body = json_document({"ready": readiness.ready, "parts": readiness.parts})
        return Response(body, 200 if readiness.ready else 503, media_type="application/json")

    @app.get("/metrics", include_in_schema=False)
    async def show_metrics(request: Request) -> Response:
        if not _is_near(request):
            raise not_found("page", "metrics")
        return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)


def _is_near(request: Request) -> bool:
    """Whether a neighbour asks, and for himself: numbers about a service are not for everybody.

    Whoever comes through a proxy may be anybody, also where the proxy's word on it is not trusted.
    """
    if request.client is None or any(name in request.headers for name in ("forwarded", "x-forwarded-for")):
        return False
    try:
        return not ip_address(request.client.host).is_global
    except ValueError:
        return False


def _add_documents(app: FastAPI, service: str, consumes: tuple[Topic, ...]) -> None:
    def events() -> dict[str, Any]:
        # Loaded when somebody asks: what derives the document is large, and most processes never show it.
        from shared.contracts.asyncapi import document

        return document(service, consumes, version=VERSION)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(pages.openapi_page(app.openapi()))

    @app.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi_json() -> Response:
        return Response(json_document(events()), media_type="application/json")

    @app.get("/asyncapi", include_in_schema=False)
    async def asyncapi_page() -> HTMLResponse:
        return HTMLResponse(pages.asyncapi_page(service, events()))
