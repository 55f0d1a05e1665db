"""`pavilion import-calendar`: an iCalendar file's events, booked at a venue over the API."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from deploy.options import Token, Url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deploy.centres.icsfile import IcsEvent
    from deploy.client import Access
    from deploy.client.api import ApiRefused
    from deploy.fairs.model import Problem

CONFLICTS = "calendar-conflicts"
_HEARD_WITHIN_SECONDS = 15.0
_AGAIN_SECONDS = 0.25


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import-calendar")(import_calendar)


def import_calendar(
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help="Its LOCATIONs name one or several spaces.")],
    venue: Annotated[str, typer.Option(help="The venue's slug.")],
    url: Url = None,
    token: Token = None,
    organizer: Annotated[str | None, typer.Option(help="For whom it is booked; else the venue's organizer.")] = None,
    skip_conflicts: Annotated[bool, typer.Option("--skip-conflicts", help="Book what can be; name the rest.")] = False,
) -> None:
    """Let a venue's bookings follow a calendar. Exit code 1 and nothing booked where an event cannot be.

    The same file again changes nothing; a changed event updates its booking, a cancelled one gives it up.
    """
    from deploy.client.access import access_from_environment
    from deploy.client.sentences import plain_errors
    from deploy.fairs import FolderInvalid
    from deploy.fairs.report import show_problems

    console = Console(soft_wrap=True)
    access = access_from_environment(url, token)
    try:
        with plain_errors():
            report, skipped = asyncio.run(_import(file, venue, access, organizer, skip_conflicts=skip_conflicts))
    except FolderInvalid as invalid:
        show_problems(console, invalid.problems, what="calendar")
        raise typer.Exit(1) from None
    counts = ", ".join(f"{len(report[what])} {what}" for what in ("created", "changed", "cancelled", "unchanged"))
    console.print(f"✓ {venue}: {counts}", highlight=False)
    if skipped:
        console.print(f"! {len(skipped)} skipped:", highlight=False)
        for problem in skipped:
            console.print(f"  {problem.place}: {problem.problem}", highlight=False, markup=False)


async def _import(
    file: Path, venue: str, access: Access, organizer: str | None, *, skip_conflicts: bool
) -> tuple[dict[str, Any], list[Problem]]:
    """What became of the events, and those that were skipped. Raises FolderInvalid, ApiRefused."""
    from deploy.centres.icsfile import Spaces, read_calendar
    from deploy.client import Http
    from deploy.client.api import ApiRefused
    from deploy.fairs import FolderInvalid

    async with Http(access.url) as http:
        admin = access.admin(http)
        owner = organizer or (await admin.get(f"/api/catalog/venues/{venue}"))["organizer"]
        entries = [one async for one in admin.pages(f"/api/catalog/venues/{venue}/spaces", "items", "cursor")]
        events = read_calendar(file, Spaces.of(venue, entries))
        body = {"events": [event.body() for event in events], "skip_conflicts": skip_conflicts, "organizer": owner}
        deadline = time.monotonic() + _HEARD_WITHIN_SECONDS
        while True:
            try:
                found: dict[str, Any] = await admin.post(f"/api/booking/venues/{venue}/calendar", body)
            except ApiRefused as refused:
                # Booking hears of a venue and its spaces a moment after they were entered in the catalog.
                if _not_heard(refused) and time.monotonic() < deadline:
                    await asyncio.sleep(_AGAIN_SECONDS)
                elif refused.slug == CONFLICTS:
                    raise FolderInvalid(_problems(file, events, refused.problem["items"])) from refused
                else:
                    raise
            else:
                return found, _problems(file, events, found["conflicts"])


def _not_heard(refused: ApiRefused) -> bool:
    reasons = {item.get("reason") for item in refused.problem.get("items", ())}
    return refused.slug == "venue-unknown" or "space-unknown" in reasons


def _problems(file: Path, events: Sequence[IcsEvent], conflicts: Iterable[Mapping[str, Any]]) -> list[Problem]:
    from deploy.fairs.model import Problem

    return [Problem(file.name, events[one["row"]].at, one["problem"], one["remedy"]) for one in conflicts]
