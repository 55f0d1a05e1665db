"""What every service shows: health, descriptions, stored answers as they were."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from fastapi import APIRouter

from shared.runtime.auth import TokenVerifier
from shared.runtime.committer import Answer, Committed
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.health import Health, NotReady
from shared.runtime.http import Call, CommandRoute, create_app, problem_answer, render
from shared.runtime.http.app import EdgeApp
from shared.runtime.problems import Problem
from shared.runtime.settings import ServiceSettings

Bearer = Callable[..., dict[str, str]]
Slug = Callable[[httpx.Response], str]


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


@pytest.mark.parametrize(
    ("asker", "status"),
    [("127.0.0.1", 200), ("10.4.5.6", 200), ("2001:4860:4860::8888", 404), ("8.8.8.8", 404), ("unknown", 404)],
)
async def test_metrics_are_shown_to_the_neighbourhood_alone(
    settings: ServiceSettings, verifier: TokenVerifier, asker: str, status: int
) -> None:
    transport = httpx.ASGITransport(create_app("try", settings, verifier=verifier), client=(asker, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://pavilion") as client:
        assert (await client.get("/metrics")).status_code == status
        through_a_proxy = await client.get("/metrics", headers={"X-Forwarded-For": "10.4.5.6"})
        assert through_a_proxy.status_code == 404


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


async def test_a_commands_stored_answer_goes_out_byte_for_byte(app: EdgeApp, bearer: Bearer, slug: Slug) -> None:
    stored = Answer(201, b'{"id" :  "as it was"}')
    router = APIRouter(prefix="/api/stored", route_class=CommandRoute)

    @router.post("/committed", response_model=dict[str, str])
    async def committed(call: Call) -> Committed:
        return Committed(None, stored, replayed=True)

    @router.post("/unplanned", response_model=dict[str, str])
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
