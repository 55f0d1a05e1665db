"""Requests that are safe to send again: the same key on every try, patience where the server asks for it."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import httpx
import orjson

_AGAIN: Final = frozenset({429, 502, 503, 504})
_IN_PROGRESS: Final = "idempotency-key-in-progress"
_WAIT_FIRST_SECONDS: Final = 0.1
_WAIT_LONGEST_SECONDS: Final = 5.0

_ONE_CONNECTION: Final = httpx.Limits(max_connections=1, max_keepalive_connections=1)

JSON: Final = "application/json"


class ApiUnreachable(Exception):
    """No answer came, or only ones that ask for patience, until patience ran out."""


class ApiRefused(Exception):
    """The server said no. `slug` is the problem's stable name, `problem` its whole JSON object."""

    def __init__(self, request: str, status: int, problem: Mapping[str, Any]) -> None:
        self.request = request
        self.status = status
        self.problem = dict(problem)
        self.slug = str(problem.get("type", "")).rpartition(":")[2]
        self.detail = str(problem.get("detail") or problem.get("title") or f"status {status}")
        super().__init__(f"{request}: {status} {self.slug or '-'}: {self.detail}")


def stable_key(*parts: str) -> str:
    """An Idempotency-Key that is the same for the same intent, whenever and wherever it is asked for."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"pavilion-{digest[:40]}"


@dataclass(slots=True)
class Counts:
    """What a client has been through."""

    requests: int = 0
    retries: int = 0


@dataclass(slots=True)
class Http:
    """The connections to one origin, shared by everybody on whose behalf requests are sent.

    `patience_seconds` bounds how long one request is tried again while the server is away or busy; as long as nothing
    has ever answered, `knock_seconds` does, since the address is probably wrong.
    """

    url: str
    connections_max: int = 32
    timeout_seconds: float = 80.0
    patience_seconds: float = 60.0
    knock_seconds: float = 5.0
    transport: httpx.AsyncBaseTransport | None = None
    counts: Counts = field(default_factory=Counts)
    _lanes: asyncio.LifoQueue[httpx.AsyncBaseTransport] | None = None
    _answered: bool = False

    async def __aenter__(self) -> Self:
        # A lane is one connection: a shared pool looks through all of its connections for every request.
        self._lanes = asyncio.LifoQueue()
        verify = httpx.create_ssl_context() if self.url.startswith("https:") else False
        for _ in range(self.connections_max):
            lane = self.transport or httpx.AsyncHTTPTransport(verify=verify, limits=_ONE_CONNECTION, trust_env=False)
            self._lanes.put_nowait(lane)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._lanes is not None and not self._lanes.empty():
            await self._lanes.get_nowait().aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> httpx.Response:
        """The server's answer, after as many tries as it takes. Raises ApiUnreachable."""
        began = time.monotonic()
        wait = _WAIT_FIRST_SECONDS
        request = self._request(method, path, params, content, headers)
        while True:
            self.counts.requests += 1
            asked = 0.0
            try:
                answer = await self._try(request)
            except httpx.TransportError as failure:
                why = f"{type(failure).__name__}: {failure}".rstrip(": ")
            else:
                self._answered = True
                if not _to_be_repeated(answer):
                    return answer
                why = f"status {answer.status_code}"
                asked = _retry_after(answer)
            pause = max(asked, wait * (0.5 + random.random()))
            patience = self.patience_seconds if self._answered else min(self.knock_seconds, self.patience_seconds)
            if time.monotonic() + pause > began + patience:
                raise ApiUnreachable(f"{self.url} gave no usable answer to {method} {path}: {why}.")
            self.counts.retries += 1
            await asyncio.sleep(pause)
            wait = min(2 * wait, _WAIT_LONGEST_SECONDS)

    def _request(
        self, method: str, path: str, params: Mapping[str, str], content: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Request:
        timeout = httpx.Timeout(self.timeout_seconds).as_dict()
        try:
            return httpx.Request(
                method,
                f"{self.url}{path}",
                params=params or None,
                content=content,
                headers=headers,
                extensions={"timeout": timeout},
            )
        except httpx.InvalidURL as error:
            raise ApiUnreachable(f"{self.url} is no address: {error}.") from error

    async def _try(self, request: httpx.Request) -> httpx.Response:
        if self._lanes is None:
            raise RuntimeError("the connections are not open: use `async with`")
        lane = await self._lanes.get()
        try:
            answer = await lane.handle_async_request(request)
            answer.request = request
            try:
                await answer.aread()
            finally:
                await answer.aclose()
            return answer
        finally:
            self._lanes.put_nowait(lane)


def _to_be_repeated(answer: httpx.Response) -> bool:
    if answer.status_code in _AGAIN:
        return True
    return answer.status_code == 409 and _IN_PROGRESS in answer.text


def _retry_after(answer: httpx.Response) -> float:
    said = answer.headers.get("retry-after", "")
    return min(float(said), 30.0) if said.isdecimal() else 0.0


class Api:
    """The API as one principal sees it. All methods raise ApiRefused and ApiUnreachable."""

    def __init__(self, http: Http, token: str) -> None:
        self._http = http
        self._token = token

    @property
    def url(self) -> str:
        """The origin."""
        return self._http.url

    async def get(self, path: str, **params: str | int) -> Any:
        """The JSON answer to a GET."""
        return await self._json("GET", path, params=params)

    async def put(
        self, path: str, value: Any, *, if_version: int | None = None, dry_run: bool = False, **more: str
    ) -> Any:
        """PUT a JSON value; `if_version` guards against somebody else's change, `more` are parameters of the query."""
        headers = {} if if_version is None else {"If-Match": f'"v{if_version}"'}
        params = {**({"dry_run": "true"} if dry_run else {}), **more}
        return await self._json("PUT", path, params=params, value=value, headers=headers)

    async def put_file(
        self, path: str, content: bytes, media_type: str, *, dry_run: bool = False, **more: float
    ) -> Any:
        """PUT a file's bytes; `more` are further parameters of the query."""
        params = {**({"dry_run": "true"} if dry_run else {}), **{name: str(value) for name, value in more.items()}}
        return await self._json("PUT", path, params=params, content=content, headers={"Content-Type": media_type})

    async def post(self, path: str, value: Any = None, *, key: str | None = None) -> Any:
        """POST a JSON value; the same `key` never takes effect twice, None makes one for this call and its retries."""
        return await self._json("POST", path, value=value, headers={"Idempotency-Key": key or uuid.uuid4().hex})

    async def pages(self, path: str, items: str, following: str = "next", **params: str | int) -> AsyncIterator[Any]:
        """Every item of a list, page after page; `items` and `following` are the answer's own names for them."""
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = await self.get(path, limit=200, **params, **more)
            for item in page[items]:
                yield item
            cursor = page.get(following)
            if cursor is None:
                return

    async def _json(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        value: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        sent = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        if value is not None:
            content = orjson.dumps(value)
            sent["Content-Type"] = JSON
        said = {name: str(text) for name, text in (params or {}).items()}
        answer = await self._http.send(method, path, params=said, content=content, headers=sent)
        try:
            body = answer.json() if answer.content else None
        except ValueError:
            body = {"detail": "the answer is no JSON; is this really Pavilion's address?"}
            if answer.is_success:
                raise ApiRefused(f"{method} {path}", answer.status_code, body) from None
        if not answer.is_success:
            raise ApiRefused(f"{method} {path}", answer.status_code, body if isinstance(body, dict) else {})
        return body
