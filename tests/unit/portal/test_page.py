from __future__ import annotations

import gzip
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator

from shared.contracts.cloudevents import schema_id
from shared.contracts.registry import CONTRACTS
from shared.contracts.samples import SAMPLES
from shared.runtime.service import Service

SCRIPT = "let plan;" * 400


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Pavilion</title>")
    (dist / "assets" / "index-abc.js").write_text(SCRIPT)
    (tmp_path / "secret.txt").write_text("not yours")
    return dist


@pytest.fixture
async def browser(portal: Callable[..., Service]) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(portal().app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield client


async def test_without_a_built_page_the_remedy_is_said_and_the_apis_still_answer(browser: httpx.AsyncClient) -> None:
    missing = await browser.get("/")
    assert missing.status_code == 503
    assert "make build-page" in missing.text
    assert (await browser.get("/livez")).status_code == 200


async def test_every_path_of_the_page_shows_it_under_a_policy_without_inline_script(
    dist: Path, browser: httpx.AsyncClient
) -> None:
    for path in ("/", "/fairs/harvest", "/index.html"):
        shown = await browser.get(path)
        assert shown.status_code == 200
        assert "<title>Pavilion</title>" in shown.text
        assert "script-src 'self';" in shown.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
        assert shown.headers["cache-control"] == "no-cache"
        assert shown.headers["x-content-type-options"] == "nosniff"


async def test_each_event_s_schema_is_there_for_everybody(browser: httpx.AsyncClient) -> None:
    for type_, contract in CONTRACTS.items():
        shown = await browser.get(f"/schemas/{type_}.json")
        assert (shown.status_code, shown.headers["content-type"]) == (200, "application/schema+json")
        assert shown.json()["$id"] == schema_id(type_)
        sample = SAMPLES[type_].model_dump(mode="json")
        Draft202012Validator(shown.json()).validate(sample)
        assert contract.owner == shown.json()["x-owner"]
    again = await browser.get(f"/schemas/{type_}.json", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for unknown in ("pavilion.none.v1", "..%2Fexamples%2Fpavilion.booking.booth.state.v1"):
        refused = await browser.get(f"/schemas/{unknown}.json")
        assert refused.status_code == 404
        assert "x-owner" not in refused.text


async def test_a_path_that_names_a_file_which_there_is_not_is_not_found(dist: Path, browser: httpx.AsyncClient) -> None:
    for path in ("/nonsense.html", "/wp/login.php", "/assets/gone", "/favicon.ico"):
        assert (await browser.get(path)).status_code == 404
    assert (await browser.get("/fairs/harvest/halls/7.1")).status_code == 200


async def test_hashed_assets_last_for_ever_and_come_compressed_to_those_who_can(
    dist: Path, browser: httpx.AsyncClient
) -> None:
    asset = await browser.get("/assets/index-abc.js")
    assert asset.text == SCRIPT
    assert asset.headers["content-encoding"] == "gzip"
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")
    plain = await browser.get("/assets/index-abc.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT
    assert len(gzip.compress(SCRIPT.encode())) < len(SCRIPT)


async def test_what_the_browser_has_is_not_sent_again(dist: Path, browser: httpx.AsyncClient) -> None:
    first = await browser.get("/")
    again = await browser.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt"]
)
async def test_no_path_leads_out_of_the_page_s_folder(dist: Path, browser: httpx.AsyncClient, path: str) -> None:
    request = browser.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    answered = await browser.send(request)
    assert "not yours" not in answered.text


@pytest.mark.parametrize("path", ["/assets/none.js", "/session/none", "/oidc/none", "/.well-known/none"])
async def test_what_is_not_there_is_404_and_not_the_page(dist: Path, browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_a_page_built_anew_is_shown_without_a_restart(dist: Path, browser: httpx.AsyncClient) -> None:
    await browser.get("/")
    index = dist / "index.html"
    index.write_text("<title>Anew</title>")
    status = index.stat()
    os.utime(index, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))
    assert "Anew" in (await browser.get("/")).text
