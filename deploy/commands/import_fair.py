"""`pavilion import-fair`: a fair folder's venue, floor plans and exhibitors, brought in over the API."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from deploy.options import Token, Url

if TYPE_CHECKING:
    from deploy.client import Access
    from deploy.fairs import FairFolder, FairImport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import-fair")(import_fair)


def import_fair(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Holds fair.json, halls/*.geojson, exhibitors.csv.")],
    url: Url = None,
    token: Token = None,
    organizer: Annotated[
        str | None, typer.Option(help="Who runs the fair; else fair.json's `organizer`, else the sample one.")
    ] = None,
    publish: Annotated[bool, typer.Option(help="Make the fair public at the end; --no-publish leaves a draft.")] = True,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print every warning instead of examples.")] = False,
) -> None:
    """Bring a fair folder in. Exit code 1 and nothing imported where anything in it is wrong; twice changes nothing."""
    from deploy.client.access import access_from_environment
    from deploy.client.sentences import plain_errors
    from deploy.fairs import FolderInvalid, read_folder
    from deploy.fairs.report import show_import, show_problems

    console = Console(soft_wrap=True)
    try:
        folder = read_folder(directory, go_on=True)
        with plain_errors():
            done = asyncio.run(
                _import(folder, access_from_environment(url, token), console, organizer=organizer, publish=publish)
            )
    except FolderInvalid as invalid:
        show_problems(console, invalid.problems)
        raise typer.Exit(1) from None
    show_import(console, done, verbose=verbose)


async def _import(
    folder: FairFolder, access: Access, console: Console, *, organizer: str | None, publish: bool
) -> FairImport:
    from deploy.client import Http
    from deploy.client.progress import Bars
    from deploy.fairs import import_folder
    from deploy.fairs.owner import owner_of

    bars = Bars(console)
    async with Http(access.url) as http:
        owner = await owner_of(folder, access, http, organizer)
        with bars.shown():
            return await import_folder(
                folder, access.organizer(http, owner), organizer=owner, progress=bars, publish=publish
            )
