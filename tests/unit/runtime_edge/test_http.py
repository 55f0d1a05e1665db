"""The edge, asked over ASGI: every answer that a caller can get, with and without a plan."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from structlog.testing import capture_logs

from shared.runtime import metrics, tracing
from shared.runtime.auth import Role, TokenVerifier
from shared.runtime.clock import ManualClock
from shared.runtime.committer import Answer, Committed, Contended, KeyInProgress, KeyReused, Overloaded
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.health import Health, NotReady
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, create_app, problem_answer, render
from shared.runtime.http.app import EdgeApp
from shared.runtime.http.commands import PlanTable
from shared.runtime.problems import Problem, conflict
from shared.runtime.settings import ServiceSettings
from shared.runtime.store import StoreUnavailable

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


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
    return ServiceSettings(service="try", body_bytes_max=1_000, request_seconds_max=0.2)


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


def slug(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["title"]
    return str(document["type"]).removeprefix("urn:pavilion:problem:")


Bearer = Callable[..., dict[str, str]]
WISH = {"fair": "silk", "booths": ["N1/A-011", "N1/A-012"]}


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
    client: httpx.AsyncClient, bearer: Bearer, how: str, status: int, expected: str, retry: str | None
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


async def test_an_invalid_body_lists_each_field_with_its_remedy(client: httpx.AsyncClient, bearer: Bearer) -> None:
    response = await client.post("/api/try/wishes", json={"booths": []}, headers=bearer())
    assert (response.status_code, slug(response)) == (422, "invalid-request")
    errors = {error["field"]: error for error in response.json()["errors"]}
    assert set(errors) == {"fair", "booths"}
    assert errors["fair"]["remedy"] == "add it"
    assert errors["booths"]["remedy"] == "send more of them"
    assert all(error["problem"] for error in errors.values())


async def test_a_body_of_another_kind_is_refused(client: httpx.AsyncClient, bearer: Bearer) -> None:
    headers = {**bearer(), "content-type": "text/plain"}
    response = await client.post("/api/try/wishes", content=b'{"fair":"silk","booths":["x"]}', headers=headers)
    assert (response.status_code, slug(response)) == (415, "unsupported-media-type")


@pytest.mark.parametrize("path", ["/api/try/wishes", "/api/try/no-such-place", "/api/other"])
async def test_without_a_token_nothing_under_api_answers_anything_but_401(client: httpx.AsyncClient, path: str) -> None:
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
    client: httpx.AsyncClient, bearer: Bearer, key: str | bytes
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


async def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 100

    json = {**bearer(), "content-type": "application/json"}
    for content in (b" " * 1_001, chunks()):
        response = await client.post("/api/try/wishes", content=content, headers=json)
        assert (response.status_code, slug(response)) == (413, "body-too-large")
        assert response.json()["body_bytes_max"] == 1_000


async def test_a_body_in_pieces_is_put_together(client: httpx.AsyncClient, bearer: Bearer) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"fair":"silk",', b'"booths":', b'["N1/A-011"]}'):
            yield piece

    headers = {**bearer(), "content-type": "application/json"}
    assert (await client.post("/api/try/wishes", content=pieces(), headers=headers)).json()["count"] == 1


async def test_who_goes_away_in_the_middle_of_a_body_gets_no_answer_and_does_no_harm(
    app: EdgeApp, bearer: Bearer
) -> None:
    messages = iter(({"type": "http.request", "body": b'{"fair', "more_body": True}, {"type": "http.disconnect"}))
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in bearer().items()]
    scope = {"type": "http", "method": "POST", "path": "/api/try/wishes", "query_string": b"", "headers": headers}
    with capture_logs() as logs:
        await app(scope, receive, send)
    assert sent == []
    assert [entry["status"] for entry in logs] == [499]


async def test_an_answer_that_takes_too_long_is_cut_with_a_problem(client: httpx.AsyncClient, bearer: Bearer) -> None:
    response = await client.post("/api/try/slow", headers=bearer())
    assert (response.status_code, slug(response)) == (504, "too-slow")


async def test_a_stream_that_has_begun_may_take_its_time(
    client: httpx.AsyncClient, app: EdgeApp, bearer: Bearer
) -> None:
    go = asyncio.Event()

    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        await go.wait()
        yield b"two"

    router = APIRouter(prefix="/api/live", route_class=CommandRoute)

    @router.get("/planned", response_model=None)
    async def planned(call: Call) -> StreamingResponse:
        return StreamingResponse(parts())

    @router.get("/routed", response_model=None)
    async def routed(call: Call, since: int = 0) -> StreamingResponse:
        return StreamingResponse(parts())

    app.include_router(router)
    asyncio.get_running_loop().call_later(0.3, go.set)  # later than the limit of 0.2 s
    answers = await asyncio.gather(
        *(client.get(f"/api/live/{name}", headers=bearer()) for name in ("planned", "routed"))
    )
    assert [answer.text for answer in answers] == ["one two", "one two"]


async def test_request_ids_are_taken_over_where_they_are_harmless(client: httpx.AsyncClient) -> None:
    async def id_for(sent: str | bytes) -> str:
        headers: dict[str, Any] = {"X-Request-Id": sent}
        return (await client.get("/livez", headers=headers)).headers["x-request-id"]

    assert await id_for("order-7") == "order-7"
    for harmful in ("a b", "x" * 129, "sp\tace", "é".encode()):
        made = await id_for(harmful)
        assert made != harmful
        assert len(made) == 32


async def test_the_callers_trace_is_the_one_that_handlers_see(
    client: httpx.AsyncClient, app: EdgeApp, bearer: Bearer
) -> None:
    @app.get("/api/trace")
    async def trace() -> str | None:
        return tracing.current_traceparent()

    assert (await client.get("/api/trace", headers={**bearer(), "traceparent": TRACE})).json() == TRACE
    for headers in ({}, {"traceparent": "nonsense"}):
        fresh = (await client.get("/api/trace", headers={**bearer(), **headers})).json()
        assert tracing.well_formed(fresh)
    assert tracing.current_traceparent() is None


async def test_a_span_is_named_by_its_route_and_continues_the_callers_trace(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    exporter = InMemorySpanExporter()
    tracing.configure_tracing("try", exporter=exporter)
    try:
        headers = {**bearer(), "traceparent": TRACE}
        await client.get("/api/try/wishes/secret-wish/of/me", headers=headers)
        failed = await client.post("/api/try/fail/unforeseen", headers=headers)
    finally:
        tracing.shutdown_tracing()
    read, fail = exporter.get_finished_spans()
    assert read.name == "GET /api/try/wishes/{wish}/of/{person}"
    assert (read.attributes or {})["http.response.status_code"] == 200
    assert f"{read.get_span_context().trace_id:032x}" == TRACE[3:35] == failed.json()["trace_id"]
    assert (read.status.is_ok, fail.status.is_ok) == (True, False)


async def test_requests_are_counted_by_template_and_never_by_what_callers_make_up(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    def count(route: str, status: str, method: str = "GET") -> float:
        labels = {"method": method, "route": route, "status": status}
        return metrics.REGISTRY.get_sample_value("pavilion_http_request_seconds_count", labels) or 0.0

    template = "/api/try/wishes/{wish}/of/{person}"
    before = count(template, "200"), count("unmatched", "404")
    for name in ("a", "b"):
        await client.get(f"/api/try/wishes/{name}/of/me", headers=bearer())
        await client.get(f"/api/made/up/{name}", headers=bearer())
    assert (count(template, "200"), count("unmatched", "404")) == (before[0] + 2, before[1] + 2)


async def test_the_access_log_names_the_route_and_never_a_body_or_a_token(
    client: httpx.AsyncClient, bearer: Bearer
) -> None:
    headers = bearer(Role.ORGANIZER)
    with capture_logs() as logs:
        await client.post("/api/try/wishes", json={**WISH, "fair": "hush-hush"}, headers=headers)
        await client.get("/livez")
    [entry] = logs
    assert entry["event"] == "http.request.done"
    assert (entry["method"], entry["route"], entry["status"]) == ("POST", "/api/try/wishes", 201)
    assert entry["role"] == "organizer"
    assert "hush-hush" not in repr(entry)
    assert headers["Authorization"].removeprefix("Bearer ") not in repr(entry)


async def test_a_wrong_method_says_which_are_right(client: httpx.AsyncClient, bearer: Bearer) -> None:
    response = await client.put("/api/try/wishes", headers=bearer())
    assert (response.status_code, slug(response)) == (405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


async def test_livez_is_always_there_and_readyz_says_which_part_is_not(
    settings: ServiceSettings, verifier: TokenVerifier
) -> None:
    health = Health()

    async def store() -> None:
        raise NotReady("no primary")

    app = create_app("try", settings, verifier=verifier, health=health)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pavilion") as client:
        assert (await client.get("/readyz")).status_code == 200
        health.add("store", store)
        response = await client.get("/readyz")
        assert (response.status_code, response.json()) == (503, {"ready": False, "parts": {"store": "no primary"}})
        assert (await client.get("/livez")).status_code == 200


async def test_the_descriptions_need_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/docs", "/asyncapi"):
        page = await client.get(path)
        assert page.status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text
        assert "<script" not in page.text
    assert "/api/try/wishes" in (await client.get("/docs")).text
    assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"


async def test_openapi_describes_a_planned_route_as_any_other(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    wish = document["paths"]["/api/try/wishes"]["post"]
    assert wish["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Wish"}
    assert wish["responses"]["201"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Got"}
    assert [parameter["name"] for parameter in wish["parameters"]] == ["Idempotency-Key"]
    assert wish["security"] == [{"HTTPBearer": []}]
    read = document["paths"]["/api/try/wishes/{wish}/of/{person}"]["get"]
    assert {parameter["name"] for parameter in read["parameters"]} == {"wish", "person"}
    assert "application/problem+json" in wish["responses"]["4XX"]["content"]


async def test_a_commands_stored_answer_goes_out_byte_for_byte(app: EdgeApp, bearer: Bearer) -> None:
    stored = Answer(201, b'{"id" :  "as it was"}')
    router = APIRouter(prefix="/api/stored", route_class=CommandRoute)

    @router.post("/committed", response_model=Got)
    async def committed(call: Call) -> Committed:
        return Committed(None, stored, replayed=True)

    @router.post("/unplanned", response_model=Got)
    async def unplanned(call: Call, dry_run: bool = False) -> Committed:
        return Committed(None, stored, replayed=True)

    @router.post("/refused")
    async def refused(call: Call) -> Answer:
        return problem_answer(Problem("hold-expired", "Too late", 409))

    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pavilion") as client:
        for path in ("committed", "unplanned"):
            response = await client.post(f"/api/stored/{path}", headers=bearer())
            assert (response.status_code, response.content) == (201, stored.body)
        assert slug(await client.post("/api/stored/refused", headers=bearer())) == "hold-expired"


def test_an_outcome_is_rendered_as_json_or_as_the_problem_of_its_reason() -> None:
    rendered = render(lambda accepted: {"id": accepted.answer}, status=201, statuses={"booth-unknown": 404})
    assert rendered(Accepted(answer="res-1")) == Answer(201, b'{"id":"res-1"}')
    taken = rendered(Rejected("booth-taken", "Taken.", ({"booth": "N1/A-011", "state": "held"},)))
    assert (taken.status, taken.media_type) == (409, "application/problem+json")
    assert b'"items":[{"booth":"N1/A-011","state":"held"}]' in taken.body
    assert rendered(Rejected("booth-unknown", "No such booth.")).status == 404
    assert rendered(Rejected("not-yours", "Not yours.")).status == 403
