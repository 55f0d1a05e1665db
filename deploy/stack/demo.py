"""Brings the made-up demonstration fair into a stack that is new, by the same way as any organizer's fair."""

from __future__ import annotations

from http import HTTPStatus

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
    """Import and publish the demonstration fair, unless that was done before.

    An import that was cut short is done again: it changes only what is missing. Raises StackError.
    """
    async with Http(stack.url) as http:
        api = Access(stack.url, stack.issuer).organizer(http, DEMO_ORGANIZER)
        try:
            folder = read_folder(DEMO_FOLDER)
            if await _is_public(api, folder.slug):
                return
            with stack.report.step("demonstration fair"):
                await import_folder(folder, api, organizer=DEMO_ORGANIZER)
        except (FolderInvalid, ApiRefused, ApiUnreachable) as error:
            raise StackError(
                f"The demonstration fair could not be brought in: {error}", "`pavilion up --no-demo` starts without it."
            ) from error


async def _is_public(api: Api, fair: str) -> bool:
    try:
        return bool((await api.get(f"/api/catalog/fairs/{fair}"))["state"] != "draft")
    except ApiRefused as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            return False
        raise
