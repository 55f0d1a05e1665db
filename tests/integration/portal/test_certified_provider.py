"""Signing in with a certified OpenID provider that shares no code with ours, over real HTTP and on a real store."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.integration.portal.certified import SECRET, CertifiedProvider, Person, made_key
from tests.unit.portal.places import Place, Portal, placed, told


@contextlib.asynccontextmanager
async def connected(portal: Portal, provider: CertifiedProvider, **settings: Any) -> AsyncIterator[Place]:
    """A portal that signs in with the provider, and the provider started with the portal registered."""
    usual: dict[str, Any] = {
        "oidc_issuer": provider.url,
        "oidc_client_id": "confidential",
        "oidc_client_secret": SECRET,
    }
    usual |= {"jwks_refresh_min_seconds": 0.001}

    async def through(client: httpx.AsyncClient, account: str = "emma", **changed: str) -> str:
        return await Person(client, provider, account).through(await started(client, **changed))

    async with placed(portal, through, **usual | settings) as place:
        provider.register(place.url)
        await provider.start()
        yield place


async def started(client: httpx.AsyncClient, **changed: str) -> str:
    """Where the portal sends the browser, with a parameter changed on the way."""
    sent = urlsplit((await client.get("/session/start?return=/%23/expo")).headers["location"])
    query = {name: values[0] for name, values in parse_qs(sent.query).items()}
    return sent._replace(query=urlencode(query | changed)).geturl()


async def outcome(place: Place, account: str = "emma", **changed: str) -> str | None:
    async with place.browser() as client:
        return told(await client.get(await place.through(client, account, **changed)))


@pytest.mark.parametrize(
    ("client_id", "secret", "thin"),
    [("confidential", SECRET, False), ("public", "", False), ("confidential", SECRET, True)],
)
async def test_a_client_with_and_without_a_secret_signs_in_from_full_and_from_thin_id_tokens(
    portal: Portal, provider: CertifiedProvider, client_id: str, secret: str, thin: bool
) -> None:
    provider.thin = thin
    settings = {"oidc_client_id": client_id, "oidc_client_secret": secret}
    async with connected(portal, provider, **settings) as place, place.browser() as browser:
        person = Person(browser, provider, "olga")
        back = await browser.get(await person.through(await started(browser)))
        assert (told(back), back.headers["location"], person.seen) == (None, "/#/expo", ["login", "consent"])
        session = (await browser.get("/session")).json()
    assert session.pop("csrf")
    assert session == {
        "account": "olga",
        "display": "Ольга",
        "role": "organizer",
        "exhibitor": None,
        "organizer": "expo",
        "language": "ru",
    }


async def test_signing_out_signs_out_of_the_provider_and_comes_back_to_the_page(
    portal: Portal, provider: CertifiedProvider
) -> None:
    async with connected(portal, provider) as place, place.browser() as browser:
        assert told(await browser.get(await place.through(browser))) is None
        remembered = Person(browser, provider, "emma")
        assert told(await browser.get(await remembered.through(await started(browser)))) is None
        assert remembered.seen == [], "the provider knows who she is, and asks nothing"

        csrf = (await browser.get("/session")).json()["csrf"]
        out = (await browser.delete("/session", headers={"X-CSRF-Token": csrf})).json()
        assert (await browser.get("/session")).status_code == 401
        leaving = Person(browser, provider, "emma")
        assert await leaving.through(out["next"]) == f"{place.url}/sign-in"
        assert leaving.seen == ["logout"], "without an ID token it asks"

        again = Person(browser, provider, "emma")
        await again.through(await started(browser))
        assert again.seen[0] == "login"


async def test_whoever_has_no_role_is_asked_afresh_and_may_come_as_somebody_else(
    portal: Portal, provider: CertifiedProvider
) -> None:
    async with connected(portal, provider) as place, place.browser() as browser:
        assert told(await browser.get(await place.through(browser, "nobody"))) == "no-role"
        assert told(await browser.get(await place.through(browser, "emma"))) == "no-role", "still remembered"
        afresh = (await browser.get("/session/start?afresh=1")).headers["location"]
        person = Person(browser, provider, "emma")
        assert told(await browser.get(await person.through(afresh))) is None
        assert person.seen[0] == "login"
        assert (await browser.get("/session")).json()["account"] == "emma"


async def test_keys_that_the_portal_has_not_seen_are_found(portal: Portal, provider: CertifiedProvider) -> None:
    async with connected(portal, provider) as place:
        assert await outcome(place) is None
        for algorithm in ("RS256", "ES256", "EdDSA"):
            await provider.stop()
            provider.keys = [made_key("RS256"), made_key(algorithm)]
            await provider.start()
            assert await outcome(place) is None


async def test_a_person_who_says_no_is_told_so(portal: Portal, provider: CertifiedProvider) -> None:
    async with connected(portal, provider) as place, place.browser() as browser:
        person = Person(browser, provider, "emma")
        back = await person.through(await started(browser), give_up=True)
        assert told(await browser.get(back)) == "sign-in-denied"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"nonce": "of-another-sign-in"}, "provider-untrusted"),
        ({"code_challenge": "A" * 43}, "sign-in-used"),
        ({"client_id": "public"}, "sign-in-used"),
        ({"scope": "profile"}, "sign-in-refused"),
    ],
)
async def test_a_request_that_was_changed_on_the_way_signs_nobody_in(
    portal: Portal, provider: CertifiedProvider, changed: dict[str, str], refusal: str
) -> None:
    async with connected(portal, provider) as place:
        assert await outcome(place, **changed) == refusal


async def test_an_answer_that_names_another_issuer_or_none_is_not_taken(
    portal: Portal, provider: CertifiedProvider
) -> None:
    async with connected(portal, provider) as place, place.browser() as browser:
        back = await place.through(browser)
        named = urlencode({"iss": provider.url})
        assert named in back
        for instead in (urlencode({"iss": "https://another.example"}), ""):
            assert told(await browser.get(back.replace(named, instead))) == "provider-untrusted"
        assert told(await browser.get(back)) is None


async def test_settings_that_differ_from_the_provider_s_are_said_to(
    portal: Portal, provider: CertifiedProvider
) -> None:
    async with connected(portal, provider, oidc_client_secret="another") as place:
        assert await outcome(place) == "provider-misconfigured"
        by_name = {"oidc_issuer": provider.url.replace("127.0.0.1", "localhost")}
        by_name |= {"oidc_client_id": "confidential"}
        async with placed(portal, place.through, **by_name) as other, other.browser() as browser:
            assert told(await browser.get("/session/start")) == "provider-misconfigured"
