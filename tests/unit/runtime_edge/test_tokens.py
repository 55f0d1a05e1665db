"""What a token must be to be believed, tried with tokens that are not."""

from __future__ import annotations

import asyncio
import base64
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.runtime.auth import Issuer, Principal, Role, TokenVerifier
from shared.runtime.auth.keys import REFRESH_SECONDS_MAX, KeySet, KeysUnavailable
from shared.runtime.clock import ManualClock
from shared.runtime.health import NotReady
from shared.runtime.problems import Problem

TEA = Principal("sub-1", Role.EXHIBITOR, exhibitor="tea", language="ru")


def claims(clock: ManualClock, **changes: Any) -> dict[str, Any]:
    whole = {
        "sub": "sub-1",
        "role": "exhibitor",
        "exhibitor": "tea",
        "iss": "pavilion-embedded",
        "aud": "pavilion",
        "exp": clock.now() + timedelta(hours=1),
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def signed(issuer: Issuer, body: dict[str, Any], **headers: Any) -> str:
    return jwt.encode(body, issuer._key, algorithm="EdDSA", headers={"kid": issuer.kid, **headers})


def unsigned(header: dict[str, Any], body: dict[str, Any], signature: bytes = b"") -> str:
    parts = (orjson.dumps(header), orjson.dumps(body), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


async def refused(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Problem) as caught:
        await verifier.verify(token)
    assert caught.value.status == 401
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")
    assert token not in str(caught.value.document())
    return caught.value.detail


async def test_a_minted_token_names_its_principal(issuer: Issuer, verifier: TokenVerifier) -> None:
    for principal in (TEA, Principal("o", Role.ORGANIZER, organizer="sco"), Principal("a", Role.ADMIN)):
        assert await verifier.verify(issuer.mint(principal)) == principal


async def test_alg_none_is_refused(issuer: Issuer, verifier: TokenVerifier, clock: ManualClock) -> None:
    body = {**claims(clock), "exp": int(clock.now().timestamp()) + 60}
    for name in ("none", "None", "NONE", ""):
        assert "algorithm" in await refused(verifier, unsigned({"alg": name, "kid": issuer.kid}, body))


async def test_the_public_key_cannot_serve_as_an_hmac_secret(
    issuer: Issuer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    import hashlib
    import hmac

    public = issuer._key.public_key()
    for secret in (
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw),
    ):
        body = {**claims(clock), "exp": int(clock.now().timestamp()) + 60}
        head = unsigned({"alg": "HS256", "kid": issuer.kid, "typ": "JWT"}, body).rpartition(".")[0]
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        token = f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        assert "algorithm" in await refused(verifier, token)


async def test_a_token_cannot_choose_another_algorithm_than_its_keys(
    issuer: Issuer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    rival = ec.generate_private_key(ec.SECP256R1())
    token = jwt.encode(claims(clock), rival, algorithm="ES256", headers={"kid": issuer.kid})
    assert "does not have" in await refused(verifier, token)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aud": "elsewhere"}, "aud"),
        ({"aud": ["elsewhere", "nowhere"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"iss": "somebody"}, "iss"),
        ({"iss": None}, "iss"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "subject"),
        ({"role": "emperor"}, "role"),
        ({"role": None}, "role"),
        ({"role": ["admin"]}, "role"),
        ({"exhibitor": None}, "which exhibitor"),
        ({"exhibitor": 7}, "exhibitor"),
        ({"role": "organizer"}, "which organizer"),
    ],
)
async def test_a_claim_that_is_wrong_or_missing_is_named(
    issuer: Issuer, verifier: TokenVerifier, clock: ManualClock, changes: dict[str, Any], said: str
) -> None:
    assert said in await refused(verifier, signed(issuer, claims(clock, **changes)))


async def test_a_token_holds_from_its_beginning_to_its_end(
    issuer: Issuer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    later = signed(issuer, claims(clock, nbf=clock.now() + timedelta(seconds=30)))
    assert "not hold yet" in await refused(verifier, later)
    clock.advance(seconds=30)
    assert (await verifier.verify(later)).subject == "sub-1"

    token = issuer.mint(TEA, timedelta(minutes=5))
    assert await verifier.verify(token) == TEA
    clock.advance(minutes=5, seconds=6)
    assert verifier.remembered(token) is None, "what is remembered must expire too"
    assert "expired" in await refused(verifier, token)


async def test_a_tampered_token_is_refused_in_every_part(issuer: Issuer, verifier: TokenVerifier) -> None:
    head, body, signature = issuer.mint(TEA).split(".")
    told = orjson.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(orjson.dumps({**told, "role": "admin"})).rstrip(b"=").decode()
    turned = ("B" if signature[0] != "B" else "C") + signature[1:]
    for token in (f"{head}.{forged}.{signature}", f"{head}.{body}.{turned}", f"{head}.{body}.", f"{head}.{body}"):
        await refused(verifier, token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "💥", "." * 9000], ids=["empty", "word", "dots", "emoji", "long"])
async def test_what_is_no_token_is_refused_and_not_an_error(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(Problem) as caught:
        await verifier.verify(token)
    assert caught.value.status == 401


async def test_a_key_in_the_tokens_own_header_is_not_believed(
    issuer: Issuer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    mallory = Issuer(Ed25519PrivateKey.generate(), clock=clock)
    own = mallory.jwks()["keys"][0]
    for headers in ({"jwk": own}, {"jku": "http://127.0.0.1:1/jwks.json"}, {"jwk": own, "kid": issuer.kid}):
        await refused(verifier, signed(mallory, claims(clock), **headers))


async def test_only_so_many_tokens_are_remembered_and_the_least_used_goes_first(
    issuer: Issuer, jwks: Path, clock: ManualClock
) -> None:
    verifier = TokenVerifier(KeySet(str(jwks)), clock=clock, cache_max=2)
    first, second, third = (issuer.mint(TEA) for _ in range(3))
    await verifier.verify(first)
    await verifier.verify(second)
    assert verifier.remembered(first) == TEA
    await verifier.verify(third)
    assert verifier.remembered(second) is None
    assert verifier.remembered(first) == verifier.remembered(third) == TEA


async def test_a_refused_token_is_not_remembered(issuer: Issuer, verifier: TokenVerifier, clock: ManualClock) -> None:
    token = signed(issuer, claims(clock, aud="elsewhere"))
    await refused(verifier, token)
    assert verifier.remembered(token) is None


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa", "RS256"), ("ec", "ES256")])
async def test_other_issuers_keys_on_the_list_are_accepted(
    tmp_path: Path, clock: ManualClock, kind: str, algorithm: str
) -> None:
    key: Any = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    path = tmp_path / "jwks.json"
    path.write_bytes(orjson.dumps({"keys": [{**public, "kid": "k1", "alg": algorithm}]}))
    token = jwt.encode(claims(clock), key, algorithm=algorithm, headers={"kid": "k1"})
    assert (await TokenVerifier(KeySet(str(path)), clock=clock).verify(token)).exhibitor == "tea"


class Source:
    """A key set over HTTP that counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.document: dict[str, Any] = {"keys": []}
        self.status = 200
        self.asked = 0
        make = httpx.AsyncClient
        transport = httpx.MockTransport(self._answer)
        monkeypatch.setattr(httpx, "AsyncClient", lambda **options: make(transport=transport, **options))

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(self.status, json=self.document)


async def test_a_new_key_is_found_and_made_up_ones_do_not_make_us_a_hammer(
    monkeypatch: pytest.MonkeyPatch, clock: ManualClock, issuer: Issuer
) -> None:
    source, seconds = Source(monkeypatch), 0.0
    source.document = issuer.jwks()
    keys = KeySet("https://issuer.example/jwks", refresh_min_seconds=10, monotonic=lambda: seconds)
    verifier = TokenVerifier(keys, clock=clock)
    assert await verifier.verify(issuer.mint(TEA)) == TEA
    rotated = Issuer(Ed25519PrivateKey.generate(), clock=clock)
    source.document = {"keys": [*issuer.jwks()["keys"], *rotated.jwks()["keys"]]}
    for _ in range(50):
        await refused(verifier, rotated.mint(TEA))
    assert source.asked == 1
    seconds = 10.0
    assert await verifier.verify(rotated.mint(TEA)) == TEA
    assert source.asked == 2


async def test_a_withdrawn_key_is_trusted_for_minutes_and_no_longer(
    monkeypatch: pytest.MonkeyPatch, clock: ManualClock, issuer: Issuer
) -> None:
    """Neither for a token that was seen before nor for one that its thief has just made."""
    source, seconds = Source(monkeypatch), 0.0
    source.document = issuer.jwks()
    verifier = TokenVerifier(KeySet("https://issuer.example/jwks", monotonic=lambda: seconds), clock=clock)
    seen = issuer.mint(TEA)
    assert await verifier.verify(seen) == TEA
    source.document = Issuer(Ed25519PrivateKey.generate(), clock=clock).jwks()
    assert await verifier.verify(issuer.mint(TEA)) == TEA
    seconds = REFRESH_SECONDS_MAX
    clock.advance(timedelta(seconds=REFRESH_SECONDS_MAX))
    await refused(verifier, seen)
    await refused(verifier, issuer.mint(TEA))
    assert source.asked == 2


async def test_keys_that_were_read_once_outlive_their_source(
    monkeypatch: pytest.MonkeyPatch, clock: ManualClock, issuer: Issuer
) -> None:
    source, seconds = Source(monkeypatch), 0.0
    source.document = issuer.jwks()
    keys = KeySet("https://issuer.example/jwks", monotonic=lambda: seconds)
    verifier = TokenVerifier(keys, clock=clock)
    await verifier.ready()
    source.status, seconds = 500, 60.0
    await refused(verifier, Issuer(Ed25519PrivateKey.generate(), clock=clock).mint(TEA))
    assert source.asked == 2
    assert await verifier.verify(issuer.mint(TEA)) == TEA


async def test_without_any_keys_the_answer_is_503_and_the_service_is_not_ready(
    tmp_path: Path, issuer: Issuer, clock: ManualClock
) -> None:
    path = tmp_path / "later.json"
    seconds = 0.0
    verifier = TokenVerifier(KeySet(str(path), monotonic=lambda: seconds), clock=clock)
    with pytest.raises(NotReady, match="cannot be read"):
        await verifier.ready()
    with pytest.raises(Problem) as caught:
        await verifier.verify(issuer.mint(TEA))
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (503, "1")
    issuer.write_jwks(path)
    seconds = 1.0
    await verifier.ready()
    assert await verifier.verify(issuer.mint(TEA)) == TEA


async def test_while_the_source_is_down_those_who_wait_do_not_ask_it_one_by_one(
    monkeypatch: pytest.MonkeyPatch, clock: ManualClock, issuer: Issuer
) -> None:
    source = Source(monkeypatch)
    source.status = 500
    verifier = TokenVerifier(KeySet("https://issuer.example/jwks", monotonic=lambda: 0.0), clock=clock)
    answers = await asyncio.gather(*(verifier.verify(issuer.mint(TEA)) for _ in range(20)), return_exceptions=True)
    assert {answer.status for answer in answers if isinstance(answer, Problem)} == {503}
    assert (len(answers), source.asked) == (20, 1)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"keys": 1}', b'{"keys": []}', b"\xff"])
async def test_a_key_set_that_is_none_is_unavailable_and_not_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(content)
    with pytest.raises(KeysUnavailable):
        await KeySet(str(path)).find("k1")


def test_the_issuers_key_is_its_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "issuer" / "key.pem"
    first, second = Issuer.open(path), Issuer.open(path)
    assert first.kid == second.kid
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["key.pem"]
    assert "d" not in first.jwks()["keys"][0], "the private part must not be published"


def test_a_file_with_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(ValueError, match="no Ed25519 key"):
        Issuer.open(path)


async def test_the_last_verified_wins_nothing_from_a_changed_letter(
    issuer: Issuer, verifier: TokenVerifier, bearer: Callable[..., dict[str, str]]
) -> None:
    token = bearer()["Authorization"].removeprefix("Bearer ")
    await verifier.verify(token)
    assert verifier.remembered(token + "A") is None
    assert verifier.remembered(token[:-1]) is None
