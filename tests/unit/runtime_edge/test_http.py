"""The edge, asked over ASGI: every answer that a caller can get, with and without a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from shared.runtime import tracing
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal
from shared.runtime.http.app import EdgeApp
from shared.runtime.http.commands import PlanTable

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WISH = {"fair": "silk", "booths": ["N1/A-011", "N1/A-012"]}
Bearer = Callable[..., dict[str, str]]
Slug = Callable[[httpx.Response], str]
FAILURES = ["problem", "store", "overloaded", "contended", "reused", "in-progress", "http"]
FAILURES += ["unforeseen", "timeout-of-its-own"]


async def test_a_planned_route_decodes_calls_and_encodes(client: httpx.AsyncClient, bearer: Bearer) -> None:
    response = await client.post("/api/try/wishes", json=WISH, headers={**bearer(), "Idempotency-Key": "k-1"})
    assert (response.status_code, response.json()) == (201, {"who": "sub-1", "key": "k-1", "count": 2})
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_path_parameters_are_decoded_and_hold_no_slash(client: httpx.AsyncClient, bearer: Bearer) -> None:
    response = await client.get("/api/try/wishes/A-011 B-010/of/%E5%A4%A9", headers=bearer())
    assert response.json() == {"wish": "A-011 B-010", "person": "天", "who": "sub-1"}
    assert (await client.get("/api/try/wishes/a%2Fb/of/c", headers=bearer())).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("POST", "/wishes", {"json": WISH}),
        ("POST", "/wishes", {"json": {"fair": 7, "booths": []}}),
        ("POST", "/wishes", {"content": b"{", "headers": {"content-type": "application/json"}}),
        ("GET", "/wishes/a/of/b", {}),
        ("DELETE", "/nothing", {}),
        *(("POST", f"/fail/{how}", {}) for how in FAILURES),
    ],
    ids=str,
)
async def test_a_plan_answers_as_fastapi_would(
    client: httpx.AsyncClient,
    app: EdgeApp,
    bearer: Bearer,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    options: dict[str, Any],
) -> None:
    headers = {**bearer(), "X-Request-Id": "r-1", "traceparent": TRACE, **options.pop("headers", {})}
    by_plan = await client.request(method, f"/api/try{path}", headers=headers, **options)
    monkeypatch.setattr(app.edge, "_plans", lambda: PlanTable([]))
    by_fastapi = await client.request(method, f"/api/try{path}", headers=headers, **options)
    assert by_plan.status_code == by_fastapi.status_code
    assert by_plan.content == by_fastapi.content
    if by_plan.content:
        assert by_plan.headers["content-type"] == by_fastapi.headers["content-type"]


@pytest.mark.parametrize(
    ("how", "status", "expected", "retry"),
    [
        ("problem", 409, "booth-taken", None),
        ("store", 503, "unavailable", "1"),
        ("overloaded", 503, "unavailable", "2"),
        ("contended", 503, "unavailable", "1"),
        ("reused", 422, "idempotency-key-reused", None),
        ("in-progress", 409, "idempotency-key-in-progress", "1"),
        ("http", 404, "not-found", None),
        ("unforeseen", 500, "unexpected", None),
        ("timeout-of-its-own", 500, "unexpected", None),
    ],
)
async def test_each_failure_has_its_problem(
    client: httpx.AsyncClient, bearer: Bearer, how: str, status: int, expected: str, retry: str | None, slug: Slug
) -> None:
    response = await client.post(f"/api/try/fail/{how}", headers=bearer())
    assert (response.status_code, slug(response)) == (status, expected)
    assert response.headers.get("retry-after") == retry
    assert "secret" not in response.text
    assert "inside" not in response.text


async def test_a_fault_is_logged_whole_with_the_trace_that_the_caller_is_told(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    with capture_logs() as logs:
        response = await client.post("/api/try/fail/unforeseen", headers={**bearer(), "traceparent": TRACE})
    [fault] = [entry for entry in logs if entry["event"] == "http.request.failed"]
    assert isinstance(fault["exc_info"], RuntimeError)
    assert response.json()["trace_id"] == TRACE[3:35]
    assert response.json()["request_id"] == fault["request_id"] == response.headers["x-request-id"]


async def test_what_opens_a_feed_by_itself_is_in_neither_logs_nor_traces(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    exporter = InMemorySpanExporter()
    tracing.configure_tracing("try", exporter=exporter)
    try:
        with capture_logs() as logs:
            await client.get("/api/try/feeds/fed-1/opensesame.ics", headers={**bearer(), "traceparent": TRACE})
    finally:
        tracing.shutdown_tracing()
    [fault] = [entry for entry in logs if entry["event"] == "http.request.failed"]
    [span] = exporter.get_finished_spans()
    assert fault["path"] == dict(span.attributes or {})["url.path"] == "/api/try/feeds/fed-1/…"
    assert "opensesame" not in str(logs)
    assert "opensesame" not in span.to_json()


async def test_an_invalid_body_lists_each_field_with_its_remedy(
    client: httpx.AsyncClient, bearer: Bearer, slug: Slug
) -> None:
    response = await client.post("/api/try/wishes", json={"booths": []}, headers=bearer())
    assert (response.status_code, slug(response)) == (422, "invalid-request")
    errors = {error["field"]: error for error in response.json()["errors"]}
    assert set(errors) == {"fair", "booths"}
    assert errors["fair"]["remedy"] == "add it"
    assert errors["booths"]["remedy"] == "send at least 1"
    assert all(error["problem"] for error in errors.values())


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("GET", "/api/try/nowhere", "There is nothing at this address."),
        ("PATCH", "/api/try/wishes", "This address does not take such a request; `Allow` names those that it takes."),
    ],
)
async def test_what_routing_refuses_is_said_in_a_sentence(
    client: httpx.AsyncClient, bearer: Bearer, method: str, path: str, detail: str
) -> None:
    response = await client.request(method, path, headers=bearer())
    assert response.json()["detail"] == detail
    assert ("allow" in response.headers) == (response.status_code == 405)


async def test_a_body_of_another_kind_is_refused(client: httpx.AsyncClient, bearer: Bearer, slug: Slug) -> None:
    headers = {**bearer(), "content-type": "text/plain"}
    response = await client.post("/api/try/wishes", content=b'{"fair":"silk","booths":["x"]}', headers=headers)
    assert (response.status_code, slug(response)) == (415, "unsupported-media-type")


@pytest.mark.parametrize("path", ["/api/try/wishes", "/api/try/no-such-place", "/api/other"])
async def test_without_a_token_nothing_under_api_answers_anything_but_401(
    client: httpx.AsyncClient, path: str, slug: Slug
) -> None:
    for headers in ({}, {"Authorization": "Basic dTpw"}, {"Authorization": "Bearer nonsense"}):
        response = await client.post(path, json=WISH, headers=headers)
        assert (response.status_code, slug(response)) == (401, "not-signed-in")
        assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_public_path_needs_no_token_and_a_route_still_asks_who(
    client: httpx.AsyncClient, app: EdgeApp, bearer: Bearer
) -> None:
    @app.get("/api/try/open/hours")
    async def hours() -> str:
        return "9 to 5"

    @app.get("/api/try/open/mine")
    async def mine(principal: CurrentPrincipal) -> str:
        return principal.subject

    assert (await client.get("/api/try/open/hours")).json() == "9 to 5"
    assert (await client.get("/api/try/open/mine")).status_code == 401
    assert (await client.get("/api/try/open/mine", headers=bearer())).json() == "sub-1"


@pytest.mark.parametrize("key", ["", "k" * 256, "sp\tace", "ключ".encode()])
async def test_an_idempotency_key_that_cannot_be_one_is_refused(
    client: httpx.AsyncClient, bearer: Bearer, key: str | bytes, slug: Slug
) -> None:
    headers: dict[str, Any] = {**bearer(), "Idempotency-Key": key}
    response = await client.post("/api/try/wishes", json=WISH, headers=headers)
    assert (response.status_code, slug(response)) == (400, "idempotency-key-invalid")


async def test_a_key_stands_for_its_caller_method_path_query_and_body(app: EdgeApp, bearer: Bearer) -> None:
    seen = []
    router = APIRouter(prefix="/api/key", route_class=CommandRoute)

    @router.post("/{place}")
    async def note(place: str, call: Call) -> None:
        seen.append(call.idempotency)

    app.include_router(router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://pavilion") as client:
        for path, body, subject in [
            ("a", b"1", "s1"),
            ("a", b"1", "s1"),
            ("a", b"2", "s1"),
            ("b", b"1", "s1"),
            ("a?dry_run=true", b"1", "s1"),
            ("a", b"1", "s2"),
        ]:
            headers = {**bearer(subject=subject), "Idempotency-Key": "k"}
            assert (await client.post(f"/api/key/{path}", content=body, headers=headers)).status_code == 200
    first, again, *others = seen
    assert first == again
    assert len({first.fingerprint, *(key.fingerprint for key in others)}) == 5
    assert [key.scope for key in seen] == ["s1"] * 5 + ["s2"]


async def test_of_two_routes_that_match_the_one_declared_first_answers_planned_or_not(
    client: httpx.AsyncClient, app: EdgeApp, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, first_planned, literal_first in [
        ("a", True, True),
        ("b", True, False),
        ("c", False, True),
        ("d", False, False),
    ]:
        router = APIRouter(prefix=f"/api/{name}", route_class=CommandRoute)

        async def planned(call: Call) -> str:
            return "planned"

        async def routed(call: Call, limit: int = 1) -> str:
            return "routed"

        literal, template = "/search", "/{thing}"
        first, second = (literal, template) if literal_first else (template, literal)
        router.get(first)(planned if first_planned else routed)
        router.get(second)(routed if first_planned else planned)
        app.include_router(router)
    paths = [f"/api/{name}/{place}" for name in "abcd" for place in ("search", "other")]
    by_plan = [(await client.get(path, headers=bearer())).json() for path in paths]
    monkeypatch.setattr(app.edge, "_plans", lambda: PlanTable([]))
    by_fastapi = [(await client.get(path, headers=bearer())).json() for path in paths]
    assert by_plan == by_fastapi
    assert by_plan == ["planned", "routed", "planned", "planned", "routed", "planned", "routed", "routed"]
