"""The way to every service's API: `/api/<service>/…` goes to that service as it came, except for who asks.

A bearer token passes untouched. A session's cookie stays here: in its place goes a short-lived token of the account.
Bodies and event streams pass piece by piece, in both directions, never gathered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

import jwt
import structlog
from starlette.types import Message, Receive, Scope, Send

from services.portal.adapters.bearers import Bearers
from services.portal.adapters.upstream import (
    AnswerCut,
    Header,
    UpstreamAnswer,
    UpstreamBusy,
    UpstreamDown,
    UpstreamPool,
    UpstreamRequest,
    UpstreamSlow,
    repeatable,
)
from services.portal.cookies import SAFE_METHODS, Cookie, csrf_in
from services.portal.queries import WhoAsks
from services.portal.streams import Streams
from shared.runtime.http.call import REQUEST_ID, CallerGone
from shared.runtime.problems import Problem, forbidden, not_found, unauthenticated, unavailable
from shared.runtime.tracing import current_traceparent

_log = structlog.get_logger(__name__)

# RFC 9110, 7.6.1: these speak of one connection and end here.
HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
NOT_ASKED: Final = HOP_BY_HOP | {
    b"host",
    b"content-length",
    b"cookie",
    b"expect",
    b"forwarded",
    b"traceparent",
    b"x-csrf-token",
    b"x-forwarded-for",
    b"x-request-id",
}
# The portal's own edge puts the request id and the sniffing guard on every answer, and its server the date.
NOT_ANSWERED: Final = HOP_BY_HOP | {b"date", b"server", b"x-request-id", b"x-content-type-options", b"set-cookie"}


@dataclass(frozen=True, slots=True)
class _Passage:
    """The way to one service; `path_format` is what metrics and the access log call it."""

    name: str
    pool: UpstreamPool
    path_format: str


class Proxy:
    """An ASGI application for everything under `/api/`; raises Problems, which the edge answers.

    Once `draining` is set every event stream ends: its reader never leaves, and comes back by `Last-Event-ID`.
    """

    def __init__(
        self,
        pools: Mapping[str, UpstreamPool],
        who: WhoAsks,
        cookie: Cookie,
        bearers: Bearers | None,
        streams: Streams,
        draining: asyncio.Event,
        stalled_seconds_max: float,
    ) -> None:
        self._passages = {name.encode(): _Passage(name, pool, f"/api/{name}/…") for name, pool in pools.items()}
        self._who = who
        self._cookie = cookie
        self._bearers = bearers
        self._streams = streams
        self._draining = draining
        self._stalled_seconds_max = stalled_seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and its answer back."""
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        service = path[5:].partition(b"/")[0]
        passage = self._passages.get(service)
        if passage is None:
            raise not_found("service", service.decode("latin-1"))
        scope["route"] = passage
        name = passage.name
        authorization = await self._authorization(scope)
        request = await _request_of(scope, receive, path, authorization)
        try:
            answer = await passage.pool.ask(request)
        except UpstreamDown as error:
            _log.warning("proxy.upstream.down", upstream=name, error=str(error))
            raise unavailable(
                f"The {name} service cannot be reached for the moment; send the same request again."
            ) from error
        except UpstreamBusy as error:
            raise unavailable(f"Too many requests wait for {name}; send the same request again.") from error
        except UpstreamSlow as error:
            _log.warning("proxy.upstream.slow", upstream=name)
            raise _too_slow(name) from error
        try:
            await self._pass_back(request, answer, receive, send)
        except AnswerCut:
            _log.warning("proxy.upstream.cut", upstream=name)
            raise
        finally:
            answer.close()

    async def _pass_back(self, request: UpstreamRequest, answer: UpstreamAnswer, receive: Receive, send: Send) -> None:
        headers = _answer_headers(answer)
        if not _is_event_stream(headers):
            # One that ends by itself is waited for also while the portal stops.
            await self._stream_back(answer, headers, receive, send, until=asyncio.Event())
            return
        caller = _subject_of(next((value for name, value in request.headers if name == b"authorization"), b""))
        self._streams.enter(caller)
        try:
            await self._stream_back(answer, headers, receive, send, until=self._draining)
        finally:
            self._streams.leave(caller)

    async def _stream_back(
        self, answer: UpstreamAnswer, headers: list[Header], receive: Receive, send: Send, *, until: asyncio.Event
    ) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if answer.complete:
            await send({"type": "http.response.body", "body": answer.rest()})
            return
        streaming = asyncio.ensure_future(_stream(answer, send, self._stalled_seconds_max))
        leaving = asyncio.ensure_future(_left(receive))
        stopping = asyncio.ensure_future(_set(until))
        try:
            await asyncio.wait((streaming, leaving, stopping), return_when=asyncio.FIRST_COMPLETED)
            if streaming.done():
                streaming.result()
            if not leaving.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            for task in (streaming, leaving, stopping):
                task.cancel()

    async def _authorization(self, scope: Scope) -> bytes | None:
        """What to put into the Authorization header; None leaves it as it came."""
        headers = scope["headers"]
        if any(name == b"authorization" for name, _ in headers):
            return None
        secret = self._cookie.secret_in(headers)
        if secret is None or self._bearers is None:
            return None
        signed_in = await self._who.by_cookie(secret)
        if signed_in is None:
            raise unauthenticated("The session has ended; sign in again.")
        if scope["method"] not in SAFE_METHODS and not signed_in.may_write(csrf_in(headers)):
            raise missing_csrf()
        return self._bearers.authorization(signed_in.identity)


def missing_csrf() -> Problem:
    """403: a write came with a cookie and without the page's token, as another site's would."""
    return forbidden("csrf-token-missing", "A write with the session's cookie repeats its token in X-CSRF-Token.")


def _too_slow(name: str) -> Problem:
    return Problem(
        "too-slow",
        "No answer in time",
        504,
        f"The {name} service took too long. What was asked for may have happened: "
        "send it again with the same Idempotency-Key.",
        headers={"Retry-After": "1"},
    )


async def _request_of(scope: Scope, receive: Receive, path: bytes, authorization: bytes | None) -> UpstreamRequest:
    query: bytes = scope["query_string"]
    method = scope["method"].encode()
    headers = _request_headers(scope, authorization)
    target = path + b"?" + query if query else path
    first = await _received(receive)
    if not first.get("more_body", False):
        body: bytes = first.get("body", b"")
        return UpstreamRequest(method, target, headers, body, repeatable=repeatable(method, headers))
    length = next((int(value) for name, value in scope["headers"] if name == b"content-length"), None)
    return UpstreamRequest(method, target, headers, _pieces(first.get("body", b""), receive), length)


async def _pieces(first: bytes, receive: Receive) -> AsyncIterator[bytes]:
    if first:
        yield first
    more = True
    while more:
        message = await _received(receive)
        if piece := message.get("body", b""):
            yield piece
        more = message.get("more_body", False)


async def _received(receive: Receive) -> Message:
    """Some of the body; raises CallerGone, so that a body that was cut never passes for a short or an empty one."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise CallerGone
    return message


def _request_headers(scope: Scope, authorization: bytes | None) -> tuple[Header, ...]:
    came: list[Header] = scope["headers"]
    gone = NOT_ASKED | _named_by_connection(came)
    headers = [header for header in came if header[0] not in gone]
    if authorization is not None:
        headers.append((b"authorization", authorization))
    headers.append((b"x-request-id", scope[REQUEST_ID].encode()))
    traceparent = current_traceparent()
    if traceparent is not None:
        headers.append((b"traceparent", traceparent.encode()))
    if scope.get("client"):
        headers.append((b"x-forwarded-for", scope["client"][0].encode()))
    return tuple(headers)


def _named_by_connection(headers: list[Header]) -> frozenset[bytes]:
    """Further headers that a sender wants to end here; nothing is named but on rare days."""
    named = [value for name, value in headers if name == b"connection"]
    words = {word.strip().lower() for value in named for word in value.split(b",")}
    # What carries identity, or our own framing, cannot be taken off by naming it.
    return frozenset(words - {b"authorization", b"idempotency-key", b"cookie", b""})


def _answer_headers(answer: UpstreamAnswer) -> list[Header]:
    gone = NOT_ANSWERED | _named_by_connection(answer.headers)
    return [header for header in answer.headers if header[0] not in gone]


async def _set(event: asyncio.Event) -> None:
    await event.wait()


def _is_event_stream(headers: list[Header]) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers)


async def _stream(answer: UpstreamAnswer, send: Send, stalled_seconds_max: float) -> None:
    async for piece in answer.pieces():
        # A reader that takes nothing would hold its connection, and the service's, for as long as it likes.
        async with asyncio.timeout(stalled_seconds_max):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        # A stream may say nothing for long, and would keep what it said last: a fair's snapshot, for each who listens.
        del piece


async def _left(receive: Receive) -> None:
    """Until the caller has gone: a stream that nobody hears would hold its connection for ever."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _subject_of(authorization: bytes) -> bytes:
    """Whose token it is: tokens are renewed every few minutes, and their holder is the same.

    The service has verified it by now, for it has begun to answer; what is no token stands for itself.
    """
    try:
        claims = jwt.decode(authorization.rpartition(b" ")[2], options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return authorization
    return f"{claims.get('iss')} {claims.get('sub')}".encode()
