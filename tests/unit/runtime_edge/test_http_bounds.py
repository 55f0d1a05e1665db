"""What the edge does around an answer: limits on size and time, ids, traces, metrics, the log."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.responses import StreamingResponse
from structlog.testing import capture_logs

from shared.runtime import metrics, tracing
from shared.runtime.auth import Role
from shared.runtime.http import Call, CommandRoute
from shared.runtime.http.app import EdgeApp
from shared.runtime.http.texts import check_text, halves
from shared.runtime.problems import Problem

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WISH = {"fair": "silk", "booths": ["N1/A-011", "N1/A-012"]}
Bearer = Callable[..., dict[str, str]]
Slug = Callable[[httpx.Response], str]


async def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(
    client: httpx.AsyncClient, bearer: Bearer, slug: Slug
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


async def test_an_answer_that_takes_too_long_is_cut_with_a_problem(
    client: httpx.AsyncClient, bearer: Bearer, slug: Slug
) -> None:
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


async def test_a_wrong_method_says_which_are_right(client: httpx.AsyncClient, bearer: Bearer, slug: Slug) -> None:
    response = await client.put("/api/try/wishes", headers=bearer())
    assert (response.status_code, slug(response)) == (405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


async def test_half_a_character_is_refused_also_where_it_comes_in_pieces(
    client: httpx.AsyncClient, bearer: Bearer, slug: Slug
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"fair":"silk","booths":["N1/A-011","', b"\\ud8", b'3d"]}'):
            yield piece

    headers = {**bearer(), "content-type": "application/json"}
    response = await client.post("/api/try/wishes", content=pieces(), headers=headers)
    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert [error["field"] for error in response.json()["errors"]] == ["booths.1"]


def in_json(body: bytes) -> None:
    check_text({"headers": [(b"content-type", b"application/json")]}, body)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a": "\ud83d\ude00"}',
        rb'"\\ud83d"',
        rb'[NaN, "\ud83d\ude00"]',
        rb'{"\ud83d',
        b"",
        '"展位"'.encode(),
        pytest.param(b"[" * 99_999 + rb"\ud83d", id="deep"),
    ],
)
def test_what_is_whole_or_no_json_at_all_passes_to_its_reader(body: bytes) -> None:
    in_json(body)


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (rb'"\udc00"', ["body"]),
        (rb'{"a": [{"b": "\uDC00\uD83D"}, "\ud83d\ude00"], "c": "\ud800x"}', ["a.0.b", "c"]),
        (rb'{"a": {"\ud83d": 1}}', [r"a.\ud83d"]),
    ],
)
def test_each_half_of_a_character_is_named_by_its_place(body: bytes, places: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        in_json(body)
    assert [error["field"] for error in refused.value.extensions["errors"]] == places


def test_to_name_a_place_takes_no_more_than_the_body_does() -> None:
    many, name = 20_000, "n" * 20_000
    document = {name: [*[0] * many, "\ud800"]}
    tracemalloc.start()
    try:
        [place] = halves(document)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert place.endswith(f"….{many}")
    assert len(place) < 100
    assert most < 1_000_000


@pytest.mark.parametrize("body", [b'"\xed\xa0\xbd"', '{"a": "b"}'.encode("utf-16-le"), "é".encode("latin-1")])
def test_json_that_is_no_utf8_is_refused(body: bytes) -> None:
    with pytest.raises(Problem, match="no UTF-8") as refused:
        in_json(body)
    assert refused.value.status == 400
