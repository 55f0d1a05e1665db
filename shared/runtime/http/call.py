"""One request as a route sees it: who asks, with which key, when, and what they sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import QueryParams
from starlette.types import Scope

from shared.runtime.auth import Principal
from shared.runtime.clock import Clock
from shared.runtime.committer import IdempotencyKey
from shared.runtime.problems import Problem, unauthenticated

PRINCIPAL: Final = "pavilion.principal"
REQUEST_ID: Final = "pavilion.request_id"
CLOCK: Final = "pavilion.clock"
KEY_HEADER: Final = b"idempotency-key"
KEY_CHARS_MAX: Final = 255


class CallerGone(Exception):
    """The caller went away before the body was whole: nothing was asked for, and nobody hears an answer."""


@dataclass(slots=True)
class CallContext:
    """A request with its body read.

    `principal` is who asks; `body` the raw bytes; `idempotency` the caller's key with a fingerprint of this request,
    or None where none was sent.
    """

    principal: Principal
    body: bytes
    idempotency: IdempotencyKey | None
    scope: Scope

    @property
    def now(self) -> datetime:
        """The present instant by the service's clock, in UTC."""
        clock: Clock = self.scope[CLOCK]
        return clock.now()

    @property
    def request_id(self) -> str:
        """The id that the answer carries too."""
        request_id: str = self.scope[REQUEST_ID]
        return request_id

    @property
    def path(self) -> dict[str, str]:
        """The path's parameters."""
        parameters: dict[str, str] = self.scope["path_params"]
        return parameters

    @property
    def query(self) -> QueryParams:
        """The query's parameters."""
        return QueryParams(self.scope["query_string"])

    def header(self, name: str) -> str | None:
        """A header's first value, or None."""
        return header(self.scope, name.lower().encode())


def header(scope: Scope, name: bytes) -> str | None:
    """The first value of the header `name` (lower case), or None."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


def principal_of(scope: Scope) -> Principal:
    """Who asks; raises Problem 401 where nobody is signed in."""
    principal: Principal | None = scope.get(PRINCIPAL)
    if principal is None:
        raise unauthenticated("Send a token: Authorization: Bearer …", error="")
    return principal


def call_of(scope: Scope, body: bytes) -> CallContext:
    """The call that `scope` and `body` make; raises Problem 401, or 400 for a key that cannot be one."""
    principal = principal_of(scope)
    return CallContext(principal, body, idempotency_of(scope, principal, body), scope)


def idempotency_of(scope: Scope, principal: Principal, body: bytes) -> IdempotencyKey | None:
    """The caller's Idempotency-Key, scoped to them; its fingerprint is a digest of caller, method, path and body.

    The caller is in it so that no answer can ever be replayed to somebody else, however keys are stored.
    """
    key = header(scope, KEY_HEADER)
    if key is None:
        return None
    if not key or len(key) > KEY_CHARS_MAX or not key.isascii() or not key.isprintable():
        raise Problem(
            "idempotency-key-invalid",
            "Unusable idempotency key",
            400,
            f"An Idempotency-Key is 1 to {KEY_CHARS_MAX} printable ASCII characters.",
        )
    line = f"{principal.subject}\n{scope['method']} {scope['path']}?"
    request = line.encode() + scope["query_string"] + b"\n" + body
    return IdempotencyKey(principal.subject, key, hashlib.sha256(request).hexdigest())


_bearer = HTTPBearer(auto_error=False, description="A JWT of the configured issuer.")


async def call_dependency(request: Request, _: Annotated[Any, Depends(_bearer)]) -> CallContext:
    """The call, where FastAPI solves a route's parameters."""
    return call_of(request.scope, await request.body())


def principal_dependency(request: Request, _: Annotated[Any, Depends(_bearer)]) -> Principal:
    """Who asks, where FastAPI solves a route's parameters."""
    return principal_of(request.scope)


Call = Annotated[CallContext, Depends(call_dependency)]
"""Declare `call: Call` in a route to have the request's context."""

CurrentPrincipal = Annotated[Principal, Depends(principal_dependency)]
"""Declare `principal: CurrentPrincipal` in a route to know who asks."""
