"""The embedded issuer as somebody else's client would meet it: what it answers, and to whom it gives nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from argon2 import PasswordHasher

from services.portal.adapters.store import CODES
from shared.runtime.auth import TokenVerifier
from shared.runtime.auth.keys import KeySet
from shared.runtime.clock import ManualClock
from shared.runtime.problems import Problem
from shared.runtime.service import Service
from shared.runtime.store import MemoryStore
from tests.unit.portal.conftest import PASSWORD, changed

BASE = "http://portal.test"
REDIRECT = f"{BASE}/session/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REQUEST = {
    "response_type": "code",
    "client_id": "pavilion-portal",
    "redirect_uri": REDIRECT,
    "scope": "openid",
    "state": "s1",
    "nonce": "n1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
GRANT = {
    "grant_type": "authorization_code",
    "client_id": "pavilion-portal",
    "redirect_uri": REDIRECT,
    "code_verifier": VERIFIER,
}


@pytest.fixture
async def client(portal: Callable[..., Service], tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<title>Pavilion</title>")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal().app), base_url=BASE) as made:
        yield made


async def code_for(client: httpx.AsyncClient, **changes: str) -> str:
    credentials = {"account": "emma", "password": PASSWORD, "request": urlencode(REQUEST | changes)}
    granted = await client.post("/oidc/sign-in", json=credentials)
    assert granted.status_code == 200, granted.text
    sent_to = urlsplit(granted.json()["location"])
    assert f"{sent_to.scheme}://{sent_to.netloc}{sent_to.path}" == REDIRECT
    answered = {name: values[0] for name, values in parse_qs(sent_to.query).items()}
    assert (answered["state"], answered["iss"]) == ("s1", BASE)
    return answered["code"]


def error(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["error"]


async def test_the_discovery_document_has_what_a_client_needs(client: httpx.AsyncClient) -> None:
    told = (await client.get("/.well-known/openid-configuration")).json()
    assert told["issuer"] == BASE
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert told[name].startswith(f"{BASE}/oidc/")
    required = {"response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"}
    assert required <= set(told)
    assert told["code_challenge_methods_supported"] == ["S256"]


async def test_the_sign_in_page_is_the_portal_s_own_and_is_kept_nowhere(client: httpx.AsyncClient) -> None:
    shown = await client.get("/oidc/authorize", params=REQUEST)
    assert shown.status_code == 200
    assert "<title>Pavilion</title>" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/session/callback"},
        {"redirect_uri": f"{REDIRECT}/"},
        {"redirect_uri": f"{REDIRECT}?x=1"},
        {"redirect_uri": REDIRECT.upper()},
        {"state": "s" * 2_049},
    ],
)
async def test_whoever_is_not_registered_is_answered_here_and_not_at_their_address(
    client: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    asked = {**REQUEST, **changes}
    sent = await client.get("/oidc/authorize", params=asked)
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?problem=sign-in-malformed")
    credentials = {"account": "emma", "password": PASSWORD, "request": urlencode(asked)}
    refused = await client.post("/oidc/sign-in", json=credentials)
    assert refused.status_code == 400
    assert refused.json()["type"] == "urn:pavilion:problem:sign-in-malformed"


async def test_a_parameter_that_comes_twice_is_no_request(client: httpx.AsyncClient) -> None:
    sent = await client.get(f"/oidc/authorize?{urlencode(REQUEST)}&redirect_uri=https://evil.example")
    assert sent.headers["location"] == "/sign-in?problem=sign-in-malformed"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"nonce": "n" * 300}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "eyJ"}, "request_not_supported"),
    ],
)
async def test_what_is_not_offered_is_refused_at_the_client_s_address(
    client: httpx.AsyncClient, changes: dict[str, str], said: str
) -> None:
    sent = await client.get("/oidc/authorize", params={**REQUEST, **changes})
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{REDIRECT}?")
    answered = parse_qs(urlsplit(sent.headers["location"]).query)
    assert (answered["error"], answered["state"], answered["iss"]) == ([said], ["s1"], [BASE])
    credentials = {"account": "emma", "password": PASSWORD, "request": urlencode({**REQUEST, **changes})}
    assert (await client.post("/oidc/sign-in", json=credentials)).status_code == 400


async def test_a_code_is_good_for_an_id_token_of_its_account_that_is_no_bearer_token(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer = await client.post("/oidc/token", data={**GRANT, "code": await code_for(client)})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    keys = (await client.get("/oidc/jwks.json")).json()
    timeless = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    key = jwt.PyJWKSet.from_dict(keys).keys[0]
    claims = jwt.decode(tokens["id_token"], key, ["EdDSA"], audience="pavilion-portal", issuer=BASE, options=timeless)
    assert (claims["sub"], claims["nonce"], claims["exhibitor"]) == ("account:emma", "n1", "northwind")
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(keys))
    verifier = TokenVerifier(KeySet(str(path)))
    assert (await verifier.verify(tokens["access_token"])).exhibitor == "northwind"
    with pytest.raises(Problem, match="not-signed-in"):
        await verifier.verify(tokens["id_token"])


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": VERIFIER.replace("a", "b")},
        {"code_verifier": ""},
        {"code_verifier": "short"},
        {"redirect_uri": f"{REDIRECT}/"},
        {"redirect_uri": ""},
    ],
)
async def test_a_code_is_used_up_by_whoever_shows_it_and_good_only_to_whom_it_was_given(
    client: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    code = await code_for(client)
    refused = await client.post("/oidc/token", data={**GRANT, "code": code, **changes})
    assert error(refused) == (400, "invalid_grant")
    assert error(await client.post("/oidc/token", data={**GRANT, "code": code})) == (400, "invalid_grant")


async def test_a_code_is_good_once_and_for_a_minute(client: httpx.AsyncClient, clock: ManualClock) -> None:
    code = await code_for(client)
    clock.advance(seconds=59)
    assert (await client.post("/oidc/token", data={**GRANT, "code": code})).status_code == 200
    assert error(await client.post("/oidc/token", data={**GRANT, "code": code})) == (400, "invalid_grant")
    late = await code_for(client)
    clock.advance(seconds=60)
    assert error(await client.post("/oidc/token", data={**GRANT, "code": late})) == (400, "invalid_grant")


async def test_a_code_of_an_old_password_is_good_for_nothing(client: httpx.AsyncClient, accounts_file: Path) -> None:
    code = await code_for(client)
    password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("another one")
    changed(accounts_file, "emma", password_hash=password_hash)
    assert error(await client.post("/oidc/token", data={**GRANT, "code": code})) == (400, "invalid_grant")


async def test_the_store_keeps_no_code_that_could_be_used(client: httpx.AsyncClient, store: MemoryStore) -> None:
    code = await code_for(client)
    kept = await store.find(CODES, {})
    assert len(kept) == 1
    assert code not in str(kept)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({**GRANT, "client_id": "another"}, (401, "invalid_client")),
        ({**GRANT, "grant_type": "password"}, (400, "unsupported_grant_type")),
        ({**GRANT, "code": "made-up"}, (400, "invalid_grant")),
        (GRANT, (400, "invalid_grant")),
    ],
)
async def test_the_token_endpoint_says_no_as_oauth_does(
    client: httpx.AsyncClient, form: dict[str, str], said: tuple[int, str]
) -> None:
    assert error(await client.post("/oidc/token", data=form)) == said


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {**GRANT, "code": "c"}},
        {"content": b"\xff=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"data": {"code": "c" * 20_000}},
        {"content": b"code=a&code=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"data": {f"p{n}": "x" for n in range(40)}},
    ],
)
async def test_what_is_no_form_is_told_so(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    assert error(await client.post("/oidc/token", **sent)) == (400, "invalid_request")
