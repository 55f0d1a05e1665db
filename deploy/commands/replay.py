"""`pavilion replay`: have a service publish its events again."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from deploy.stack.errors import StackError

SERVICES = ("catalog", "booking", "notification")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    service: Annotated[str, typer.Option(help="catalog, booking or notification.")],
    after: Annotated[int, typer.Option(min=0, help="Position after which to begin; 0 is the first row kept.")] = 0,
    url: Annotated[
        str | None, typer.Option(help="Where Pavilion is; else PAVILION_URL, else the stack that runs here.")
    ] = None,
) -> None:
    """Publish a service's events again, from a position of its outbox on; listeners drop what they have seen."""
    from deploy.client.sentences import plain_errors

    if service not in SERVICES:
        raise StackError(f"There is no service {service!r}.", f"Name one of {', '.join(SERVICES)}.")
    with plain_errors():
        rows = asyncio.run(_replay(service, after, url))
    print(f"{rows} events of {service} are published again.")


async def _replay(service: str, after: int, url: str | None) -> Any:
    from deploy.client.access import access_from_environment
    from deploy.client.api import Http

    access = access_from_environment(url)
    async with Http(access.url, patience_seconds=10.0) as http:
        answer = await access.admin(http).post(f"/api/{service}/outbox/replay", {"after_position": after})
        return answer["rows"]
