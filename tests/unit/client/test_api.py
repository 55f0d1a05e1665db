"""Requests that may be sent again: with the same key, for as long as that makes sense, and no longer."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from deploy.client import Api, ApiRefused, ApiUnreachable, Http, stable_key

Answer = httpx.Response | Exception


class Server(httpx.AsyncBaseTransport):
    """Gives the answers that it was told to, in order, the last one for ever; remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def problem(status: int, slug: str, **more: object) -> httpx.Response:
    return httpx.Response(status, json={"type": f"urn:pavilion:problem:{slug}", "detail": "Said so.", **more})


OK = httpx.Response(200, json={"fine": True})


def http_to(server: Server, **options: float) -> Http:
    return Http("http://pavilion", connections_max=2, transport=server, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "first",
    [
        httpx.Response(503, headers={"Retry-After": "0"}),
        httpx.Response(429),
        httpx.Response(502),
        problem(409, "idempotency-key-in-progress"),
        httpx.ReadError("cut"),
        httpx.ConnectError("away"),
    ],
    ids=["503", "429", "502", "in-progress", "cut", "away"],
)
async def test_what_may_go_better_later_is_sent_again_with_the_same_key(first: Answer) -> None:
    server = Server(first, first, OK)
    async with http_to(server) as http:
        assert await Api(http, "token").post("/x", {"a": 1}) == {"fine": True}
    keys = {request.headers["Idempotency-Key"] for request in server.asked}
    assert (len(server.asked), len(keys), http.counts.retries) == (3, 1, 2)
    assert {request.content for request in server.asked} == {b'{"a":1}'}


async def test_a_no_is_told_at_once_with_its_stable_name() -> None:
    server = Server(problem(409, "booth-taken", items=[{"booth": "1/A-1"}]))
    async with http_to(server) as http:
        with pytest.raises(ApiRefused) as refused:
            await Api(http, "token").post("/x")
    assert (refused.value.slug, refused.value.status, refused.value.detail) == ("booth-taken", 409, "Said so.")
    assert refused.value.problem["items"] == [{"booth": "1/A-1"}]
    assert len(server.asked) == 1


async def test_patience_ends() -> None:
    server = Server(OK, httpx.Response(503))
    async with http_to(server, patience_seconds=0.3) as http:
        await Api(http, "token").get("/x")
        with pytest.raises(ApiUnreachable, match="gave no usable answer to GET /x: status 503"):
            await Api(http, "token").get("/x")


async def test_where_nobody_ever_answered_one_does_not_knock_for_long() -> None:
    server = Server(httpx.ConnectError("nobody there"))
    async with http_to(server, patience_seconds=3_600, knock_seconds=0.2) as http:
        with pytest.raises(ApiUnreachable, match="nobody there"):
            await Api(http, "token").get("/x")


@pytest.mark.parametrize("status", [200, 404])
async def test_an_answer_that_is_no_json_is_no_pavilion(status: int) -> None:
    async with http_to(Server(httpx.Response(status, text="<html>"))) as http:
        with pytest.raises(ApiRefused, match="no JSON"):
            await Api(http, "token").get("/x")


async def test_pages_are_followed_to_the_last() -> None:
    pages = [httpx.Response(200, json={"items": [n], "next": following}) for n, following in ((1, "c1"), (2, None))]
    server = Server(*pages)
    async with http_to(server) as http:
        assert [item async for item in Api(http, "token").pages("/x", "items", fair="expo")] == [1, 2]
    assert [request.url.params.get("cursor") for request in server.asked] == [None, "c1"]
    assert server.asked[1].url.params["fair"] == "expo"


def test_a_stable_key_stands_for_one_intent() -> None:
    keys: Callable[..., str] = stable_key
    assert keys("expo", "1/A-1", "hold") == keys("expo", "1/A-1", "hold")
    assert len({keys("expo", "1/A-1", "hold"), keys("expo", "1/A-1", "confirm"), keys("expo", "1/A", "-1hold")}) == 3
    assert keys("博览会").isascii()
