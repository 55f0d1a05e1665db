"""`pavilion import-venue`: an exchange centre's atoms, spaces, hours and policy, brought in over the API."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from deploy.options import Token, Url

if TYPE_CHECKING:
    from deploy.centres.venuefile import Imported, VenueFile
    from deploy.client import Access


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import-venue")(import_venue)


def import_venue(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="The venue with its atoms, hours and spaces.")],
    url: Url = None,
    token: Token = None,
    organizer: Annotated[
        str | None, typer.Option(help="Who runs the venue; else the file's `organizer`, else the sample one.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be wrong.")] = False,
) -> None:
    """Bring a venue in. Exit code 1 where anything in the file is wrong; the same file again changes nothing."""
    from deploy.centres.venuefile import read_venue_file
    from deploy.client.access import access_from_environment
    from deploy.client.sentences import plain_errors
    from deploy.fairs import FolderInvalid
    from deploy.fairs.report import show_problems

    console = Console(soft_wrap=True)
    try:
        read = read_venue_file(file)
        with plain_errors():
            done = asyncio.run(_import(read, access_from_environment(url, token), organizer, dry_run=dry_run))
    except FolderInvalid as invalid:
        show_problems(console, invalid.problems)
        raise typer.Exit(1) from None
    said = "is as in the file already" if not done.changed else "would be brought in" if dry_run else "is in"
    console.print(f"✓ {done.slug} {said}: {done.atoms} atoms, {done.spaces} spaces", highlight=False)


async def _import(file: VenueFile, access: Access, organizer: str | None, *, dry_run: bool) -> Imported:
    from deploy.centres.venuefile import import_venue as bring_in
    from deploy.client import Http
    from deploy.stack.accounts import DEMO_ORGANIZER

    async with Http(access.url) as http:
        api = access.organizer(http, organizer or file.organizer or DEMO_ORGANIZER)
        return await bring_in(file, api, dry_run=dry_run)
