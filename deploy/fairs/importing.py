"""Bringing a fair folder in over the public API. Done twice, it changes nothing the second time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from deploy.client.api import Api, ApiRefused
from deploy.client.progress import ProgressReporter, Silent
from deploy.fairs.folder import FAIR_FILE, TABLE_FILE
from deploy.fairs.model import FairFolder, FolderInvalid, HallPlan, Problem
from deploy.fairs.report import Changed, FairImport, HallImport, JointStand

GEOJSON: Final = "application/geo+json"
CSV: Final = "text/csv; charset=utf-8"
_VENUE_TRIES_MAX: Final = 5
_LISTED_WAIT_SECONDS: Final = 60.0
_NOT_MENDABLE_HERE: Final = frozenset({401, 403})


async def import_folder(
    folder: FairFolder,
    api: Api,
    *,
    organizer: str,
    progress: ProgressReporter | None = None,
    table: bytes | None = None,
    publish: bool = True,
) -> FairImport:
    """Enter venue, fair, floor plans and exhibitors, all checked before anything is written, then publish the fair.

    `api` speaks for `organizer`, or for an admin. `table` is sent instead of the folder's own list. With `publish`,
    returns once booking knows every booth.
    Raises FolderInvalid with all that the server found wrong, each with its file and place; ApiRefused where the
    trouble is not the folder's; ApiUnreachable.
    """
    progress = progress or Silent()
    table = table if table is not None else folder.table
    problems = list(folder.problems)
    with progress.step("Checking floor plans and exhibitors", len(folder.halls) + 1) as step:
        for plan in folder.halls:
            problems += await _findings(_put_plan(folder, plan, api, dry_run=True), plan.file)
            step.advance()
        if table is not None:
            problems += await _findings(_put_table(folder, table, api, dry_run=True), TABLE_FILE)
        step.advance()
        if problems:
            # Raised in here, so that the step is shown as the one that failed.
            raise FolderInvalid(sorted(dict.fromkeys(problems), key=lambda problem: problem.file))
    with progress.step("Venue and fair", 2) as step:
        await _enter_venue(folder, api)
        step.advance()
        before = await _known(f"/api/catalog/fairs/{folder.slug}", api)
        fair = await _enter(FAIR_FILE, lambda: api.put(f"/api/catalog/fairs/{folder.slug}", folder.settings))
        step.advance()
    warnings = list(folder.warnings)
    halls: list[HallImport] = []
    with progress.step("Floor plans", len(folder.halls)) as step:
        for plan in folder.halls:
            halls.append(_hall_import(plan, await _put_plan(folder, plan, api), warnings))
            step.advance()
    exhibitors = Changed()
    if table is not None:
        with progress.step("Exhibitors") as step:
            report = await _put_table(folder, table, api)
            exhibitors = Changed.of(report["counts"])
            warnings += _warnings(report, TABLE_FILE)
            step.at(exhibitors.created + exhibitors.changed + exhibitors.unchanged)
    if publish:
        fair = await _publish(folder, api, progress)
    return FairImport(
        fair=folder.slug,
        organizer=fair.get("organizer", organizer),
        state=fair["state"],
        held_booths_max=fair["held_booths_max"],
        halls=tuple(halls),
        exhibitors=exhibitors,
        fair_changed=before is None or fair["version"] != before["version"],
        warnings=tuple(warnings),
    )


async def _enter_venue(folder: FairFolder, api: Api) -> None:
    """Enter the venue with this folder's halls; halls that it has beyond them stay, for other fairs use them."""
    slug = folder.venue["slug"]
    ours = [{"hall": hall.hall, "width_m": hall.width_m, "depth_m": hall.depth_m} for hall in folder.halls]
    for tries in range(_VENUE_TRIES_MAX):
        known = await _known(f"/api/catalog/venues/{quote(str(slug), safe='')}", api)
        wanted = _merged(folder.venue, ours, known)
        try:
            await _enter(FAIR_FILE, lambda w=wanted, k=known: _put_venue(api, slug, w, k))
        except ApiRefused as refused:
            if refused.slug != "changed-meanwhile" or tries == _VENUE_TRIES_MAX - 1:
                raise
        else:
            return


async def _put_venue(api: Api, slug: str, wanted: Mapping[str, Any], known: Mapping[str, Any] | None) -> Any:
    return await api.put(f"/api/catalog/venues/{slug}", wanted, if_version=known["version"] if known else None)


async def _known(path: str, api: Api) -> dict[str, Any] | None:
    """What there is already; None where there is nothing."""
    try:
        found: dict[str, Any] = await api.get(path)
    except ApiRefused as refused:
        if refused.status == 404:
            return None
        raise
    return found


def _merged(venue: Mapping[str, Any], ours: list[dict[str, Any]], known: Mapping[str, Any] | None) -> dict[str, Any]:
    """The venue as it is to be: what the folder says over what is known."""
    kept: dict[str, Any] = {"name": {"en": venue["slug"]}, "country": ""}
    if known is not None:
        kept |= {field: known[field] for field in ("city", "country", "time_zone", "name")}
    halls = {hall["hall"]: hall for hall in (known or {}).get("halls", [])}
    for hall in ours:
        halls[hall["hall"]] = {**halls.get(hall["hall"], {}), **hall}
    return {**kept, **venue, "halls": list(halls.values())}


async def _enter(file: str, call: Any) -> Any:
    """The answer of a call that enters what a file says; what the server finds wrong with it becomes the file's."""
    try:
        return await call()
    except ApiRefused as refused:
        listed = refused.problem.get("errors") or refused.problem.get("items")
        if refused.status != 422 and not (refused.status == 409 and refused.slug != "changed-meanwhile"):
            raise
        raise FolderInvalid(_problems(file, refused, listed)) from refused


async def _findings(call: Any, file: str) -> list[Problem]:
    """What the server finds wrong with a file in a dry run."""
    try:
        await call
    except ApiRefused as refused:
        if refused.status in _NOT_MENDABLE_HERE:
            raise
        return _problems(file, refused, refused.problem.get("errors") or refused.problem.get("items"))
    return []


def _problems(file: str, refused: ApiRefused, listed: Any) -> list[Problem]:
    entries = [entry for entry in listed or () if isinstance(entry, dict)]
    if not entries:
        return [Problem(file, "", refused.detail, "" if refused.slug != "fair-exists" else "choose another slug")]
    return [_problem(file, entry) for entry in entries]


def _problem(file: str, entry: Mapping[str, Any]) -> Problem:
    if "booth" in entry:
        problem = f"is {entry.get('state', 'not free')} and would be {entry.get('reason', 'changed')}"
        return Problem(file, str(entry["booth"]), problem, "leave it as it is, or free it first")
    at = str(entry.get("at") or "")
    field = str(entry.get("field") or "")
    place = field if at in {"", "body", "file"} else at
    named = f"{field}: " if field and place != field else ""
    return Problem(file, place, f"{named}{entry.get('problem', '')}", str(entry.get("remedy", "")))


async def _put_plan(folder: FairFolder, plan: HallPlan, api: Api, *, dry_run: bool = False) -> Any:
    path = f"/api/catalog/fairs/{folder.slug}/halls/{quote(plan.hall, safe='')}/floor-plan"
    # The hall may be entered only later, so a check brings its size along.
    size = {"width_m": plan.width_m, "depth_m": plan.depth_m} if dry_run else {}
    return await api.put_file(path, plan.content, GEOJSON, dry_run=dry_run, **size)


async def _put_table(folder: FairFolder, table: bytes, api: Api, *, dry_run: bool = False) -> Any:
    return await api.put_file(f"/api/catalog/fairs/{folder.slug}/exhibitors", table, CSV, dry_run=dry_run)


def _hall_import(plan: HallPlan, report: Mapping[str, Any], warnings: list[Problem]) -> HallImport:
    warnings += _warnings(report, plan.file)
    return HallImport(
        hall=plan.hall,
        file=plan.file,
        stands=len(plan.stands),
        occupied=sum(1 for stand in plan.stands if stand.exhibitors),
        counts=Changed.of(report["counts"]),
        joint_stands=tuple(JointStand(joint["booth"], tuple(joint["parts"])) for joint in report["joint_stands"]),
    )


def _warnings(report: Mapping[str, Any], file: str) -> list[Problem]:
    return [_problem(file, entry) for entry in report["warnings"]]


async def _publish(folder: FairFolder, api: Api, progress: ProgressReporter) -> Any:
    """Publish, and wait until booking has heard of every booth."""
    with progress.step("Publishing", len(folder.stands)) as step:
        fair = await _enter(FAIR_FILE, lambda: api.post(f"/api/catalog/fairs/{folder.slug}/publish"))
        until = time.monotonic() + _LISTED_WAIT_SECONDS
        wanted = {stand.label for stand in folder.stands}
        while missing := wanted - await booths_known(api, folder.slug):
            step.at(len(wanted) - len(missing), note="booking is hearing of the booths")
            if time.monotonic() > until:
                raise FolderInvalid(
                    [
                        Problem(
                            FAIR_FILE,
                            "",
                            f"published, but booking has not heard of {len(missing)} booths after "
                            f"{_LISTED_WAIT_SECONDS:g} s, such as {min(missing)}",
                            "see whether all services are ready (`pavilion status`) and whether events are parked "
                            "(`pavilion dead-letters list`)",
                        )
                    ]
                )
            await asyncio.sleep(0.1)
        step.at(len(wanted))
    return fair


async def booths_known(api: Api, fair: str) -> set[str]:
    """The booths, as hall/number, that booking can sell now; none while it does not know the fair."""
    try:
        answer = await api.get(f"/api/booking/fairs/{fair}/booths")
    except ApiRefused as refused:
        if refused.status == 404:
            return set()
        raise
    return {booth["booth"] for booth in answer["booths"] if not booth.get("withdrawn")}
