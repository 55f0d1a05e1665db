"""`pavilion check`: the invariants, asked of the live stores and topics."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from deploy.words import counted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every violation instead of some.")] = False,
) -> None:
    """Read stores and topics as they are now and verify what must always hold. Exit code 1 on any violation.

    Looks at the stack that runs here, or at PAVILION_MONGO and PAVILION_KAFKA.
    """
    from deploy.client.local import servers_from_environment
    from deploy.invariants.check import check as ask
    from deploy.invariants.report import show_findings

    console = Console(soft_wrap=True)
    findings = asyncio.run(ask(servers_from_environment()))
    show_findings(console, findings, verbose=verbose)
    number = sum(len(finding.differences) for finding in findings)
    if number:
        console.print(f"\n[bold red]✗ {counted(number, 'violation')}.[/]", highlight=False)
        raise typer.Exit(1)
    console.print("\n[bold green]✓ Everything holds.[/]")
