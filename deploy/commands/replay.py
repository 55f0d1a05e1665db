"""`pavilion replay`: have a service publish its events again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.options import Url
from deploy.stack.errors import StackError
from deploy.words import counted

if TYPE_CHECKING:
    from deploy.client import Api

SERVICES = ("catalog", "booking", "notification")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    service: Annotated[str, typer.Option(help="catalog, booking or notification.")],
    after: Annotated[int, typer.Option(min=0, help="Position after which to begin; 0 is the first row kept.")] = 0,
    url: Url = None,
) -> None:
    """Publish a service's events again, from a position of its outbox on; listeners drop what they have seen."""
    from deploy.client.sentences import plain_errors

    if service not in SERVICES:
        raise StackError(f"There is no service {service!r}.", f"Name one of {', '.join(SERVICES)}.")
    with plain_errors():
        rows = asyncio.run(_replay(service, after, url))
    print(f"{counted(rows, 'event')} of {service} {'is' if rows == 1 else 'are'} published again.")


async def _replay(service: str, after: int, url: str | None) -> int:
    from deploy.client.access import access_from_environment
    from deploy.client.api import Http

    access = access_from_environment(url)
    async with Http(access.url, patience_seconds=10.0) as http:
        return await replay_after(access.admin(http), service, after)


async def replay_after(admin: Api, service: str, after: int) -> int:
    """Have a service publish everything after a position again; how many events that are.

    Raises StackError where the position is past the last, ApiRefused, ApiUnreachable.
    """
    last = (await admin.get(f"/api/{service}/outbox/summary"))["last_position"]
    if after > last:
        raise StackError(f"Position {after} is past the last of {service}, which is {last}.", "Give an earlier one.")
    answer = await admin.post(f"/api/{service}/outbox/replay", {"after_position": after})
    return int(answer["rows"])
