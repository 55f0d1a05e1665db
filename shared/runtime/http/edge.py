"""What happens to every request before and after its route: one pass, written for a low cost per request.

Request id, trace, size limit, time limit, sign-in, problems, metrics, access log. It stands outside FastAPI so that a
planned route (see `commands`) never enters FastAPI's own layers.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from opentelemetry.trace import Span, SpanKind, StatusCode
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import asking, metrics, tracing
from shared.runtime.auth import TokenVerifier
from shared.runtime.clock import Clock
from shared.runtime.committer import Answer
from shared.runtime.http.answers import problem_of
from shared.runtime.http.call import CLOCK, PRINCIPAL, REQUEST_ID, CallerGone
from shared.runtime.http.commands import Planned, PlanTable
from shared.runtime.http.headers import Header, read_headers
from shared.runtime.http.texts import check_text, says_json
from shared.runtime.ids import new_id
from shared.runtime.problems import MEDIA_TYPE, Problem, unauthenticated

_log = structlog.get_logger("http")

QUIET: Final = frozenset({"/livez", "/readyz", "/metrics"})
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
_BODILESS: Final = frozenset({204, 304})
_SECRET_PATH: Final = re.compile(r"(/feeds/[^/]+/).+")


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """The edge's bounds. The time runs until an answer begins; a stream that has begun may last."""

    body_bytes_max: int = 1_048_576
    request_seconds_max: float = 15.0


class _Exchange:
    """One request on its way: its ids, and what became of it."""

    __slots__ = ("began", "deadline", "request_id", "status", "template")

    def __init__(self, request_id: str, seconds_max: float) -> None:
        self.request_id = request_id
        self.began = time.perf_counter()
        self.deadline = asyncio.timeout(seconds_max)
        self.status = 0
        self.template: str | None = None

    def stamp(self, message: Message) -> None:
        """Note that the answer begins, and put our headers on it; from here on it may take its time."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.request_id.encode()), _NOSNIFF]
            self.deadline.reschedule(None)


class Edge:
    """The outermost layer.

    `routed` is the FastAPI application, `plans` finds planned routes, `template_of` a routed request's path template.
    Paths under `guarded` need a token, unless they begin with one of `public`. Bodies for paths that begin with one of
    `passed_on` are not looked into.
    """

    def __init__(
        self,
        routed: ASGIApp,
        *,
        plans: Callable[[], PlanTable],
        template_of: Callable[[Scope], str],
        clock: Clock,
        verifier: TokenVerifier | None,
        guarded: str = "/api/",
        public: Collection[str] = (),
        passed_on: Collection[str] = (),
        limits: EdgeLimits | None = None,
        access_log: bool = True,
    ) -> None:
        self._routed = routed
        self._plans = plans
        self._template_of = template_of
        self._clock = clock
        self._verifier = verifier
        self._guarded = guarded
        self._public = tuple(public)
        self._passed_on = tuple(passed_on)
        self._limits = limits or EdgeLimits()
        self._access_log = access_log
        self._latencies: dict[tuple[str, str, int], Histogram] = {}
        self._access: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        traceparent, token, length, request_id = read_headers(scope["headers"])
        exchange = _Exchange(request_id or new_id(), self._limits.request_seconds_max)
        scope[REQUEST_ID] = exchange.request_id
        scope[CLOCK] = self._clock
        metrics.http_in_flight.inc()
        name = scope["method"]
        try:
            with tracing.span_from(traceparent, name, kind=SpanKind.SERVER) as span:
                asker = asking.enter(None)
                try:
                    await self._answer(scope, receive, send, exchange, token, length)
                finally:
                    asking.leave(asker)
                    self._observe(scope, exchange)
                    if span.is_recording():
                        _describe(span, scope, exchange)
        finally:
            metrics.http_in_flight.dec()

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, exchange: _Exchange, token: str | None, length: int | None
    ) -> None:
        try:
            async with exchange.deadline:
                try:
                    self._check_length(length)
                    await self._sign_in(scope, token)
                    found = self._plans().find(scope["method"], scope["path"])
                    if found is None:
                        await self._route(scope, receive, send, exchange)
                    else:
                        await self._follow(scope, receive, send, exchange, *found)
                except Exception as error:  # noqa: BLE001 - the last place that can turn a failure into an answer
                    await self._fail(scope, send, exchange, error)
        except TimeoutError:
            await self._fail(scope, send, exchange, _too_slow())

    async def _sign_in(self, scope: Scope, token: str | None) -> None:
        verifier = self._verifier
        if verifier is None or not scope["path"].startswith(self._guarded):
            return
        if token is None:
            if not scope["path"].startswith(self._public or (" ",)):
                raise unauthenticated("Send a token: Authorization: Bearer …", error="")
            return
        scope[PRINCIPAL] = principal = verifier.remembered(token) or await verifier.verify(token)
        asking.enter(principal)

    async def _follow(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        exchange: _Exchange,
        planned: Planned,
        parameters: dict[str, str],
    ) -> None:
        """Answer by a plan."""
        exchange.template = planned.template
        scope["path_params"] = parameters
        body = await self._read(receive)
        check_text(scope, body)
        answer = await planned.plan(scope, body, parameters)
        if isinstance(answer, Answer):
            await _send(send, exchange, answer.status, answer.body, answer.media_type)
        else:

            async def stamped(message: Message) -> None:
                exchange.stamp(message)
                await send(message)

            await answer(scope, receive, stamped)

    async def _route(self, scope: Scope, receive: Receive, send: Send, exchange: _Exchange) -> None:
        """Answer by FastAPI."""
        taken = 0
        passed_on = scope["path"].startswith(self._passed_on)
        kept: list[bytes] | None = [] if says_json(scope) and not passed_on else None

        async def checked() -> Message:
            nonlocal taken, kept
            message = await receive()
            chunk: bytes = message.get("body", b"")
            taken += len(chunk)
            self._check_length(taken)
            if kept is not None:
                kept.append(chunk)
                if not message.get("more_body", False):
                    whole, kept = b"".join(kept), None
                    check_text(scope, whole)
            return message

        async def stamped(message: Message) -> None:
            exchange.stamp(message)
            await send(message)

        try:
            await self._routed(scope, checked, stamped)
        finally:
            exchange.template = self._template_of(scope)

    async def _read(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        taken = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise CallerGone
            chunk: bytes = message.get("body", b"")
            taken += len(chunk)
            self._check_length(taken)
            if not message.get("more_body", False):
                break
            chunks.append(chunk)
        return b"".join((*chunks, chunk)) if chunks else chunk

    async def _fail(self, scope: Scope, send: Send, exchange: _Exchange, error: Exception) -> None:
        """Turn a failure into a problem; one that nobody foresaw is logged whole and told without its insides."""
        if isinstance(error, CallerGone):
            exchange.status = 499
            return
        problem = problem_of(error)
        if problem is None:
            _log.error("http.request.failed", request_id=exchange.request_id, path=_told(scope["path"]), exc_info=error)
            problem = Problem(
                "unexpected",
                "Something went wrong",
                500,
                "This is a fault of ours; it has been noted with the trace id.",
            )
        if exchange.status:
            raise error  # the answer has begun: all that is left is to cut the connection
        body = problem.body(request_id=exchange.request_id, trace_id=tracing.trace_id())
        extra = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        await _send(send, exchange, problem.status, body, MEDIA_TYPE, extra)

    def _observe(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.began
        method, path = scope["method"], scope["path"]
        template = exchange.template or "unmatched"
        key = (method, template, exchange.status)
        latency = self._latencies.get(key)
        if latency is None:
            latency = metrics.http_seconds.labels(method, template, str(exchange.status))
            self._latencies[key] = latency
        latency.observe(seconds)
        if self._access_log and path not in QUIET:
            if self._access is None:
                # Bound once, after logging was configured: binding costs a third of the line.
                self._access = _log.bind()
            principal = scope.get(PRINCIPAL)
            self._access.info(
                "http.request.done",
                method=method,
                route=template,
                status=exchange.status,
                ms=round(seconds * 1000, 2),
                request_id=exchange.request_id,
                role=str(principal.role) if principal else None,
            )

    def _check_length(self, length: int | None) -> None:
        most = self._limits.body_bytes_max
        if length is not None and length > most:
            raise Problem(
                "body-too-large", "Body too large", 413, f"A body may have {most} bytes at most.", body_bytes_max=most
            )


def _describe(span: Span, scope: Scope, exchange: _Exchange) -> None:
    """Name a span by its route, as OpenTelemetry's conventions for HTTP servers have it."""
    if exchange.template is not None:
        span.update_name(f"{scope['method']} {exchange.template}")
        span.set_attribute("http.route", exchange.template)
    span.set_attribute("http.request.method", scope["method"])
    span.set_attribute("url.path", _told(scope["path"]))
    span.set_attribute("http.response.status_code", exchange.status)
    if exchange.status >= 500:
        span.set_status(StatusCode.ERROR)


def _told(path: str) -> str:
    """A path as logs and traces may keep it: what opens a feed by itself is left out."""
    return _SECRET_PATH.sub(r"\1…", path)


def _too_slow() -> Problem:
    return Problem(
        "too-slow",
        "No answer in time",
        504,
        "The request took too long. What it asked for may have happened: send it again with the same Idempotency-Key.",
        headers={"Retry-After": "1"},
    )


async def _send(
    send: Send, exchange: _Exchange, status: int, body: bytes, media_type: str, extra: Iterable[Header] = ()
) -> None:
    headers: list[Header] = [(b"x-request-id", exchange.request_id.encode()), _NOSNIFF, *extra]
    if status not in _BODILESS:
        headers.append((b"content-length", str(len(body)).encode()))
        headers.append((b"content-type", media_type.encode()))
    exchange.status = status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
