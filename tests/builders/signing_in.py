"""Signs in as a browser does: to the provider, through the embedded issuer's page, and back with a code."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx


async def asked(client: httpx.AsyncClient, return_path: str = "/") -> str:
    """The query with which the portal sends this browser to its issuer."""
    started = await client.get("/session/start", params={"return": return_path})
    assert started.status_code == 303, started.text
    sent_to = urlsplit(started.headers["location"])
    assert sent_to.path == "/oidc/authorize", started.headers["location"]
    return sent_to.query


async def called_back(client: httpx.AsyncClient, account: str, password: str, return_path: str = "/") -> httpx.Response:
    """The portal's answer to the code; the issuer's to account and password where these are refused."""
    credentials = {"account": account, "password": password, "request": await asked(client, return_path)}
    granted = await client.post("/oidc/sign-in", json=credentials)
    return await client.get(granted.json()["location"]) if granted.status_code == 200 else granted


async def sign_in(client: httpx.AsyncClient, account: str, password: str) -> httpx.Response:
    """Who the portal says has signed in (`GET /session`); else the answer that refused."""
    back = await called_back(client, account, password)
    return await client.get("/session") if back.headers.get("location") == "/" else back
