"""In whose name a folder is brought in."""

from __future__ import annotations

from typing import Any

from deploy.client.access import Access
from deploy.client.api import ApiRefused, Http
from deploy.fairs.model import FairFolder
from deploy.stack.accounts import DEMO_ORGANIZER


async def owner_of(folder: FairFolder, access: Access, http: Http, said: str | None) -> str:
    """Who runs the fair already; else whom one says, or the folder, or the sample organizer.

    Raises ApiRefused, ApiUnreachable.
    """
    try:
        known: dict[str, Any] = await access.admin(http).get(f"/api/catalog/fairs/{folder.slug}")
    except ApiRefused as refused:
        if refused.status != 404:
            raise
        return said or folder.organizer or DEMO_ORGANIZER
    return str(known["organizer"])
