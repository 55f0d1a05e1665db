from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine

import httpx
import jwt
import pytest
import uvloop
from starlette.types import Message, Scope
from structlog.testing import capture_logs

from services.portal.adapters.bearers import Bearers
from shared.runtime.clock import ManualClock
from shared.runtime.service import Service
from tests.builders.signing_in import sign_in
from tests.unit.portal.conftest import PASSWORD
from tests.unit.portal.servers import Scripted, answer, eventually, listening_socket, read_head, served

Portal = Callable[..., Service]


@contextlib.asynccontextmanager
async def through(portal: Portal, upstream: str, **settings: float) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a portal whose booking service is at `upstream`."""
    with listening_socket() as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        service = portal(upstream_booking=upstream, public_url=address, **settings)
        async with served(service.app, taken) as url, httpx.AsyncClient(base_url=url, timeout=10) as client:
            yield client
    for component in service.components:
        await component.stop()


class Recorder:
    """Answers every request on a connection and keeps what came."""

    def __init__(self, *more: bytes) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.more = more

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await read_head(reader)
            except asyncio.IncompleteReadError:
                return
            self.heads.append(head)
            self.bodies.append(await self._body(head, reader))
            writer.write(answer(b'{"done":true}', *self.more))

    async def _body(self, head: bytes, reader: asyncio.StreamReader) -> bytes:
        headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
        if b"content-length" in headers:
            return await reader.readexactly(int(headers[b"content-length"]))
        body = b""
        while headers.get(b"transfer-encoding") == b"chunked":
            size = int(await reader.readuntil(b"\r\n"), 16)
            body += await reader.readexactly(size)
            await reader.readline()
            if size == 0:
                break
        return body

    def header(self, name: bytes, index: int = -1) -> list[bytes]:
        lines = self.heads[index].split(b"\r\n")[1:]
        return [line.partition(b": ")[2] for line in lines if line.partition(b": ")[0].lower() == name]


async def test_a_bearer_token_and_all_that_matters_passes_untouched_and_the_rest_stays(portal: Portal) -> None:
    recorder = Recorder(b'etag: "v7"', b"x-request-id: theirs", b"connection: x-inner", b"x-inner: 1")
    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        came = await client.post(
            "/api/booking/reservations?fair=a%2Fb&q=%D0%B7",
            content=b'{"fair":"a"}',
            headers={
                "Authorization": "Bearer not-even-a-token",
                "Idempotency-Key": "k1",
                "If-None-Match": '"v6"',
                "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "X-Request-Id": "asked-1",
                "X-Forwarded-For": "6.6.6.6",
                "Cookie": "pavilion_session=whatever",
                "Connection": "keep-alive, x-mine",
                "X-Mine": "1",
                "TE": "trailers",
            },
        )
    assert recorder.heads[0].startswith(b"POST /api/booking/reservations?fair=a%2Fb&q=%D0%B7 HTTP/1.1\r\n")
    assert recorder.bodies == [b'{"fair":"a"}']
    assert recorder.header(b"authorization") == [b"Bearer not-even-a-token"]
    assert recorder.header(b"idempotency-key") == [b"k1"]
    assert recorder.header(b"if-none-match") == [b'"v6"']
    assert recorder.header(b"x-request-id") == [b"asked-1"]
    assert recorder.header(b"x-forwarded-for") == [b"127.0.0.1"]
    assert recorder.header(b"traceparent")[0].split(b"-")[1] == b"0af7651916cd43dd8448eb211c80319c"
    for gone in (b"cookie", b"te", b"x-mine", b"connection"):
        assert recorder.header(gone) == []
    assert came.headers["etag"] == '"v7"'
    assert came.headers["x-request-id"] == "asked-1"
    assert "x-inner" not in came.headers
    assert len(came.headers.get_list("date")) == 1


async def test_what_a_body_says_is_its_service_s_affair(portal: Portal) -> None:
    recorder, body = Recorder(), rb'{"reason": "half \ud83d"}'
    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        headers = {"Authorization": "Bearer t", "Content-Type": "application/json"}
        assert (await client.post("/api/booking/reservations", content=body, headers=headers)).status_code == 200
        ours = await client.post("/oidc/sign-in", content=rb'{"account": "\ud83d"}', headers=headers)
    assert recorder.bodies == [body]
    assert ours.status_code == 422


async def test_a_session_becomes_a_token_of_its_account_and_its_cookie_stays_here(
    portal: Portal, clock: ManualClock
) -> None:
    recorder = Recorder()
    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        await sign_in(client, "olga", PASSWORD)
        await client.get("/api/booking/reservations")
        await client.get("/api/booking/reservations")
        clock.advance(seconds=290)
        await client.get("/api/booking/reservations")
        keys = (await client.get("/oidc/jwks.json")).json()
    tokens = [recorder.header(b"authorization", index)[0].decode().removeprefix("Bearer ") for index in range(3)]
    assert tokens[0] == tokens[1] != tokens[2]
    key = jwt.PyJWKSet.from_dict(keys).keys[0]
    claims = jwt.decode(
        tokens[2],
        key,
        ["EdDSA"],
        audience="pavilion",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert claims["sub"] == "account:olga"
    assert claims["exhibitor"] == "altai"
    assert recorder.header(b"cookie") == []


async def test_a_write_with_a_session_needs_the_page_s_token_and_nothing_reaches_the_service_without(
    portal: Portal,
) -> None:
    recorder = Recorder()
    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        csrf = (await sign_in(client, "emma", PASSWORD)).json()["csrf"]
        for headers in ({}, {"X-CSRF-Token": "guess"}):
            refused = await client.post("/api/booking/reservations", json={}, headers=headers)
            assert refused.status_code == 403
            assert refused.json()["type"] == "urn:pavilion:problem:csrf-token-missing"
        assert recorder.heads == []
        assert (
            await client.post("/api/booking/reservations", json={}, headers={"X-CSRF-Token": csrf})
        ).status_code == 200
        assert recorder.header(b"x-csrf-token") == []


async def test_a_cookie_whose_session_has_ended_is_told_so(portal: Portal) -> None:
    recorder = Recorder()
    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        refused = await client.get("/api/booking/reservations", headers={"Cookie": "pavilion_session=old"})
    assert refused.status_code == 401
    assert recorder.heads == []


async def test_a_request_without_any_sign_in_passes_and_the_service_decides(portal: Portal) -> None:
    recorder = Recorder()
    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        assert (await client.get("/api/booking/openapi")).status_code == 200
    assert recorder.header(b"authorization") == []


async def test_a_service_that_is_down_is_503_with_the_time_to_wait(portal: Portal) -> None:
    async with through(portal, "http://127.0.0.1:1") as client:
        refused = await client.post("/api/booking/reservations", json={}, headers={"Authorization": "Bearer x"})
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["type"] == "urn:pavilion:problem:unavailable"


async def test_a_service_that_does_not_begin_to_answer_is_504(portal: Portal) -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await read_head(reader)
        await reader.read()

    async with (
        Scripted(silent).running() as upstream,
        through(portal, upstream, upstream_answer_seconds_max=0.2) as client,
    ):
        refused = await client.get("/api/booking/slow")
    assert refused.status_code == 504
    assert refused.json()["type"] == "urn:pavilion:problem:too-slow"


async def test_an_unknown_service_is_404(portal: Portal) -> None:
    async with through(portal, "http://127.0.0.1:1") as client:
        for path in ("/api/billing/x", "/api/", "/api/booking2"):
            assert (await client.get(path)).status_code == 404


async def test_connections_are_used_again(portal: Portal) -> None:
    server = Scripted(Recorder())
    async with server.running() as upstream, through(portal, upstream) as client:
        for _ in range(5):
            await client.get("/api/booking/booths")
    assert server.connections == 1


async def _once_then_gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers one request as if it would stay, and hangs up on the next."""
    await read_head(reader)
    writer.write(answer())
    await read_head(reader)


async def test_a_connection_found_dead_is_replaced_where_the_request_may_be_repeated(portal: Portal) -> None:
    recorder = Recorder()
    server = Scripted(_once_then_gone, recorder)
    async with server.running() as upstream, through(portal, upstream) as client:
        await client.get("/api/booking/booths")
        keyed = await client.post("/api/booking/reservations", json={}, headers={"Idempotency-Key": "k"})
    assert keyed.status_code == 200
    assert len(recorder.heads) == 1


async def test_a_post_without_a_key_is_never_sent_twice(portal: Portal) -> None:
    recorder = Recorder()
    server = Scripted(_once_then_gone, recorder)
    async with server.running() as upstream, through(portal, upstream) as client:
        await client.get("/api/booking/booths")
        refused = await client.post("/api/booking/reservations", json={})
    assert refused.status_code == 503
    assert recorder.heads == []


async def test_an_answer_cut_in_the_middle_is_not_passed_off_as_whole(portal: Portal) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")

    async with Scripted(cut).running() as upstream, through(portal, upstream) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/api/booking/booths")


@pytest.mark.parametrize(
    "framing",
    [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nbody", b"HTTP/1.0 200 OK\r\n\r\nbody"],
    ids=["until-close", "http-1.0"],
)
async def test_an_answer_that_ends_with_its_connection_is_whole(portal: Portal, framing: bytes) -> None:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(framing)

    async with Scripted(closing).running() as upstream, through(portal, upstream) as client:
        assert (await client.get("/api/booking/booths")).text == "body"


async def test_answers_without_a_body_leave_the_connection_in_order(portal: Portal) -> None:
    async def bodyless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\netag: "a"\r\n\r\n')
        await read_head(reader)
        writer.write(answer(b"next"))
        await reader.read()

    server = Scripted(bodyless)
    async with server.running() as upstream, through(portal, upstream) as client:
        first = await client.get("/api/booking/booths", headers={"If-None-Match": '"a"'})
        second = await client.get("/api/booking/booths")
    assert (first.status_code, first.headers["etag"]) == (304, '"a"')
    assert second.text == "next"
    assert server.connections == 1


async def test_head_is_answered_though_no_body_follows_the_length(portal: Portal) -> None:
    async def head_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n")
        await reader.read()

    async with Scripted(head_only).running() as upstream, through(portal, upstream) as client:
        assert (await client.head("/api/booking/booths")).headers["content-length"] == "5000"


async def test_what_is_no_http_is_503(portal: Portal) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"220 mail.example ESMTP\r\n")
        await reader.read()

    async with Scripted(babble).running() as upstream, through(portal, upstream) as client:
        assert (await client.get("/api/booking/booths")).status_code == 503


async def test_an_event_stream_passes_piece_by_piece_and_ends_when_the_reader_leaves(portal: Portal) -> None:
    go, ended = asyncio.Event(), asyncio.Event()

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"c\r\ndata: one\r\n\r\n\r\n".replace(b"data: one\r\n\r\n", b"data: one\n\n "))
        await go.wait()
        writer.write(b"b\r\ndata: two\n\n\r\n")
        await reader.read()
        ended.set()

    async with Scripted(events).running() as upstream, through(portal, upstream) as client:
        async with client.stream("GET", "/api/booking/live?fair=a") as stream:
            assert stream.headers["content-type"] == "text/event-stream"
            pieces = stream.aiter_raw()
            assert b"one" in await anext(pieces)
            go.set()
            assert b"two" in await anext(pieces)
        await eventually(ended.is_set)


async def test_an_event_stream_ends_in_order_when_the_portal_stops(portal: Portal) -> None:
    """Its reader never leaves by itself: waiting for it would take all the time that a stopping server has."""

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"b\r\ndata: one\n\n\r\n")
        await reader.read()

    async with Scripted(events).running() as upstream:
        service = portal(upstream_booking=upstream)
        async with (
            served(service.app) as url,
            httpx.AsyncClient(base_url=url, timeout=10) as client,
            client.stream("GET", "/api/booking/live?fair=a") as stream,
        ):
            pieces = stream.aiter_raw()
            assert b"one" in await anext(pieces)
            service.health.drain()
            assert [piece async for piece in pieces] == []


async def test_who_watches_leaves_room_for_who_books(portal: Portal) -> None:
    """Streams are bounded below the connections that a service may have, and for each account."""
    began = 0

    async def events(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal began
        head = await read_head(reader)
        if b"/live" not in head:
            writer.write(answer(b"{}"))
            return
        began += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"b\r\ndata: one\n\n\r\n")
        await reader.read()

    bounds = {"streams_max": 3, "streams_each_max": 2, "upstream_connections_max": 4}
    async with Scripted(events).running() as upstream, through(portal, upstream, **bounds) as client:

        async def watch(who: str, open_: contextlib.AsyncExitStack) -> int:
            bearer = {"Authorization": f"Bearer {who}"}
            stream = client.stream("GET", "/api/booking/live?fair=a", headers=bearer)
            return (await open_.enter_async_context(stream)).status_code

        async with contextlib.AsyncExitStack() as open_:
            assert [await watch("a", open_) for _ in range(3)] == [200, 200, 503]
            assert [await watch("b", open_) for _ in range(2)] == [200, 503]
            assert (await client.get("/api/booking/booths")).status_code == 200
        await eventually(lambda: began == 5)
        async with contextlib.AsyncExitStack() as open_:
            assert await watch("a", open_) == 200
        renewed = [jwt.encode({"iss": "here", "sub": "emma", "jti": str(n)}, "k" * 32) for n in range(3)]
        async with contextlib.AsyncExitStack() as open_:
            assert [await watch(token, open_) for token in renewed] == [200, 200, 503]


async def test_a_long_upload_passes_with_its_length_or_in_chunks(portal: Portal) -> None:
    recorder = Recorder()
    body = bytes(range(256)) * 8_192

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    async with Scripted(recorder).running() as upstream, through(portal, upstream) as client:
        assert (await client.put("/api/booking/plan", content=body)).status_code == 200
        assert (await client.put("/api/booking/plan", content=pieces())).status_code == 200
    assert recorder.bodies == [body, body]


@pytest.mark.parametrize(
    ("framing", "before"),
    [
        ((b"content-length", b"20"), []),
        ((b"content-length", b"20"), [b'{"reason":']),
        ((b"transfer-encoding", b"chunked"), []),
        ((b"transfer-encoding", b"chunked"), [b'{"reason":', b'"rain']),
    ],
    ids=["nothing-of-a-length", "half-of-a-length", "no-chunk", "some-chunks"],
)
async def test_who_goes_away_before_the_body_is_whole_has_asked_for_nothing(
    portal: Portal, framing: tuple[bytes, bytes], before: list[bytes]
) -> None:
    recorder = Recorder()
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in before]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    path = "/api/booking/reservations/r/cancel"
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer x"), framing],
    }
    server = Scripted(recorder)
    async with server.running() as upstream:
        with capture_logs() as logs:
            await portal(upstream_booking=upstream, access_log=True).app(scope, receive, send)
        await eventually(lambda: len(server.failures) == server.connections)
    assert recorder.bodies == []
    assert server.connections == bool(before)
    assert sent == []
    assert [(entry["event"], entry["status"]) for entry in logs] == [("http.request.done", 499)]


async def test_a_body_over_the_limit_is_refused(portal: Portal) -> None:
    async with Scripted(Recorder()).running() as upstream, through(portal, upstream, body_bytes_max=1_000) as client:
        assert (await client.put("/api/booking/plan", content=b"x" * 1_001)).status_code == 413


async def test_a_slow_reader_holds_the_service_back_and_loses_nothing(portal: Portal) -> None:
    total = 64 * 1_048_576
    written = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % total)
        while written < total:
            writer.write(b"x" * 65_536)
            written += 65_536
            await writer.drain()

    async with (
        Scripted(flood).running() as upstream,
        through(portal, upstream) as client,
        client.stream("GET", "/api/booking/export") as stream,
    ):
        pieces = stream.aiter_raw()
        taken = len(await anext(pieces))
        await _settled(lambda: written)
        assert written < total
        async for piece in pieces:
            taken += len(piece)
    assert taken == total


async def test_a_slow_reader_of_an_event_stream_is_cut_off_and_what_waits_for_it_is_bounded(portal: Portal) -> None:
    """Nothing is read of what it does not take: the service's end fills up, and notices."""
    written, ended = 0, asyncio.Event()
    event = b"data: " + b"x" * 8_184 + b"\n\n"

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"%x\r\n%b\r\n" % (len(event), event))
                written += len(event)
                await writer.drain()
        ended.set()

    async with Scripted(flood).running() as upstream:
        service = portal(upstream_booking=upstream, stalled_seconds_max=1.0)
        async with served(service.app) as url:
            address = httpx.URL(url)
            reader, writer = await asyncio.open_connection(address.host, address.port, limit=1)
            writer.write(b"GET /api/booking/live?fair=a HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\n\r\n")
            await _settled(lambda: written)
            assert 0 < written < 64 * 1_048_576
            await eventually(ended.is_set)
            writer.close()
            del reader


async def _settled(value: Callable[[], int]) -> None:
    """Until the value has not changed over many turns of the loop."""
    quiet = 0
    async with asyncio.timeout(10):
        while quiet < 50:
            before = value()
            await asyncio.sleep(0.002)
            quiet = quiet + 1 if value() == before else 0


def test_remembered_tokens_are_bounded(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.portal.adapters import bearers as module
    from services.portal.domain.identities import Identity

    class _Issuer:
        minted = 0

        def mint(self, *_: object) -> str:
            self.minted += 1
            return str(self.minted)

    monkeypatch.setattr(module, "REMEMBERED_MAX", 2)
    issuer = _Issuer()
    bearers = Bearers(issuer, clock, 300)  # type: ignore[arg-type]
    people = [Identity(name, name, name, "admin") for name in ("a", "b", "c")]
    assert [bearers.authorization(one) for one in people] == [b"Bearer 1", b"Bearer 2", b"Bearer 3"]
    assert bearers.authorization(people[2]) == b"Bearer 3"
    assert bearers.authorization(people[0]) == b"Bearer 4"


@pytest.mark.parametrize(
    "check",
    [
        test_connections_are_used_again,
        test_a_connection_found_dead_is_replaced_where_the_request_may_be_repeated,
        test_a_service_that_is_down_is_503_with_the_time_to_wait,
        test_an_event_stream_passes_piece_by_piece_and_ends_when_the_reader_leaves,
        test_a_long_upload_passes_with_its_length_or_in_chunks,
        test_a_slow_reader_holds_the_service_back_and_loses_nothing,
    ],
)
def test_the_same_on_the_loop_that_the_services_run_on(
    portal: Portal, check: Callable[[Portal], Coroutine[None, None, None]]
) -> None:
    uvloop.run(check(portal))
