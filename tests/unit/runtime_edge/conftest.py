from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from shared.runtime.auth import Issuer, Principal, Role, TokenVerifier
from shared.runtime.auth.keys import KeySet
from shared.runtime.clock import ManualClock
from shared.runtime.committer import Contended, KeyInProgress, KeyReused, Overloaded
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, create_app
from shared.runtime.http.app import EdgeApp
from shared.runtime.problems import conflict
from shared.runtime.settings import ServiceSettings
from shared.runtime.store import StoreUnavailable

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def issuer(clock: ManualClock) -> Issuer:
    return Issuer(Ed25519PrivateKey.generate(), clock=clock)


@pytest.fixture
def jwks(issuer: Issuer, tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    issuer.write_jwks(path)
    return path


@pytest.fixture
def verifier(jwks: Path, clock: ManualClock) -> TokenVerifier:
    return TokenVerifier(KeySet(str(jwks)), clock=clock)


@pytest.fixture
def bearer(issuer: Issuer) -> Callable[..., dict[str, str]]:
    """The header of somebody signed in; an exhibitor unless told otherwise."""

    def make(role: Role = Role.EXHIBITOR, *, subject: str = "sub-1", tenant: str = "tea") -> dict[str, str]:
        principal = Principal(
            subject,
            role,
            exhibitor=tenant if role is Role.EXHIBITOR else None,
            organizer=tenant if role is Role.ORGANIZER else None,
        )
        return {"Authorization": f"Bearer {issuer.mint(principal)}"}

    return make


class Wish(BaseModel):
    fair: str
    booths: list[str] = Field(min_length=1)


class Got(BaseModel):
    who: str
    key: str | None
    count: int


FAILURES: dict[str, Exception] = {
    "problem": conflict("booth-taken", "Somebody was first.", items=[{"booth": "N1/A-011"}]),
    "store": StoreUnavailable("mongodb://user:secret@host"),
    "overloaded": Overloaded("4096"),
    "contended": Contended("12"),
    "reused": KeyReused("k"),
    "in-progress": KeyInProgress("k"),
    "http": HTTPException(404),
    "unforeseen": RuntimeError("the inside of things"),
    "timeout-of-its-own": TimeoutError("an upstream"),
}


def routes(route_class: type) -> APIRouter:
    """The same routes, by plan or by FastAPI's own way."""
    router = APIRouter(prefix="/api/try", route_class=route_class)

    @router.post("/wishes", status_code=201)
    async def wish(body: Wish, call: Call) -> Got:
        return Got(
            who=call.principal.subject,
            key=call.idempotency.key if call.idempotency else None,
            count=len(body.booths),
        )

    @router.get("/wishes/{wish}/of/{person}")
    async def read(wish: str, person: str, principal: CurrentPrincipal) -> dict[str, str]:
        return {"wish": wish, "person": person, "who": principal.subject}

    @router.post("/fail/{how}")
    async def fail(how: str, call: Call) -> Got:
        raise FAILURES[how]

    @router.get("/feeds/{feed}/{secret}.ics")
    async def feed(feed: str, secret: str) -> None:
        raise RuntimeError("inside")

    @router.post("/slow")
    async def slow(call: Call) -> Got:
        await asyncio.Event().wait()
        raise AssertionError("it never gets here")

    @router.delete("/nothing", status_code=204)
    async def nothing(call: Call) -> None:
        return None

    return router


@pytest.fixture
def settings() -> ServiceSettings:
    return ServiceSettings(service="try", body_bytes_max=1_000, request_seconds_max=2)


@pytest.fixture
def app(settings: ServiceSettings, verifier: TokenVerifier, clock: ManualClock) -> EdgeApp:
    made = create_app("try", settings, verifier=verifier, clock=clock, public=("/api/try/open",))
    made.include_router(routes(CommandRoute))
    return made


@pytest.fixture
async def client(app: EdgeApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://pavilion") as made:
        yield made


@pytest.fixture
def slug() -> Callable[[httpx.Response], str]:
    """Reads a problem's name, and checks that it is one."""
    return _slug


def _slug(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["title"]
    return str(document["type"]).removeprefix("urn:pavilion:problem:")
