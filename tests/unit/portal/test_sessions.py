from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx
import jwt
import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from services.portal.adapters.store import SESSIONS, SIGN_INS
from services.portal.domain.sessions import session_id
from shared.runtime.clock import ManualClock
from shared.runtime.service import Service, server_config
from shared.runtime.store import Collection, Document, MemoryStore, Reads, StoreUnavailable
from tests.builders.signing_in import asked, called_back, sign_in
from tests.unit.portal.conftest import PASSWORD, changed

EMMA = {"account": "emma", "password": PASSWORD}


@pytest.fixture
async def browser(portal: Callable[..., Service]) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(portal(sign_in_attempts_max=3).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield client


def slug(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["type"]).removeprefix("urn:pavilion:problem:")


async def test_a_right_password_opens_a_session_that_the_cookie_stands_for(browser: httpx.AsyncClient) -> None:
    opened = await sign_in(browser, **EMMA)
    assert opened.status_code == 200
    now = await browser.get("/session")
    assert now.json() == opened.json()
    assert now.json()["account"] == "emma"
    assert now.json()["exhibitor"] == "northwind"
    assert now.headers["cache-control"] == "no-store"


async def test_the_cookie_is_for_the_server_alone_and_the_store_cannot_open_it(
    browser: httpx.AsyncClient, store: MemoryStore
) -> None:
    opened = await called_back(browser, **EMMA)
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secret = browser.cookies["pavilion_session"]
    kept = await store.find(SESSIONS, {})
    assert len(kept) == 1
    assert secret not in str(kept)
    assert (await browser.get("/session")).json()["csrf"] not in cookie


async def test_https_marks_the_cookie_secure_and_this_host_s_own(portal: Callable[..., Service]) -> None:
    transport = httpx.ASGITransport(portal(public_url="https://portal.test").app)
    async with httpx.AsyncClient(transport=transport, base_url="https://portal.test") as client:
        cookie = (await called_back(client, **EMMA)).headers["set-cookie"]
        assert cookie.startswith("__Host-pavilion_session=")
        assert "; Secure" in cookie
        assert (await client.get("/session")).status_code == 200
        planted = {"Cookie": cookie.partition(";")[0].removeprefix("__Host-")}
        client.cookies.clear()
        assert (await client.get("/session", headers=planted)).status_code == 401


async def test_a_new_password_ends_the_sessions_that_the_old_one_opened(
    browser: httpx.AsyncClient, accounts_file: Path
) -> None:
    await sign_in(browser, **EMMA)
    changed(accounts_file, "olga", display="Altai and Sons")
    assert (await browser.get("/session")).status_code == 200
    password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("another one")
    changed(accounts_file, "emma", password_hash=password_hash)
    assert (await browser.get("/session")).status_code == 401
    assert (await sign_in(browser, "emma", "another one")).status_code == 200


@pytest.mark.parametrize("wrong", [{"account": "emma", "password": "no"}, {"account": "nobody", "password": PASSWORD}])
async def test_a_wrong_password_and_an_unknown_account_look_the_same(
    browser: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    refused = await sign_in(browser, **wrong)
    assert refused.status_code == 401
    assert slug(refused) == "wrong-credentials"
    assert "set-cookie" not in refused.headers
    assert (await browser.get("/session")).status_code == 401


async def test_too_many_tries_are_refused_even_with_the_right_password_until_the_time_told(
    browser: httpx.AsyncClient, clock: ManualClock
) -> None:
    for _ in range(3):
        await sign_in(browser, "emma", "no")
    refused = await sign_in(browser, **EMMA)
    assert refused.status_code == 429
    assert slug(refused) == "too-many-attempts"
    other = await sign_in(browser, "olga", PASSWORD)
    assert other.status_code == 200
    clock.advance(seconds=int(refused.headers["retry-after"]))
    assert (await sign_in(browser, **EMMA)).status_code == 200


async def test_signing_in_forgets_the_tries_before_it(browser: httpx.AsyncClient, store: MemoryStore) -> None:
    for _ in range(4):
        await sign_in(browser, "emma", "no")
        assert (await sign_in(browser, **EMMA)).status_code == 200
    # What is left is the failed tries of the account, and of the address.
    assert [len(kept["at"]) for kept in await store.find(SIGN_INS, {})] == [4, 4]


async def test_tries_are_counted_at_instants_that_the_store_gives_back_unchanged(
    browser: httpx.AsyncClient, store: MemoryStore, clock: ManualClock
) -> None:
    clock.advance(seconds=0.123456)
    await sign_in(browser, "emma", "no")
    instants = [at for kept in await store.find(SIGN_INS, {}) for at in kept["at"]]
    assert [at.microsecond for at in instants] == [123_000] * 3


async def test_a_day_of_right_passwords_counts_nowhere(browser: httpx.AsyncClient, store: MemoryStore) -> None:
    for _ in range(5):
        assert (await sign_in(browser, **EMMA)).status_code == 200
    assert await store.find(SIGN_INS, {}) == []


async def tries(portal: Callable[..., Service], accounts: list[str], addresses: list[str]) -> list[int]:
    """The answers to one wrong password for each account from each address, where bounds are 2 (pair), 4 and 6."""
    app = portal(sign_in_attempts_max=2, sign_in_address_attempts_max=4, sign_in_account_attempts_max=6).app
    answers = []
    for account, address in zip(accounts, addresses, strict=True):
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
            answers.append((await sign_in(client, account, "no")).status_code)
    return answers


async def test_one_address_cannot_try_a_password_on_many_accounts(portal: Callable[..., Service]) -> None:
    accounts = [f"exhibitor-{n}" for n in range(6)]
    assert await tries(portal, accounts, ["10.0.0.9"] * 6) == [401] * 4 + [429] * 2
    assert await tries(portal, accounts[:1], ["10.0.0.8"]) == [401]


async def test_one_account_is_guessed_from_many_addresses_only_up_to_its_own_bound(
    portal: Callable[..., Service],
) -> None:
    addresses = [f"10.0.0.{n}" for n in range(8)]
    assert await tries(portal, ["emma"] * 8, addresses) == [401] * 6 + [429] * 2
    assert await tries(portal, ["olga"], addresses[:1]) == [401]


@pytest.mark.parametrize(
    ("proxies", "answers"),
    [("", [401] * 4 + [429] * 2), ("10.1.0.0/16", [401] * 6), ("10.9.9.9", [401] * 4 + [429] * 2)],
)
async def test_only_a_trusted_proxy_says_for_whom_it_asks(
    portal: Callable[..., Service], proxies: str, answers: list[int]
) -> None:
    config = server_config(portal(trusted_proxies=proxies, sign_in_address_attempts_max=4))
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=("10.1.2.3", 1))
    found = []
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        for n in range(6):
            wrong = {"account": f"exhibitor-{n}", "password": "no"}
            headers = {"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.{n}"}
            client.headers.update(headers)
            found.append((await sign_in(client, **wrong)).status_code)
    assert found == answers


async def test_one_address_cannot_lock_somebody_out_everywhere(portal: Callable[..., Service]) -> None:
    assert await tries(portal, ["emma"] * 20, ["10.0.0.9"] * 20) == [401] * 2 + [429] * 18
    assert await tries(portal, ["emma"] * 2, ["10.0.0.1"] * 2) == [401] * 2


async def test_an_own_account_does_not_clear_what_an_address_did(portal: Callable[..., Service]) -> None:
    transport = httpx.ASGITransport(portal(sign_in_address_attempts_max=4).app)
    answers = []
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        for n in range(5):
            answers.append((await sign_in(client, **EMMA)).status_code)
            wrong = {"account": f"exhibitor-{n}", "password": "no"}
            answers.append((await sign_in(client, **wrong)).status_code)
    assert answers == [200, 401] * 4 + [429, 429]


async def test_signing_out_needs_the_page_s_token_and_ends_the_session_for_every_holder_of_the_cookie(
    browser: httpx.AsyncClient,
) -> None:
    csrf = (await sign_in(browser, **EMMA)).json()["csrf"]
    cookie = {"Cookie": f"pavilion_session={browser.cookies['pavilion_session']}"}
    without = await browser.delete("/session")
    assert slug(without) == "csrf-token-missing"
    assert (await browser.get("/session")).status_code == 200
    assert (await browser.delete("/session", headers={"X-CSRF-Token": csrf})).status_code == 200
    assert (await browser.get("/session", headers=cookie)).status_code == 401


async def test_a_session_ends_by_time(browser: httpx.AsyncClient, clock: ManualClock) -> None:
    await sign_in(browser, **EMMA)
    clock.advance(hours=12)
    assert (await browser.get("/session")).status_code == 401


async def test_a_session_survives_a_restart(portal: Callable[..., Service]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal().app), base_url="http://portal.test") as before:
        await sign_in(before, **EMMA)
        cookies = before.cookies
    transport = httpx.ASGITransport(portal().app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test", cookies=cookies) as after:
        assert (await after.get("/session")).json()["account"] == "emma"


async def test_another_site_cannot_sign_a_browser_in(browser: httpx.AsyncClient) -> None:
    credentials = {**EMMA, "request": await asked(browser)}
    refused = await browser.post("/oidc/sign-in", json=credentials, headers={"Origin": "https://elsewhere.example"})
    assert refused.status_code == 403
    assert slug(refused) == "other-origin"
    headers = {"Content-Type": "text/plain"}
    plain = await browser.post("/oidc/sign-in", content=json.dumps(credentials).encode(), headers=headers)
    assert plain.status_code == 422


async def test_a_proxy_may_keep_to_itself_by_which_name_it_was_asked(browser: httpx.AsyncClient) -> None:
    credentials = {**EMMA, "request": await asked(browser)}
    headers = {"Host": "10.0.0.7:8000", "Origin": "http://portal.test"}
    assert (await browser.post("/oidc/sign-in", json=credentials, headers=headers)).status_code == 200
    headers["Origin"] = "https://elsewhere.example"
    assert slug(await browser.post("/oidc/sign-in", json=credentials, headers=headers)) == "other-origin"


@pytest.mark.parametrize(
    "identity", [{"subject": "emma", "name": "Northwind"}, {"subject": "emma", "shoe": "39"}, "emma"]
)
async def test_a_session_that_an_earlier_release_kept_in_another_form_is_none_and_the_next_sign_in_mends_it(
    browser: httpx.AsyncClient, store: MemoryStore, monkeypatch: pytest.MonkeyPatch, identity: object
) -> None:
    await sign_in(browser, **EMMA)
    id_ = session_id(browser.cookies["pavilion_session"])
    load = store.load

    async def as_kept_before(reads: Reads) -> dict[str, dict[str, Document]]:
        found = await load(reads)
        if id_ in found.get(SESSIONS, {}):
            found[SESSIONS][id_]["identity"] = identity
        return found

    monkeypatch.setattr(store, "load", as_kept_before)
    with capture_logs() as said:
        answers = [(await browser.get("/session")).status_code for _ in range(3)]
        assert (await browser.get("/api/booking/booths")).status_code == 401
        assert (await sign_in(browser, **EMMA)).status_code == 200
    assert answers == [401] * 3
    assert [line["log_level"] for line in said if line["event"] == "session.unreadable"] == ["warning"]


async def test_the_sample_accounts_are_listed_with_their_password_and_never_with_a_hash(
    browser: httpx.AsyncClient,
) -> None:
    listed = await browser.get("/oidc/accounts")
    assert [one["account"] for one in listed.json()["accounts"]] == ["emma", "olga", "organizer"]
    assert {one["password"] for one in listed.json()["accounts"]} == {PASSWORD}
    assert "argon2" not in listed.text


async def test_the_issuer_s_public_keys_verify_what_it_signs_and_hold_no_private_part(
    browser: httpx.AsyncClient,
) -> None:
    configuration = (await browser.get("/.well-known/openid-configuration")).json()
    assert configuration["jwks_uri"] == "http://portal.test/oidc/jwks.json"
    keys = (await browser.get("/oidc/jwks.json")).json()
    assert jwt.PyJWKSet.from_dict(keys).keys[0].algorithm_name == "EdDSA"
    assert "d" not in keys["keys"][0]


@pytest.mark.parametrize("public_url", ["", "https://fairs.example/"])
async def test_nobody_s_host_header_says_where_the_keys_are(portal: Callable[..., Service], public_url: str) -> None:
    transport = httpx.ASGITransport(portal(public_url=public_url, port=8123).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8123") as client:
        told = await client.get("/.well-known/openid-configuration", headers={"Host": "elsewhere.example"})
    base = public_url.rstrip("/") or "http://127.0.0.1:8123"
    assert told.json()["jwks_uri"] == f"{base}/oidc/jwks.json"


async def test_the_portal_waits_for_a_store_that_is_still_starting(
    portal: Callable[..., Service], store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, tries = store.prepare, 0

    async def starting(collections: Sequence[Collection]) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise StoreUnavailable("no primary yet")
        await prepare(collections)

    monkeypatch.setattr(store, "prepare", starting)
    await portal().components[0].start()
    assert tries == 2


async def test_without_an_issuer_of_its_own_nobody_signs_in_here(portal: Callable[..., Service]) -> None:
    transport = httpx.ASGITransport(portal(issuer_key="", accounts="").app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        for path in ("/session/start", "/session/callback", "/oidc/accounts", "/oidc/authorize", "/oidc/jwks.json"):
            assert (await client.get(path)).status_code == 404
        assert (await client.post("/oidc/sign-in", json={**EMMA, "request": ""})).status_code == 405
