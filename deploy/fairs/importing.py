"""Bringing a fair folder in over the public API. Done twice, it changes nothing the second time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from deploy.client.api import Api, ApiRefused
from deploy.client.progress import ProgressReporter, Silent
from deploy.fairs.checking import check, parts_of
from deploy.fairs.entering import entered, fair_path, known, problem_of, put_plan, put_table, venue_path, wanted_venue
from deploy.fairs.fairfile import FAIR_FILE
from deploy.fairs.folder import TABLE_FILE
from deploy.fairs.model import FairFolder, FolderInvalid, HallPlan, Problem
from deploy.fairs.report import Changed, FairImport, HallImport, JointStand, SettingChanged

_VENUE_TRIES_MAX: Final = 5
_LISTED_WAIT_SECONDS: Final = 60.0


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
    with progress.step("Checking fair, floor plans and exhibitors", parts_of(folder)) as step:
        if problems := await check(folder, table, api, step):
            # Raised in here, so that the step is shown as the one that failed.
            raise FolderInvalid(problems)
    with progress.step("Venue and fair", 2) as step:
        await _enter_venue(folder, api)
        step.advance()
        before = await known(fair_path(folder), api)
        fair = await entered(FAIR_FILE, api.put(fair_path(folder), folder.settings))
        step.advance()
    warnings = list(folder.warnings)
    halls: list[HallImport] = []
    with progress.step("Floor plans", len(folder.halls)) as step:
        for plan in folder.halls:
            halls.append(_hall_import(plan, await put_plan(folder, plan, api), warnings))
            step.advance()
    exhibitors = Changed()
    if table is not None:
        with progress.step("Exhibitors") as step:
            report = await put_table(folder, table, api)
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
        settings_changed=_changed(folder, before, fair),
        warnings=tuple(warnings),
    )


def _changed(
    folder: FairFolder, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> tuple[SettingChanged, ...]:
    if before is None:
        return ()
    fields = [field for field in after if field in folder.settings and before[field] != after[field]]
    return tuple(SettingChanged(field, before[field], after[field]) for field in fields)


async def _enter_venue(folder: FairFolder, api: Api) -> None:
    """Enter the venue with this folder's halls; halls that it has beyond them stay, for other fairs use them."""
    path = venue_path(folder)
    for tries in range(_VENUE_TRIES_MAX):
        there = await known(path, api)
        version = there["version"] if there else None
        try:
            await entered(FAIR_FILE, api.put(path, wanted_venue(folder, there), if_version=version))
        except ApiRefused as refused:
            if refused.slug != "changed-meanwhile" or tries == _VENUE_TRIES_MAX - 1:
                raise
        else:
            return


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
    return [problem_of(file, entry) for entry in report["warnings"]]


async def _publish(folder: FairFolder, api: Api, progress: ProgressReporter) -> Any:
    """Publish, and wait until booking has heard of every booth."""
    with progress.step("Publishing", len(folder.stands)) as step:
        fair = await entered(FAIR_FILE, api.post(f"{fair_path(folder)}/publish"))
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
