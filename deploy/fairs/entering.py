"""The requests by which a folder is checked and brought in, and what the server's refusals mean for its files."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final
from urllib.parse import quote

from deploy.client.api import Api, ApiRefused
from deploy.fairs.model import FairFolder, FolderInvalid, HallPlan, Problem

GEOJSON: Final = "application/geo+json"
CSV: Final = "text/csv; charset=utf-8"
_OF_THE_SERVER: Final = ("slug", "organizer", "version", "halls")
"""What a venue's entry has and a change of it is not to send, or is merged with what the folder says."""


def fair_path(folder: FairFolder) -> str:
    """Where the API has the folder's fair."""
    return f"/api/catalog/fairs/{folder.slug}"


def venue_path(folder: FairFolder) -> str:
    """Where the API has the folder's venue."""
    return f"/api/catalog/venues/{folder.venue['slug']}"


async def known(path: str, api: Api) -> dict[str, Any] | None:
    """What there is already; None where there is nothing."""
    try:
        found: dict[str, Any] = await api.get(path)
    except ApiRefused as refused:
        if refused.status == 404:
            return None
        raise
    return found


def wanted_venue(folder: FairFolder, known_venue: Mapping[str, Any] | None) -> dict[str, Any]:
    """The venue as it is to be: what the folder says over what is known; halls beyond the folder's stay."""
    zone = folder.settings["time_zone"]
    kept: dict[str, Any] = {"name": {"en": folder.venue["slug"]}, "country": "", "time_zone": zone}
    if known_venue is not None:
        kept |= {field: value for field, value in known_venue.items() if field not in _OF_THE_SERVER}
    halls = {hall["hall"]: hall for hall in (known_venue or {}).get("halls", [])}
    for plan in folder.halls:
        ours = {"hall": plan.hall, "width_m": plan.width_m, "depth_m": plan.depth_m}
        halls[plan.hall] = {**halls.get(plan.hall, {}), **ours}
    return {**kept, **folder.venue, "halls": list(halls.values())}


async def put_plan(folder: FairFolder, plan: HallPlan, api: Api, *, dry_run: bool = False) -> Any:
    """Enter a hall's floor plan, or check it. The hall may be entered only later, so a check brings its size along."""
    path = f"{fair_path(folder)}/halls/{quote(plan.hall, safe='')}/floor-plan"
    size = {"width_m": plan.width_m, "depth_m": plan.depth_m} if dry_run else {}
    return await api.put_file(path, plan.content, GEOJSON, dry_run=dry_run, **size)


async def put_table(folder: FairFolder, table: bytes, api: Api, *, dry_run: bool = False) -> Any:
    """Enter the list of exhibitors, or check it."""
    return await api.put_file(f"{fair_path(folder)}/exhibitors", table, CSV, dry_run=dry_run)


async def entered(file: str, call: Awaitable[Any]) -> Any:
    """The answer of a call that enters what a file says; what the server finds wrong with it becomes the file's.

    Raises FolderInvalid, ApiRefused.
    """
    try:
        return await call
    except ApiRefused as refused:
        if not of_the_file(refused):
            raise
        raise FolderInvalid(problems_of(file, refused)) from refused


def of_the_file(refused: ApiRefused) -> bool:
    """Whether a refusal is about what was sent; else it is about who sent it, or the server."""
    return refused.status in {413, 422} or (refused.status == 409 and refused.slug != "changed-meanwhile")


def problems_of(file: str, refused: ApiRefused) -> list[Problem]:
    """What a refusal says is wrong with a file."""
    listed = refused.problem.get("errors") or refused.problem.get("items")
    entries = [entry for entry in listed or () if isinstance(entry, dict)]
    if not entries:
        return [Problem(file, "", refused.detail, "" if refused.slug != "fair-exists" else "choose another slug")]
    return [problem_of(file, entry) for entry in entries]


def problem_of(file: str, entry: Mapping[str, Any]) -> Problem:
    """One entry of a refusal or of a report, as a problem of the file."""
    if "booth" in entry:
        problem = f"is {entry.get('state', 'not free')} and would be {entry.get('reason', 'changed')}"
        return Problem(file, str(entry["booth"]), problem, "leave it as it is, or free it first")
    at = str(entry.get("at") or "")
    field = str(entry.get("field") or "")
    place = field if at in {"", "body", "file"} else at
    named = f"{field}: " if field and place != field else ""
    return Problem(file, place, f"{named}{entry.get('problem', '')}", str(entry.get("remedy", "")))
