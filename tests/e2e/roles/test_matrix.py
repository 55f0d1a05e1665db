"""Roles and routes: who may do what, and that nobody sees or changes what is another's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.runtime.store import ASCENDING
from tests.e2e.roles.matrix import ROLES, TABLE, Row
from tests.e2e.roles.world import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

METHODS = {"get", "put", "post", "patch", "delete"}
OUTSIDERS = {"nobody", "other", "stranger"}


@pytest.fixture(scope="module", params=["in-memory", pytest.param("mongod", marks=pytest.mark.servers)])
def server(request: pytest.FixtureRequest) -> str | None:
    """The URL of a `mongod`, None where the stores are in memory."""
    return request.getfixturevalue("mongod") if request.param == "mongod" else None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def all_services(server: str | None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Every service, furnished; what a cell is about is made new for it."""
    directory: Path = tmp_path_factory.mktemp("roles")
    async with world(directory, mongod=server) as made:
        yield made


async def _asked(made: World, row: Row, role: str) -> tuple[httpx.Response, dict[str, Any]]:
    """A cell's answer, and what it was asked about."""
    about = dict(await row.prepare(made, role))
    options = {name: about.pop(name) for name in ("json", "content", "headers", "params") if name in about}
    return await made.ask(row.service, row.method, row.path.format(**about), role, **options), about | options


async def _everything(made: World, service: str) -> dict[str, str]:
    """All documents of a service, as text: quicker to keep than copies."""
    store = made.stores[service]
    return {name: repr(await store.find(name, {}, sort=[("_id", ASCENDING)])) for name in made.collections[service]}


async def test_every_route_that_a_service_shows_stands_in_the_table(all_services: World) -> None:
    shown = {
        (name, method.upper(), path)
        for name, app in all_services.apps.items()
        for path, operations in app.openapi()["paths"].items()
        for method in METHODS & operations.keys()
    }
    rows = [(row.service, row.method, row.path) for row in TABLE]
    assert len(rows) == len(set(rows))
    assert set(rows) == shown


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
async def test_each_role_gets_what_the_table_says(all_services: World, row: Row) -> None:
    given = {}
    for role in ROLES:
        answer, _ = await _asked(all_services, row, role)
        given[role] = answer.status_code
        if answer.status_code >= 400:
            assert answer.headers["content-type"].startswith("application/problem+json")
    assert given == dict(zip(ROLES, row.statuses, strict=True))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
async def test_nobody_from_outside_reads_what_is_anothers(all_services: World, row: Row) -> None:
    """Ids of reservations, notices, mails and drafts, and addresses, in no answer to whom they do not concern."""
    for role in sorted(OUTSIDERS):
        answer, about = await _asked(all_services, row, role)
        told = answer.text
        named = str(about)
        assert not [secret for secret in all_services.secrets if secret in told and secret not in named], role


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.method != "GET"], ids=lambda row: f"{row.method} {row.path}"
)
async def test_who_is_refused_has_changed_nothing(all_services: World, row: Row) -> None:
    for role, status in zip(ROLES, row.statuses, strict=True):
        if status < 400:
            continue
        about = dict(await row.prepare(all_services, role))
        options = {name: about.pop(name) for name in ("json", "content", "headers", "params") if name in about}
        before = await _everything(all_services, row.service)
        answer = await all_services.ask(row.service, row.method, row.path.format(**about), role, **options)
        assert answer.status_code == status
        assert await _everything(all_services, row.service) == before, role
