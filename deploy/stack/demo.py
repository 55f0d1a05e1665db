"""Brings the made-up demonstration area into a stack that is new, by the same ways as anybody's fair and centre."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from deploy.centres.season import bring_season, read_season, uid_of
from deploy.centres.venuefile import import_venue, read_venue_file
from deploy.client import Api, Http
from deploy.client.access import Access
from deploy.client.api import ApiRefused, ApiUnreachable
from deploy.fairs import FolderInvalid, import_folder, read_folder
from deploy.stack.accounts import DEMO_ORGANIZER
from deploy.stack.errors import StackError
from deploy.stack.paths import ROOT
from deploy.stack.supervisor import Stack

DEMO_FOLDER = ROOT / "deploy" / "demo"


async def bring_demo(stack: Stack) -> None:
    """Bring in the demonstration fair, the five exchange centres and a season of bookings, unless that was done before.

    What was cut short is done again: it changes only what is missing. Raises StackError.
    """
    access = Access(stack.url, stack.issuer)
    async with Http(stack.url) as http:
        api = access.organizer(http, DEMO_ORGANIZER)
        try:
            folder = read_folder(DEMO_FOLDER)
            if not await _is_public(api, folder.slug):
                with stack.report.step("demonstration fair"):
                    await import_folder(folder, api, organizer=DEMO_ORGANIZER)
            files = [read_venue_file(path) for path in sorted((DEMO_FOLDER / "centres").glob("*.json"))]
            season = read_season(DEMO_FOLDER / "season.json")
            if await _is_known(api, season[-1]):
                return
            with stack.report.step("demonstration centres"):
                for file in files:
                    await import_venue(file, api)
                zone = str(files[0].venue["time_zone"])
                await bring_season(season, zone, lambda organizer: access.organizer(http, organizer))
        except (FolderInvalid, ApiRefused, ApiUnreachable) as error:
            raise StackError(
                f"The demonstration could not be brought in: {error}", "`pavilion up --no-demo` starts without it."
            ) from error


async def _is_known(api: Api, event: dict[str, Any]) -> bool:
    """Whether the last event of the season is booked."""
    return bool((await api.get("/api/booking/space-bookings", uid=uid_of(event)))["bookings"])


async def _is_public(api: Api, fair: str) -> bool:
    try:
        return bool((await api.get(f"/api/catalog/fairs/{fair}"))["state"] != "draft")
    except ApiRefused as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            return False
        raise
