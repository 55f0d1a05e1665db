"""`pavilion dead-letters`: events that could not be applied, looked at, replayed or given up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.options import Url
from deploy.stack.errors import StackError
from deploy.words import counted

if TYPE_CHECKING:
    from deploy.client import Api

SERVICES = ("catalog", "booking", "notification")

Letter = Annotated[str, typer.Argument(metavar="ID", help="As `pavilion dead-letters list` shows it.")]
Service = Annotated[str | None, typer.Option(help="catalog, booking or notification; else all are asked.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    letters = typer.Typer(help="Events that could not be applied, and what waits behind them.", no_args_is_help=True)
    letters.command("list")(list_letters)
    letters.command("show")(show)
    letters.command("replay")(replay)
    letters.command("drop")(drop)
    app.add_typer(letters, name="dead-letters")


def list_letters(service: Service = None, url: Url = None) -> None:
    """List parked events in the order in which they would be replayed."""
    found = _run(url, lambda api: _letters(api, service))
    console = Console(soft_wrap=True)
    if not found:
        console.print("No dead letters.")
        return
    table = Table("service", "id", "type", "why", "parked at", box=None, padding=(0, 2), header_style="bold")
    for name, letter in found:
        why = f"{letter['reason']}: {letter['error']}" if letter["error"] else letter["reason"]
        table.add_row(name, escape(letter["id"]), letter["type"], escape(why), letter["parked_at"][:19])
    console.print(table)


def show(letter: Letter, service: Service = None, url: Url = None) -> None:
    """Print one parked event whole, as JSON."""
    found = _run(url, lambda api: _with(letter, service, lambda path: api.get(path)))
    print(json.dumps(found, indent=1, ensure_ascii=False))


def replay(letter: Letter, service: Service = None, url: Url = None) -> None:
    """Apply the parked events of this one's key, in order; stops at the first that fails again."""
    done = _run(url, lambda api: _with(letter, service, lambda path: api.post(f"{path}/replay")))
    print(f"Applied {counted(done['replayed'], 'event')}.")


def drop(
    letter: Letter,
    service: Service = None,
    url: Url = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give one parked event up for good; those behind it can then be replayed."""
    if not yes:
        typer.confirm(f"Give {letter} up for good?", abort=True)
    _run(url, lambda api: _with(letter, service, lambda path: api.post(f"{path}/drop")))
    print(f"Dropped {letter}.")


def _run(url: str | None, work: Callable[[Api], Awaitable[Any]]) -> Any:
    from deploy.client.access import access_from_environment
    from deploy.client.api import Http
    from deploy.client.sentences import plain_errors

    async def run() -> Any:
        access = access_from_environment(url)
        async with Http(access.url, patience_seconds=10.0) as http:
            return await work(access.admin(http))

    with plain_errors():
        return asyncio.run(run())


async def _letters(api: Api, service: str | None) -> list[tuple[str, Any]]:
    found = []
    for name in _asked(service):
        found += [(name, letter) for letter in (await api.get(f"/api/{name}/dead-letters"))["letters"]]
    return found


async def _with(letter: str, service: str | None, work: Callable[[str], Awaitable[Any]]) -> Any:
    """Do something with a letter, wherever it is."""
    from deploy.client.api import ApiRefused

    for name in _asked(service):
        try:
            return await work(f"/api/{name}/dead-letters/{quote(letter, safe='')}")
        except ApiRefused as refused:
            if refused.status != 404:
                raise
    raise StackError(f"There is no dead letter {letter}.", "`pavilion dead-letters list` shows those that there are.")


def _asked(service: str | None) -> tuple[str, ...]:
    if service is None:
        return SERVICES
    if service not in SERVICES:
        raise StackError(f"There is no service {service!r}.", f"Name one of {', '.join(SERVICES)}.")
    return (service,)
