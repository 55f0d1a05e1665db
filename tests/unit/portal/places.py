"""A portal on an address of its own, and the way through its provider."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from shared.runtime.service import Service
from tests.unit.portal.servers import listening_socket, served

Portal = Callable[..., Service]


@dataclass
class Place:
    """A portal at `url`, and the way through its provider for a browser: from `start` to the callback's address."""

    url: str
    service: Service
    through: Callable[..., Awaitable[str]]

    @contextlib.asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as client:
            yield client


@contextlib.asynccontextmanager
async def placed(portal: Portal, through: Callable[..., Awaitable[str]], **settings: Any) -> AsyncIterator[Place]:
    with listening_socket() as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        service = portal(public_url=url, **settings)
        async with contextlib.AsyncExitStack() as parts:
            for component in service.components:
                parts.push_async_callback(component.stop)
                await component.start()
            await parts.enter_async_context(served(service.app, taken))
            yield Place(url, service, through)


def told(answer: httpx.Response) -> str | None:
    """What the page is told went wrong; None where nothing did."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    return parse_qs(parts.query)["problem"][0] if parts.path == "/sign-in" else None
