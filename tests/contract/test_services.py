"""What every service shows and refuses, asked of each as it is wired, on a store in memory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.routing import iter_route_contexts

import services.booking.bootstrap as booking
import services.catalog.bootstrap as catalog
import services.notification.bootstrap as notification
import services.portal.bootstrap as portal
from services.booking.settings import BookingSettings
from services.catalog.settings import CatalogSettings
from services.notification.settings import NotificationSettings
from services.portal.settings import PortalSettings
from shared.contracts.topics import TOPICS
from shared.runtime.auth import Issuer, Principal, Role, TokenVerifier
from shared.runtime.auth.keys import KeySet
from shared.runtime.http import CommandRoute
from shared.runtime.http.app import EdgeApp
from shared.runtime.store import MemoryStore

PUBLIC = "/api/booking/feeds/"
ISSUER = Issuer(Ed25519PrivateKey.generate())
FILLED = {"venue": "v", "fair": "f", "hall": "1", "exhibitor": "e", "reservation": "r", "entry": "n", "letter": "l"}
# One user of each kind, of tenants that own nothing.
STRANGERS = {
    "exhibitor": Principal("x", Role.EXHIBITOR, exhibitor="nobody"),
    "organizer": Principal("o", Role.ORGANIZER, organizer="nobody"),
    "service": Principal("s", Role.SERVICE),
}


@dataclass(frozen=True)
class Shown:
    name: str
    app: EdgeApp
    listens: frozenset[str]
    core: Any


def wired(name: str, jwks: str) -> Shown:
    verifier = TokenVerifier(KeySet(jwks))
    built: Any
    match name:
        case "booking":
            built = booking.build(BookingSettings(jwks=jwks), store=MemoryStore(), verifier=verifier)
        case "catalog":
            built = catalog.build(CatalogSettings(jwks=jwks), store=MemoryStore(), verifier=verifier)
        case "notification":
            built = notification.build(NotificationSettings(jwks=jwks), store=MemoryStore(), verifier=verifier)
        case _:
            key, accounts = Path(jwks).with_name("key.pem"), Path(jwks).with_name("accounts.json")
            accounts.write_text("[]")
            settings = PortalSettings(jwks=jwks, issuer_key=str(key), accounts=str(accounts))
            built = portal.build(settings, store=MemoryStore())
    core = getattr(built, "core", None)
    listens = {topic for consumer in (core.consumers if core else ()) for topic in consumer._subscription.topics}
    return Shown(name, built.app, frozenset(listens), core)


@pytest.fixture(params=["booking", "catalog", "notification", "portal"])
def shown(request: pytest.FixtureRequest, tmp_path: Path) -> Shown:
    path = tmp_path / "jwks.json"
    ISSUER.write_jwks(path)
    return wired(str(request.param), str(path))


@pytest.fixture
async def client(shown: Shown) -> AsyncIterator[httpx.AsyncClient]:
    if shown.core is not None:
        await shown.core.store.prepare(shown.core.collections)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shown.app), base_url="http://pavilion") as made:
        yield made


def operations(shown: Shown) -> list[tuple[str, str]]:
    """Method and a filled-in path of every route under /api."""
    found = []
    for context in iter_route_contexts(shown.app.router.routes):
        path = context.path_format or ""
        if path.startswith("/api/") and shown.name != "portal":
            filled = re.sub(r"\{(\w+)\}", lambda part: FILLED.get(part[1], "x"), path)
            found += [(method, filled) for method in sorted(context.methods or ())]
    assert len(found) >= 10 or shown.name == "portal"
    return found


async def test_every_service_shows_its_requests_and_its_events(shown: Shown, client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert (await client.get("/docs")).status_code == 200
    events = (await client.get("/asyncapi.json")).json()
    assert events["asyncapi"] == "3.0.0"
    assert (await client.get("/asyncapi")).status_code == 200
    told = {(operation["action"], operation["channel"]["$ref"]) for operation in events["operations"].values()}
    sent = {("send", f"#/channels/{topic.name}") for topic in TOPICS if topic.owner == shown.name}
    assert told == sent | {("receive", f"#/channels/{topic}") for topic in shown.listens}


async def test_nobody_without_a_token_learns_anything(shown: Shown, client: httpx.AsyncClient) -> None:
    for method, path in operations(shown):
        response = await client.request(method, path)
        if path.startswith(PUBLIC):
            assert response.status_code == 404, f"{method} {path}"
            continue
        assert response.status_code == 401, f"{method} {path}"
        assert response.json()["type"] == "urn:pavilion:problem:not-signed-in"


@pytest.mark.parametrize("role", STRANGERS)
async def test_operations_are_for_administrators_alone(shown: Shown, client: httpx.AsyncClient, role: str) -> None:
    headers = {"Authorization": f"Bearer {ISSUER.mint(STRANGERS[role])}"}
    guarded = [(method, path) for method, path in operations(shown) if re.search("/(dead-letters|outbox)", path)]
    assert guarded or shown.name == "portal"
    for method, path in guarded:
        response = await client.request(method, path, headers=headers, json={} if method == "POST" else None)
        assert (response.status_code, response.json()["type"]) == (403, "urn:pavilion:problem:role-not-allowed"), path


@pytest.mark.parametrize("role", STRANGERS)
async def test_no_request_however_empty_meets_a_fault_of_ours(
    shown: Shown, client: httpx.AsyncClient, role: str
) -> None:
    headers = {"Authorization": f"Bearer {ISSUER.mint(STRANGERS[role])}"}
    for method, path in operations(shown):
        if path.endswith("/live"):
            continue  # a stream that never ends; it has its own tests
        for body in (None, b"{", b"{}", b"[]"):
            json = {**headers, "content-type": "application/json"}
            if method in {"GET", "DELETE"} and body is not None:
                continue
            response = await client.request(method, path, headers=json, content=body)
            assert response.status_code < 500, f"{method} {path} {body!r}: {response.text}"


@pytest.mark.parametrize("kind", ["application/json", "application/geo+json; charset=utf-8"])
async def test_half_a_character_is_refused_with_its_place_by_every_write(
    shown: Shown, client: httpx.AsyncClient, kind: str
) -> None:
    """It is well-formed JSON, and text that can be neither stored nor sent on."""
    headers = {"Authorization": f"Bearer {ISSUER.mint(Principal('a', Role.ADMIN))}", "content-type": kind}
    body = rb'{"account": "a", "password": "b", "names": ["whole \ud83d\ude00", "half \ud83d"]}'
    writes = writes_of(shown)
    assert len(writes) >= {"booking": 9, "catalog": 10, "notification": 6, "portal": 1}[shown.name]
    for method, path in writes:
        response = await client.request(method, path, headers=headers, content=body)
        assert response.status_code == 422, f"{method} {path}: {response.text}"
        [error] = response.json()["errors"]
        assert (error["field"], error["problem"]) == ("names.1", "holds half of a character")
        assert "both of its halves" in error["remedy"]


def writes_of(shown: Shown) -> list[tuple[str, str]]:
    """Method and filled-in path of everything that takes a body."""
    return [
        (method, re.sub(r"\{(\w+)\}", lambda part: FILLED.get(part[1], "x"), path))
        for path, item in shown.app.openapi()["paths"].items()
        for method in ("post", "put", "patch")
        if method in item
    ]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_half_a_character_in_a_floor_plan_is_found_whatever_its_body_is_called(
    client: httpx.AsyncClient, shown: Shown, kind: str
) -> None:
    if shown.name != "catalog":
        return
    headers = {"Authorization": f"Bearer {ISSUER.mint(Principal('o', Role.ORGANIZER, organizer='o'))}"}
    await enter_fair(client, headers)
    body = rb'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"number": "A-\ud800"}}]}'
    url = "/api/catalog/fairs/f/halls/1/floor-plan"
    response = await client.put(url, content=body, headers={**headers, "content-type": kind})
    assert (response.status_code, response.json()["type"]) == (422, "urn:pavilion:problem:floor-plan-invalid")
    assert response.json()["errors"][0]["field"] == "features.0.properties.number"


async def test_a_cursor_that_no_answer_gave_is_refused_by_every_list(shown: Shown, client: httpx.AsyncClient) -> None:
    """To begin from the start again would have whoever reads all pages read the first for ever."""
    headers = {"Authorization": f"Bearer {ISSUER.mint(Principal('o', Role.ORGANIZER, organizer='o'))}"}
    lists = lists_of(shown)
    assert len(lists) == {"booking": 3, "catalog": 4, "notification": 2, "portal": 0}[shown.name]
    if shown.name == "catalog":
        await enter_fair(client, headers)
    for path in lists:
        for cursor in ("zzz", "%00", "W10", "fDE"):
            response = await client.get(f"{path}?cursor={cursor}", headers=headers)
            found = (response.status_code, response.json().get("type"))
            assert found == (400, "urn:pavilion:problem:cursor-invalid"), f"{path} {cursor}"
        assert (await client.get(path, headers=headers)).status_code == 200


def lists_of(shown: Shown) -> list[str]:
    """The filled-in paths of everything that is read page by page."""
    found = []
    for path, item in shown.app.openapi()["paths"].items():
        named = {parameter["name"] for parameter in item.get("get", {}).get("parameters", ())}
        if "cursor" in named:
            found.append(re.sub(r"\{(\w+)\}", lambda part: FILLED.get(part[1], "x"), path))
    return found


async def enter_fair(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """The fair `f`, whose exhibitors can then be asked for."""
    zone = {"time_zone": "Asia/Almaty", "name": {"en": "V"}}
    entered = await client.put("/api/catalog/venues/v", json={**zone, "country": "KZ"}, headers=headers)
    assert entered.status_code == 200
    fair = {**zone, "venue": "v", "starts": "2027-05-01", "ends": "2027-05-02", "currency": "KZT"}
    assert (await client.put("/api/catalog/fairs/f", json=fair, headers=headers)).status_code == 200


_PLACE = {"name": {"en": "N"}, "time_zone": "Asia/Almaty"}
_DATES = {"venue": "v", "starts": "2027-05-01", "ends": "2027-05-02", "currency": "KZT"}
_HALL = {"space": "v/hall", "start": "2027-05-01T09:00", "end": "2027-05-01T10:00"}
BODIES: dict[str, Any] = {
    "/oidc/sign-in": {"account": "a", "password": "p", "request": ""},
    "/api/catalog/venues": {"slug": "v", "country": "KZ", **_PLACE},
    "/api/catalog/fairs": {"slug": "f", **_PLACE, **_DATES},
    "/api/catalog/fairs/{fair}/exhibitors": {"name": "E"},
    "/api/booking/reservations": {"fair": "f", "booths": ["1/A-001"], "exhibitor": "e"},
    "/api/booking/reservations/{reservation}/co-exhibitors": {"exhibitors": ["x"]},
    "/api/booking/reservations/{reservation}/admissions": {"exhibitor": "x"},
    "/api/booking/calendar-feeds": {"organizer": "o"},
    "/api/booking/space-bookings": {**_HALL, "organizer": "o"},
    "/api/booking/space-bookings/blockings": _HALL,
    "/api/booking/space-bookings/swap": {"first": "x", "second": "y"},
    "/api/booking/space-bookings/{booking}/reschedule": _HALL,
    "/api/booking/space-series": {**_HALL, "organizer": "o", "rule": "FREQ=DAILY;COUNT=2"},
    "/api/booking/space-series/{series_id}/reschedule": {**_HALL, "booking": "x", "scope": "all"},
    "/api/booking/space-series/{series_id}/cancel": {"booking": "x", "scope": "all"},
    "/api/booking/space-series/{series_id}/details": {"booking": "x", "scope": "all"},
    "/api/booking/venues/{venue}/calendar": {"organizer": "o", "events": []},
    "/api/booking/fairs/{fair}/booths/block": {"booths": ["1/A-001"]},
    "/api/booking/fairs/{fair}/booths/unblock": {"booths": ["1/A-001"]},
}
ASKERS = (
    Principal("a", Role.ADMIN),
    Principal("o", Role.ORGANIZER, organizer="o"),
    Principal("e", Role.EXHIBITOR, exhibitor="e"),
)


async def test_an_idempotency_key_is_shown_where_it_is_honoured_and_nowhere_else(
    shown: Shown, client: httpx.AsyncClient
) -> None:
    documented, honoured = set(), set()
    for path, item in shown.app.openapi()["paths"].items():
        for method in {"post", "patch"} & set(item):
            operation = item[method]
            if "Idempotency-Key" in [parameter["name"] for parameter in operation.get("parameters", ())]:
                documented.add((method, path))
            elif path.startswith("/api/"):
                assert "Idempotent by nature, so it takes no Idempotency-Key: " in operation["description"], path
            if await honours_key(client, method, path):
                honoured.add((method, path))
    assert documented == honoured
    assert len(documented) == {"booking": 28, "catalog": 6, "notification": 4, "portal": 0}[shown.name]


async def honours_key(client: httpx.AsyncClient, method: str, path: str) -> bool:
    """Whether another request with the same key is refused for anybody whose request gets as far as a decision."""
    url = re.sub(r"\{(\w+)\}", lambda part: FILLED.get(part[1], "x"), path)
    answers: list[httpx.Response] = []
    for asker in ASKERS:
        headers = {"Authorization": f"Bearer {ISSUER.mint(asker)}", "Idempotency-Key": path}
        urls = (url, f"{url}?another=request")
        answers += [await client.request(method, one, json=BODIES.get(path, {}), headers=headers) for one in urls]
    assert any(answer.status_code not in (403, 422) for answer in answers), f"{path}: {answers[0].text}"
    return any(answer.json()["type"].endswith(":idempotency-key-reused") for answer in answers if answer.is_error)


def test_every_command_is_planned(shown: Shown) -> None:
    for context in iter_route_contexts(shown.app.router.routes):
        if (
            (context.path_format or "").startswith("/api/")
            and "POST" in (context.methods or ())
            and shown.name != "portal"
        ):
            route = context.original_route
            assert isinstance(route, CommandRoute), f"{context.path_format} is no CommandRoute"
            assert route.plan is not None, f"{context.path_format} takes FastAPI's slow way"
