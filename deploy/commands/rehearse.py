"""`pavilion rehearse`: the dress rehearsal of a fair folder."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from deploy.options import Url

if TYPE_CHECKING:
    from deploy.client import Access
    from deploy.fairs import FairFolder
    from deploy.rehearsal.run import Options, Rehearsal


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rehearse")(rehearse)


def rehearse(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Holds fair.json, halls/*.geojson, exhibitors.csv.")],
    url: Url = None,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="How many book at once.")] = 32,
    organizer: Annotated[
        str | None, typer.Option(help="Who runs the fair; else fair.json's `organizer`, else the sample one.")
    ] = None,
    replace_addresses: Annotated[
        bool, typer.Option("--replace-addresses", help="Replace mail addresses that the folder does not have.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print everything instead of examples.")] = False,
) -> None:
    """Book every occupied stand of a folder as its exhibitor, wait until all is told, and compare with the folder.

    Nobody real is mailed: every exhibitor of the fair gets an address under rehearsal.invalid. Run again, it books
    only what is missing. Exit code 1 on any difference.
    """
    from deploy.client.access import access_from_environment
    from deploy.client.sentences import plain_errors
    from deploy.fairs import FolderInvalid, read_folder
    from deploy.fairs.report import show_import, show_problems
    from deploy.rehearsal.report import show_rehearsal
    from deploy.rehearsal.run import Options

    console = Console(soft_wrap=True)
    began = time.monotonic()
    try:
        folder = read_folder(directory, go_on=True)
        options = Options(organizer=organizer, concurrency=concurrency, replace_addresses=replace_addresses)
        with plain_errors():
            done = asyncio.run(_rehearse(folder, access_from_environment(url), console, options))
    except FolderInvalid as invalid:
        show_problems(console, invalid.problems)
        raise typer.Exit(1) from None
    show_import(console, done.imported, verbose=verbose)
    show_rehearsal(console, done, verbose=verbose)
    console.print(f"[dim]{time.monotonic() - began:.1f} s[/]", highlight=False)
    if done.differences:
        raise typer.Exit(1)


async def _rehearse(folder: FairFolder, access: Access, console: Console, options: Options) -> Rehearsal:
    from deploy.client.local import servers_behind
    from deploy.client.progress import Bars
    from deploy.rehearsal.run import rehearse as run

    bars = Bars(console)
    with bars.shown():
        return await run(folder, access, servers_behind(access.url), bars, options)
