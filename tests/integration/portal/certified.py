"""A certified provider as a process of its own, and a person before its pages."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from deploy.stack.paths import ROOT
from deploy.stack.ports import LOOPBACK, accepts, free_port
from deploy.stack.process import Child
from deploy.stack.server import Server

HERE = Path(__file__).parent / "certified"
INSTALLED = HERE / "node_modules" / ".installed"
STEPS_MAX = 20
Claims = dict[str, Any]
SECRET = "s3cret: with+signs%and-enough-of-them"
CONFIDENTIAL = {
    "client_id": "confidential",
    "client_secret": SECRET,
    "token_endpoint_auth_method": "client_secret_basic",
}
PUBLIC = {"client_id": "public", "token_endpoint_auth_method": "none"}


def made_key(algorithm: str) -> Claims:
    """A private key as JWK, for that algorithm and under a name of its own."""
    match algorithm:
        case "RS256":
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            members = jwt.algorithms.RSAAlgorithm.to_jwk(made, as_dict=True)
        case "ES256":
            members = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
        case _:
            members = jwt.algorithms.OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate(), as_dict=True)
    members.pop("key_ops", None)
    return {**members, "kid": secrets.token_hex(4), "alg": algorithm, "use": "sig"}


class CertifiedProvider(Server):
    """`oidc-provider` on a port of its own; a test may give it other keys or people, and restart it."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.keys: Sequence[Claims] = [made_key("RS256")]
        self.people: dict[str, Claims] = {}
        self.clients: Sequence[Claims] = []
        self.thin = False
        self._settings = data / "settings.json"
        argv: list[str | Path] = [ROOT / "deploy" / "with-node.sh", "node", HERE / "provider.mjs", self._settings]
        self._child = Child("certified provider", argv, log=data / "provider.log", cwd=ROOT)

    def register(self, portal: str) -> None:
        """Know the portal at that address, as a client with a secret and as one without."""
        usual = {"redirect_uris": [f"{portal}/session/callback"], "post_logout_redirect_uris": [f"{portal}/sign-in"]}
        kind = {"response_types": ["code"], "grant_types": ["authorization_code"]}
        self.clients = [{**usual, **kind, **client} for client in (CONFIDENTIAL, PUBLIC)]

    async def start(self) -> Self:
        """Start it with what is set now, and wait until it takes connections."""
        said = {name: getattr(self, name) for name in ("port", "keys", "clients", "people", "thin")}
        self._settings.write_text(json.dumps(said))
        self._child.start()
        await self.ready(0)
        return self

    def children(self) -> list[Child]:
        """Its only process."""
        return [self._child]

    async def ready(self, index: int) -> None:
        """Wait until it takes connections."""
        await self.children()[index].until(lambda: accepts(LOOPBACK, self.port), timeout_seconds=60)

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether it takes connections."""
        del index, timeout_seconds
        return await accepts(LOOPBACK, self.port)


class Person:
    """Somebody before the provider's pages, who goes where they lead until they lead elsewhere."""

    def __init__(self, browser: httpx.AsyncClient, provider: CertifiedProvider, account: str) -> None:
        self._browser = browser
        self._provider = provider
        self._account = account
        self.seen: list[str] = []
        """The forms that were filled in, by what they ask for."""

    async def through(self, location: str, *, give_up: bool = False) -> str:
        """From the provider's `location` to the address outside of it to which it sends the browser in the end."""
        answer = await self._browser.get(location)
        for _ in range(STEPS_MAX):
            if "location" in answer.headers:
                location = urljoin(str(answer.url), answer.headers["location"])
                if not location.startswith(self._provider.url):
                    return location
                answer = await self._browser.get(location)
            elif give_up:
                answer = await self._browser.get(_link(answer, "abort"))
            else:
                answer = await self._filled_in(answer)
        raise AssertionError(f"no end after {STEPS_MAX} steps: {answer.text}")

    async def _filled_in(self, page: httpx.Response) -> httpx.Response:
        assert page.status_code == 200, page.text
        action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert action is not None, page.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        self.seen.append(hidden.get("prompt", "logout"))
        answers = {"login": {"login": self._account, "password": "any"}, "logout": {"logout": "yes"}}
        form = hidden | answers.get(self.seen[-1], {})
        return await self._browser.post(urljoin(str(page.url), unescape(action[1])), data=form)


def _link(page: httpx.Response, called: str) -> str:
    found = re.search(rf'href="([^"]*/{called})"', page.text)
    assert found is not None, page.text
    return urljoin(str(page.url), unescape(found[1]))
