"""Signing in over real HTTP: with a provider of somebody else's, and with the embedded issuer, by the same suite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from services.portal.adapters import provider as provider_module
from services.portal.adapters.provider import ClientIdentity, Metadata, Provider
from services.portal.adapters.store import COLLECTIONS, SESSIONS
from services.portal.domain.refusals import SignInRefused
from services.portal.domain.sessions import session_id
from shared.runtime.clock import ManualClock
from shared.runtime.settings import SettingsError
from shared.runtime.store import MemoryStore, StoreUnavailable, Writes
from tests.builders.signing_in import asked
from tests.unit.portal.conftest import PASSWORD
from tests.unit.portal.places import Place, Portal, placed, told
from tests.unit.portal.provider import CLIENT, SECRET, OpenIdProvider, made_key
from tests.unit.portal.servers import listening_socket, served


def connected(provider: OpenIdProvider, **settings: Any) -> dict[str, Any]:
    usual = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "accounts": ""}
    return {**usual, "jwks_refresh_min_seconds": 0.001, **settings}


async def by_redirects(client: httpx.AsyncClient, return_path: str = "/") -> str:
    started = await client.get("/session/start", params={"return": return_path})
    assert started.status_code == 303
    if started.headers["location"].startswith("/"):
        return str(started.headers["location"])
    consented = await client.get(started.headers["location"])
    assert consented.status_code == 302, consented.text
    return str(consented.headers["location"])


async def by_password(client: httpx.AsyncClient, return_path: str = "/") -> str:
    query = await asked(client, return_path)
    granted = await client.post("/oidc/sign-in", json={"account": "emma", "password": PASSWORD, "request": query})
    assert granted.status_code == 200, granted.text
    return str(granted.json()["location"])


@pytest.fixture
async def provider(clock: ManualClock) -> AsyncIterator[OpenIdProvider]:
    async with OpenIdProvider(clock).running() as running:
        yield running


@pytest.fixture(params=["another", "embedded"])
async def place(request: pytest.FixtureRequest, portal: Portal, provider: OpenIdProvider) -> AsyncIterator[Place]:
    settings = connected(provider) if request.param == "another" else {}
    way = by_redirects if request.param == "another" else by_password
    async with placed(portal, way, **settings) as made:
        yield made


@pytest.fixture
async def other(portal: Portal, provider: OpenIdProvider) -> AsyncIterator[Place]:
    async with placed(portal, by_redirects, **connected(provider)) as made:
        yield made


async def outcome(place: Place, **start: Any) -> str | None:
    async with place.browser() as client:
        return told(await client.get(await place.through(client, **start)))


# What holds with every provider.


async def test_whoever_comes_back_with_a_code_is_signed_in_where_they_wanted_to_go(place: Place) -> None:
    async with place.browser() as client:
        back = await client.get(await place.through(client, return_path="/?x=1#/expo/7.1"))
        assert back.status_code == 303
        assert back.headers["location"] == "/?x=1#/expo/7.1"
        assert back.headers["referrer-policy"] == "no-referrer"
        session = (await client.get("/session")).json()
    assert (session["account"], session["role"], session["exhibitor"]) == ("emma", "exhibitor", "northwind")


async def test_the_browser_gets_no_token_and_the_store_keeps_none(
    place: Place, provider: OpenIdProvider, store: MemoryStore
) -> None:
    async with place.browser() as client:
        answers = [await client.get(await place.through(client)), await client.get("/session")]
        seen = " ".join(f"{answer.headers} {answer.text}" for answer in answers)
    kept = " ".join([str(await store.find(one.name, {})) for one in COLLECTIONS])
    assert "eyJ" not in seen + kept, "no JWT"
    assert not [token for token in provider.tokens_given if token in seen + kept]
    assert client.cookies["pavilion_session"] not in kept
    assert client.cookies["pavilion_sign_in"] not in kept


async def test_a_code_and_its_state_open_one_session_and_no_second(place: Place) -> None:
    async with place.browser() as client:
        back = await place.through(client)
        assert told(await client.get(back)) is None
        again = await client.get(back)
    assert told(again) == "sign-in-used"
    assert "set-cookie" not in again.headers


async def test_a_state_that_was_used_opens_no_session_even_with_a_new_code(place: Place) -> None:
    async with place.browser() as client:
        query = (await client.get("/session/start")).headers["location"]
        codes = []
        for _ in range(2):
            if "/oidc/authorize" in query:
                credentials = {"account": "emma", "password": PASSWORD, "request": urlsplit(query).query}
                codes.append((await client.post("/oidc/sign-in", json=credentials)).json()["location"])
            else:
                codes.append((await client.get(query)).headers["location"])
        assert codes[0] != codes[1]
        assert [told(await client.get(back)) for back in codes] == [None, "sign-in-used"]


async def test_rivals_with_the_same_answer_open_one_session(place: Place, store: MemoryStore) -> None:
    async with place.browser() as client:
        back = await place.through(client)
        answers = await asyncio.gather(*(client.get(back) for _ in range(5)))
    assert sorted(map(str, map(told, answers))) == ["None"] + ["sign-in-used"] * 4
    assert len(await store.find("browser_sessions", {})) == 1


async def test_another_browser_s_answer_signs_nobody_in(place: Place) -> None:
    """Login CSRF: a link with the attacker's own code would sign a victim in as the attacker."""
    async with place.browser() as attacker, place.browser() as victim:
        back = await place.through(attacker)
        assert told(await victim.get(back)) == "sign-in-foreign"
        await victim.get("/session/start")
        refused = await victim.get(back)
        assert told(refused) == "sign-in-foreign"
        assert "set-cookie" not in refused.headers
        assert (await victim.get("/session")).status_code == 401


@pytest.mark.parametrize("change", ["", "x", "cut", "path", "mark"])
async def test_a_state_that_was_changed_is_nobody_s(place: Place, change: str) -> None:
    async with place.browser() as client:
        back = urlsplit(await place.through(client, return_path="/#/a"))
        query = {name: values[0] for name, values in parse_qs(back.query).items()}
        mark, begun, path, mac = query["state"].split(".")
        changed = {
            "cut": f"{mark}.{begun}.{path}",
            "path": f"{mark}.{begun}.Ly9lLng.{mac}",
            "mark": f"{mark[::-1]}.{begun}.{path}.{mac}",
        }
        query["state"] = changed.get(change, change)
        assert told(await client.get(f"/session/callback?{urlencode(query)}")) == "sign-in-foreign"


async def test_whoever_takes_too_long_begins_again(place: Place, clock: ManualClock) -> None:
    async with place.browser() as client:
        back = await place.through(client)
        clock.advance(seconds=900)
        assert told(await client.get(back)) == "sign-in-expired"


async def test_two_tabs_sign_in_beside_each_other(place: Place) -> None:
    async with place.browser() as client:
        first = await place.through(client, return_path="/#/first")
        second = await place.through(client, return_path="/#/second")
        assert (await client.get(first)).headers["location"] == "/#/first"
        assert (await client.get(second)).headers["location"] == "/#/second"


async def test_whoever_signs_in_anew_leaves_the_session_before(place: Place) -> None:
    async with place.browser() as client:
        await client.get(await place.through(client))
        before = {"Cookie": f"pavilion_session={client.cookies['pavilion_session']}"}
        await client.get(await place.through(client))
        assert (await client.get("/session")).status_code == 200
    async with place.browser() as holder:
        assert (await holder.get("/session", headers=before)).status_code == 401


async def test_the_session_before_ends_in_the_write_that_opens_the_new_one(
    place: Place, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[list[str], list[str]]] = []
    write = store.write

    async def watched(writes: Writes) -> None:
        await write(writes)
        opened = [put.document["_id"] for put in writes.puts if put.collection == SESSIONS]
        ended = [remove.id for remove in writes.removes if remove.collection == SESSIONS]
        if opened or ended:
            written.append((opened, ended))

    monkeypatch.setattr(store, "write", watched)
    async with place.browser() as client:
        await client.get(await place.through(client))
        former = session_id(client.cookies["pavilion_session"])
        await client.get(await place.through(client))
        new = session_id(client.cookies["pavilion_session"])
    assert written == [([former], []), ([new], [former])]


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x=y\r\nX: y",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/" + "a" * 600,
        "/session/start",
        "/session/start?return=/",
        "/oidc/authorize",
        "/api/booking/reservations",
        "/sign-in",
        "/стенды",
    ],
)
async def test_nobody_is_led_away_from_the_page(place: Place, path: str) -> None:
    async with place.browser() as client:
        assert (await client.get(await place.through(client, return_path=path))).headers["location"] == "/"


async def test_an_answer_of_another_issuer_is_refused_before_its_code_is_sent_anywhere(
    place: Place, provider: OpenIdProvider
) -> None:
    async with place.browser() as client:
        back = urlsplit(await place.through(client))
        query = {name: values[0] for name, values in parse_qs(back.query).items()}
        for mixed in ({**query, "iss": "https://attacker.example"}, {k: v for k, v in query.items() if k != "iss"}):
            assert told(await client.get(f"/session/callback?{urlencode(mixed)}")) == "provider-untrusted"
    assert "/token" not in provider.asked


async def test_made_up_codes_are_sent_to_the_provider_so_often_and_no_more(
    portal: Portal, provider: OpenIdProvider
) -> None:
    settings = connected(provider, sign_in_address_attempts_max=3)
    async with placed(portal, by_redirects, **settings) as made, made.browser() as client:
        answers = []
        for n in range(5):
            query = {name: v[0] for name, v in parse_qs(urlsplit(await made.through(client)).query).items()}
            answers.append(await client.get(f"/session/callback?{urlencode({**query, 'code': f'guess-{n}'})}"))
    assert [told(one) for one in answers] == ["sign-in-used"] * 3 + ["too-many-attempts"] * 2
    assert "seconds=300" in answers[-1].headers["location"]
    assert provider.asked.count("/token") == 3


async def test_a_store_that_is_away_is_a_sentence_too(
    place: Place, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: Writes) -> None:
        raise StoreUnavailable("no primary")

    async with place.browser() as client:
        back = await place.through(client, return_path="/#/expo")
        monkeypatch.setattr(store, "write", away)
        query = parse_qs(urlsplit((await client.get(back)).headers["location"]).query)
    assert query == {"problem": ["unavailable"], "return": ["/#/expo"]}


# What another provider may do.


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"code": "", "error": "access_denied"}, "sign-in-denied"),
        ({"code": "", "error": "login_required"}, "sign-in-refused"),
        ({"code": "", "error": "temporarily_unavailable"}, "provider-unavailable"),
        ({"code": "", "error": "invalid_scope"}, "provider-misconfigured"),
        ({"code": "", "error": "<script>alert(1)</script>"}, "sign-in-refused"),
        ({"code": ""}, "sign-in-refused"),
        ({"state": ""}, "sign-in-foreign"),
    ],
)
async def test_an_error_of_the_provider_is_a_sentence_on_the_page(
    other: Place, provider: OpenIdProvider, answer: dict[str, str], refusal: str
) -> None:
    provider.answer = answer
    assert await outcome(other) == refusal
    assert "/token" not in provider.asked


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


SPOILT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another nonce": lambda claims: {**claims, "nonce": "of another sign-in"},
    "a nonce that is no text": lambda claims: {**claims, "nonce": 7},
    "no nonce": _without("nonce"),
    "another audience": lambda claims: {**claims, "aud": "another-client"},
    "no audience": _without("aud"),
    "several audiences and no party": lambda claims: {**claims, "aud": [CLIENT, "another"]},
    "another party": lambda claims: {**claims, "aud": [CLIENT, "another"], "azp": "another"},
    "another issuer": lambda claims: {**claims, "iss": "https://attacker.example"},
    "the issuer with a slash": lambda claims: {**claims, "iss": claims["iss"] + "/"},
    "expired": lambda claims: {**claims, "exp": claims["iat"] - 31},
    "no expiry": _without("exp"),
    "an expiry that is no number": lambda claims: {**claims, "exp": "tomorrow"},
    "not yet": lambda claims: {**claims, "nbf": claims["iat"] + 600},
    "issued tomorrow": lambda claims: {**claims, "iat": claims["iat"] + 86_400, "exp": claims["iat"] + 90_000},
    "no subject": _without("sub"),
}


@pytest.mark.parametrize("how", SPOILT)
async def test_an_id_token_that_is_not_ours_signs_nobody_in(other: Place, provider: OpenIdProvider, how: str) -> None:
    assert await outcome(other) is None
    provider.spoil = SPOILT[how]
    assert await outcome(other) == "provider-untrusted"


def unsigned(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, None, "none", headers={"kid": "first"})


def by_the_secret(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, SECRET * 3, "HS256", headers={"kid": "first"})


def by_a_stranger(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, made_key(), "RS256", headers={"kid": "first"})


def by_an_unknown_key(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, made_key(), "RS256", headers={"kid": "stranger"})


def by_another_algorithm(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, provider.keys["first"], "PS256", headers={"kid": "first"})


def without_a_key(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, provider.keys["first"], "RS256")


@pytest.mark.parametrize(
    "how", [unsigned, by_the_secret, by_a_stranger, by_an_unknown_key, by_another_algorithm, without_a_key]
)
async def test_an_id_token_counts_only_with_the_provider_s_own_signature(
    other: Place, provider: OpenIdProvider, how: Callable[[OpenIdProvider], Callable[[dict[str, Any]], str]]
) -> None:
    provider.sign = how(provider)
    assert await outcome(other) == "provider-untrusted"


@pytest.mark.parametrize("token", ["", "no.jwt", "a" * 40_000])
async def test_what_is_no_jwt_signs_nobody_in(other: Place, provider: OpenIdProvider, token: str) -> None:
    provider.sign = lambda _: token
    assert await outcome(other) == "provider-untrusted"


async def test_new_keys_are_found_and_withdrawn_ones_trusted_no_longer(other: Place, provider: OpenIdProvider) -> None:
    assert await outcome(other) is None
    old = provider.keys.pop("first")
    provider.keys["second"] = made_key()
    assert await outcome(other) is None
    provider.sign = lambda claims: jwt.encode(claims, old, "RS256", headers={"kid": "first"})
    assert await outcome(other) == "provider-untrusted"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"])
@pytest.mark.parametrize("how", ["busy", "no JSON", "too much", "slow"])
async def test_a_provider_that_does_not_answer_as_it_should_is_said_to_be_away(
    portal: Portal, provider: OpenIdProvider, path: str, how: str
) -> None:
    answers: dict[str, Response] = {
        "busy": PlainTextResponse("busy", 503),
        "no JSON": PlainTextResponse("<html>welcome</html>"),
        "too much": JSONResponse({"id_token": "x" * 300_000}),
    }
    seconds_max = 8.0
    if path == "/userinfo":
        provider.person.pop("role")
    if how == "slow":
        seconds_max, provider.delay_seconds[path] = 0.2, 2.0
    else:
        provider.hurdles[path] = lambda: answers[how]
    async with placed(portal, by_redirects, **connected(provider, oidc_answer_seconds_max=seconds_max)) as made:
        async with made.browser() as client:
            location = await made.through(client, return_path="/#/expo")
            back = location if location.startswith("/sign-in") else (await client.get(location)).headers["location"]
        query = parse_qs(urlsplit(back).query)
        assert query == {"problem": ["provider-unavailable"], "return": ["/#/expo"]}


async def test_a_provider_that_is_down_is_said_to_be_away_and_found_again(
    portal: Portal, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "RETRY_SECONDS_MIN", 0.0)
    with listening_socket() as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with placed(portal, by_redirects, **connected(provider, oidc_issuer=url)) as made:
            assert await outcome_of_start(made) == "provider-unavailable"
            async with served(provider.app(), taken) as provider.url:
                assert await outcome(made) is None


async def outcome_of_start(place: Place) -> str | None:
    async with place.browser() as client:
        return told(await client.get("/session/start"))


async def test_what_was_read_last_serves_while_discovery_is_away(
    other: Place, provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await outcome(other) is None
    monkeypatch.setattr(provider_module, "METADATA_SECONDS_MAX", 0.0)
    provider.hurdles["/.well-known/openid-configuration"] = lambda: PlainTextResponse("", 500)
    assert await outcome(other) is None


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "/token"},
        {"jwks_uri": 7},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
async def test_a_discovery_document_that_does_not_fit_is_a_fault_of_the_settings(
    other: Place, provider: OpenIdProvider, says: dict[str, Any]
) -> None:
    provider.discovery = says
    assert await outcome_of_start(other) == "provider-misconfigured"


@pytest.mark.parametrize("secret", [SECRET, ""])
async def test_a_client_with_and_without_a_secret(portal: Portal, provider: OpenIdProvider, secret: str) -> None:
    provider.secret = secret
    async with placed(portal, by_redirects, **connected(provider, oidc_client_secret=secret)) as made:
        assert await outcome(made) is None
    assert [bool(sent) for sent in provider.authorizations] == [bool(secret)]


async def test_a_secret_goes_into_the_form_where_the_provider_wants_it_there(
    other: Place, provider: OpenIdProvider
) -> None:
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert await outcome(other) is None
    assert provider.authorizations == [None]


async def test_a_wrong_secret_is_a_fault_of_the_settings(portal: Portal, provider: OpenIdProvider) -> None:
    async with placed(portal, by_redirects, **connected(provider, oidc_client_secret="wrong")) as made:
        assert await outcome(made) == "provider-misconfigured"


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        ({"role": None}, "no-role"),
        ({"role": "visitor"}, "no-role"),
        ({"role": {"exhibitor": True}}, "no-role"),
        ({"role": ["visitor", "exhibitor"]}, None),
        ({"role": ["exhibitor", "admin"]}, "several-roles"),
        ({"exhibitor": None}, "no-tenant"),
        ({"exhibitor": ""}, "no-tenant"),
        ({"exhibitor": ["northwind", "altai"]}, "no-tenant"),
        ({"exhibitor": ["northwind"]}, None),
        ({"role": "organizer"}, "no-tenant"),
        ({"role": "admin", "exhibitor": None}, None),
    ],
)
async def test_whoever_has_no_role_here_is_not_let_in(
    other: Place, provider: OpenIdProvider, person: dict[str, Any], refusal: str | None
) -> None:
    provider.person = {name: value for name, value in (provider.person | person).items() if value is not None}
    assert await outcome(other) == refusal


THIN = {"role": None, "exhibitor": None, "name": None}


@pytest.mark.parametrize(
    ("person", "more", "refusal"),
    [
        (THIN, {"role": "exhibitor", "exhibitor": "northwind", "name": "Northwind"}, None),
        ({"exhibitor": None}, {"exhibitor": "northwind"}, None),
        ({"exhibitor": None}, {"exhibitor": "northwind", "role": "admin", "name": "Another"}, None),
        ({"role": "visitor"}, {"role": "exhibitor"}, "no-role"),
        ({"role": [], "exhibitor": ""}, {"role": ["exhibitor"], "exhibitor": "northwind"}, None),
        (THIN, {}, "no-role"),
        (THIN, {"sub": "another", "role": "exhibitor", "exhibitor": "northwind"}, "provider-untrusted"),
        (THIN, {"sub": None, "role": "exhibitor", "exhibitor": "northwind"}, "provider-untrusted"),
    ],
)
async def test_what_the_id_token_does_not_say_userinfo_may(
    other: Place, provider: OpenIdProvider, person: dict[str, Any], more: dict[str, Any], refusal: str | None
) -> None:
    provider.person = {name: value for name, value in (provider.person | person).items() if value is not None}
    provider.more = more
    async with other.browser() as client:
        assert told(await client.get(await other.through(client))) == refusal
        if refusal is None:
            session = (await client.get("/session")).json()
            said = (session["role"], session["exhibitor"], session["display"])
            assert said == ("exhibitor", "northwind", "Northwind")
    assert provider.asked.count("/userinfo") == 1


async def test_what_userinfo_says_is_added_at_its_depth(portal: Portal, provider: OpenIdProvider) -> None:
    provider.person = {"sub": "77", "name": "Olga", "resource_access": {"account": {"roles": ["view-profile"]}}}
    provider.more = {"resource_access": {"pavilion": {"roles": ["organizer"]}}, "organizer": "expo", "name": "Another"}
    settings = connected(provider, oidc_claim_role="resource_access.pavilion.roles")
    async with placed(portal, by_redirects, **settings) as place, place.browser() as client:
        assert told(await client.get(await place.through(client))) is None
        session = (await client.get("/session")).json()
    assert (session["role"], session["organizer"], session["display"]) == ("organizer", "expo", "Olga")


async def test_userinfo_is_left_alone_where_the_id_token_says_enough(other: Place, provider: OpenIdProvider) -> None:
    assert await outcome(other) is None
    assert "/userinfo" not in provider.asked


@pytest.mark.parametrize("says", [{"userinfo_endpoint": None}, {"userinfo_endpoint": "/userinfo"}])
async def test_a_provider_without_userinfo_is_taken_by_its_id_token(
    other: Place, provider: OpenIdProvider, says: dict[str, Any]
) -> None:
    provider.discovery = says
    provider.person.pop("role")
    assert await outcome(other) == "no-role"


@pytest.mark.parametrize(("status", "refusal"), [(403, "provider-misconfigured"), (429, "provider-unavailable")])
async def test_a_userinfo_that_refuses_is_told_apart_from_one_that_is_busy(
    other: Place, provider: OpenIdProvider, status: int, refusal: str
) -> None:
    provider.person.pop("role")
    provider.hurdles["/userinfo"] = lambda: PlainTextResponse("", status)
    assert await outcome(other) == refusal


@pytest.mark.parametrize("token", ["", "of\r\ntwo: lines", "Schlüssel"])
async def test_userinfo_is_asked_with_a_token_only(other: Place, provider: OpenIdProvider, token: str) -> None:
    provider.person.pop("role")
    provider.access_token = lambda: token
    assert await outcome(other) == "provider-untrusted"
    assert "/userinfo" not in provider.asked


async def test_settings_say_which_claims_and_which_words_a_provider_uses(
    portal: Portal, provider: OpenIdProvider
) -> None:
    provider.person = {
        "sub": "77",
        "email": "olga@altai.example",
        "realm_access": {"roles": ["offline_access", "CN=Fair Organizers"]},
        "https://claims.example/company": "expo",
        "locale": "ru_RU",
    }
    settings = connected(
        provider,
        oidc_claim_account="email",
        oidc_claim_role="realm_access.roles",
        oidc_claim_organizer="https://claims.example/company",
        oidc_roles="CN=Fair Organizers=organizer, staff = admin",
    )
    async with placed(portal, by_redirects, **settings) as made, made.browser() as client:
        assert told(await client.get(await made.through(client))) is None
        session = (await client.get("/session")).json()
    assert session.pop("csrf")
    assert session == {
        "account": "olga@altai.example",
        "display": "olga@altai.example",
        "role": "organizer",
        "exhibitor": None,
        "organizer": "expo",
        "language": "ru",
    }


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"oidc_client_id": ""}, "PAVILION_OIDC_CLIENT_ID"),
        ({"issuer_key": ""}, "PAVILION_ISSUER_KEY"),
        ({"oidc_roles": "staff=boss"}, "PAVILION_OIDC_ROLES"),
        ({"oidc_roles": "=admin"}, "PAVILION_OIDC_ROLES"),
    ],
)
def test_what_a_provider_needs_is_asked_for_before_the_start(
    portal: Portal, settings: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        portal(**{"oidc_issuer": "https://login.example", "oidc_client_id": "booths", "accounts": "", **settings})


@pytest.mark.parametrize(
    "settings",
    [
        {"oidc_issuer": "http://login.example"},
        {"oidc_issuer": "http://127.0.0.1.evil.example"},
        {"oidc_scopes": "email"},
    ],
)
def test_a_provider_without_protection_or_openid_is_refused(portal: Portal, settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="oidc"):
        portal(**settings)


@pytest.mark.parametrize("change", ["client", "issuer", "none"])
async def test_what_one_provider_said_counts_for_nothing_with_the_next(
    portal: Portal, provider: OpenIdProvider, clock: ManualClock, change: str
) -> None:
    settings = connected(provider)
    async with placed(portal, by_redirects, **settings) as before, before.browser() as client:
        await client.get(await before.through(client))
        cookie = {"Cookie": f"pavilion_session={client.cookies['pavilion_session']}"}
    if change == "client":
        settings["oidc_client_id"] = "another-portal"
    async with OpenIdProvider(clock).running() as next_:
        if change == "issuer":
            settings["oidc_issuer"] = next_.url
        async with placed(portal, by_redirects, **settings) as after, after.browser() as client:
            assert (await client.get("/session", headers=cookie)).status_code == (200 if change == "none" else 401)


async def test_signing_out_leads_to_the_provider_s_sign_out_and_from_there_to_the_page(
    other: Place, provider: OpenIdProvider
) -> None:
    async with other.browser() as client:
        await client.get(await other.through(client))
        csrf = (await client.get("/session")).json()["csrf"]
        out = await client.delete("/session", headers={"X-CSRF-Token": csrf})
        assert (await client.get("/session")).status_code == 401
    sent = urlsplit(out.json()["next"])
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{provider.url}/logout"
    assert parse_qs(sent.query) == {"client_id": [CLIENT], "post_logout_redirect_uri": [f"{other.url}/sign-in"]}


@pytest.mark.parametrize(("settings", "says"), [({"oidc_sign_out": False}, {}), ({}, {"end_session_endpoint": None})])
async def test_signing_out_ends_here_where_the_provider_offers_or_is_to_do_nothing(
    portal: Portal, provider: OpenIdProvider, settings: dict[str, Any], says: dict[str, Any]
) -> None:
    provider.discovery = says
    async with placed(portal, by_redirects, **connected(provider, **settings)) as made, made.browser() as client:
        await client.get(await made.through(client))
        csrf = (await client.get("/session")).json()["csrf"]
        assert (await client.delete("/session", headers={"X-CSRF-Token": csrf})).json() == {"next": None}


async def test_a_browser_that_came_by_another_name_begins_at_the_portal_s_own(place: Place) -> None:
    async with place.browser() as client:
        moved = await client.get("/session/start?return=/%23/a", headers={"Host": "localhost:1"})
        assert moved.headers["location"] == f"{place.url}/session/start?return=%2F%23%2Fa&moved=1"
        assert "set-cookie" not in moved.headers
        begun = await client.get(moved.headers["location"], headers={"Host": "localhost:1"})
        assert "code_challenge=" in begun.headers["location"], "one step, also behind a proxy that keeps the name"


async def test_the_provider_may_show_the_page_s_language(place: Place) -> None:
    async with place.browser() as client:
        asked_for = (await client.get("/session/start?lang=ru")).headers["location"]
        nothing = (await client.get("/session/start?lang=xx")).headers["location"]
    assert parse_qs(urlsplit(asked_for).query)["ui_locales"] == ["ru"]
    assert "ui_locales" not in nothing


async def test_whoever_asks_to_be_asked_afresh_is_asked_who_they_are(place: Place) -> None:
    async with place.browser() as client:
        afresh = (await client.get("/session/start?afresh=1")).headers["location"]
        usual = (await client.get("/session/start")).headers["location"]
        assert parse_qs(urlsplit(afresh).query)["prompt"] == ["login"]
        assert "prompt" not in usual
        moved = await client.get("/session/start?afresh=1", headers={"Host": "localhost:1"})
        assert "afresh=1" in moved.headers["location"]


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
async def test_behind_an_https_issuer_nothing_secret_is_sent_in_the_clear(name: str) -> None:
    issuer = "https://login.example.org"
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
    document = {"issuer": issuer, **{one: f"{issuer}/{one}" for one in names}}

    async def metadata(**changed: str) -> Metadata:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json={**document, **changed}))
        client = ClientIdentity("pavilion", "https://booths.example.org/session/callback")
        reached = httpx.AsyncClient(transport=transport)
        known = Provider(issuer, client, reached, ManualClock(), answer_seconds_max=1, keys_refresh_min_seconds=1)
        try:
            return await known.metadata()
        finally:
            await known.close()

    assert (await metadata()).userinfo_endpoint == f"{issuer}/userinfo_endpoint"
    assert (await metadata(userinfo_endpoint="http://login.example.org/userinfo")).userinfo_endpoint is None
    assert (await metadata(end_session_endpoint="http://login.example.org/out")).end_session_endpoint is None
    with pytest.raises(SignInRefused, match=name):
        await metadata(**{name: f"http://login.example.org/{name}"})
