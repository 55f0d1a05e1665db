"""`pavilion status`: what runs here and how it feels."""

from __future__ import annotations

import asyncio
import json

import typer
from rich.console import Console
from rich.table import Table

from deploy.stack.errors import StackError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status() -> None:
    """Say whether Pavilion runs here, and what each service says of itself. Exit code 1 when it is not all well."""
    from deploy.stack.lock import DataLock
    from deploy.stack.options import SERVICES, data_from_environment

    data = data_from_environment()
    holder = DataLock(data).holder()
    if holder is None:
        raise StackError(
            f"Pavilion does not run on {data}.",
            "`make up` starts it; where its data is elsewhere, say so by PAVILION_DATA.",
        )
    if not holder:
        raise StackError(f"Pavilion is being started or stopped on {data}.", "Ask again in a moment.")
    ports = json.loads((data / "ports.json").read_text())
    console = Console(soft_wrap=True)
    console.print(f"Pavilion runs at {holder['url']} (process {holder['pid']}, data in {data}).", highlight=False)
    states = asyncio.run(_ask_all({name: port for name, port in ports.items() if name.split("-")[0] in SERVICES}))
    table = Table("service", "address", "state", box=None, padding=(0, 2))
    for name, (port, state) in sorted(states.items()):
        table.add_row(name, f"http://127.0.0.1:{port}", "[green]ready[/]" if state == "" else f"[red]{state}[/]")
    console.print(table)
    # Bare addresses, one a line, so that scripts can take them.
    console.print(f"Broker: {holder.get('broker', 'kafka')}\nKafka: {holder.get('bootstrap', '')}", highlight=False)
    console.print(f"Mail: {data / 'mail'}", highlight=False)
    if any(state for _, state in states.values()):
        raise typer.Exit(1)


async def _ask_all(ports: dict[str, int]) -> dict[str, tuple[int, str]]:
    from deploy.stack.services import NO_ANSWER, unreadiness

    found = await asyncio.gather(*(unreadiness(port) for port in ports.values()))
    # The stack runs, and brings back whatever has died.
    states = ["is starting again" if state == NO_ANSWER else state for state in found]
    return {name: (port, state) for (name, port), state in zip(ports.items(), states, strict=True)}
