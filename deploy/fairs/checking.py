"""Asking the server what is wrong with a folder, in dry runs: nothing of it is entered."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import Any, Final

from deploy.client.api import Api, ApiRefused
from deploy.client.progress import Step
from deploy.fairs.entering import (
    fair_path,
    known,
    of_the_file,
    problems_of,
    put_plan,
    put_table,
    venue_path,
    wanted_venue,
)
from deploy.fairs.fairfile import FAIR_FILE
from deploy.fairs.folder import TABLE_FILE
from deploy.fairs.model import FairFolder, Problem

_OF_THE_VENUE: Final = frozenset({"name", "slug"})


def parts_of(folder: FairFolder) -> int:
    """How many parts of a folder are checked: its fair, each of its floor plans, its list."""
    return len(folder.halls) + 2


async def check(folder: FairFolder, table: bytes | None, api: Api, step: Step) -> list[Problem]:
    """All that is wrong with the folder, by file: what was seen when it was read, and what the server finds.

    The step advances with each of `parts_of`. Raises ApiRefused where the trouble is not the folder's; ApiUnreachable.
    """
    problems = [*folder.problems, *await _fair(folder, api)]
    step.advance()
    for plan in folder.halls:
        problems += await _findings(put_plan(folder, plan, api, dry_run=True), plan.file)
        step.advance()
    if table is not None:
        problems += await _findings(put_table(folder, table, api, dry_run=True), TABLE_FILE)
    step.advance()
    return sorted(_each_once(problems), key=lambda problem: problem.file)


async def _fair(folder: FairFolder, api: Api) -> list[Problem]:
    """What the server finds wrong with venue and fair, apart from what was seen when the file was read."""
    seen = {problem.at for problem in folder.problems if problem.file == FAIR_FILE}
    venue, zone = await _venue(folder, api)
    # The zone of a fair that names none is held against nothing.
    zone = str(folder.settings["time_zone"]) if "time_zone" in seen else zone
    asked = api.put(fair_path(folder), folder.settings, dry_run=True, venue_time_zone=zone)
    fair = await _findings(asked, FAIR_FILE)
    return [problem for problem in (*venue, *fair) if problem.at not in seen]


async def _venue(folder: FairFolder, api: Api) -> tuple[list[Problem], str]:
    """What is wrong with the venue, and the time zone that it is to have."""
    path = venue_path(folder)
    wanted = wanted_venue(folder, await known(path, api))
    problems = await _findings(api.put(path, wanted, dry_run=True), FAIR_FILE)
    return [_in_venue(problem) for problem in problems], str(wanted["time_zone"])


def _in_venue(problem: Problem) -> Problem:
    """Fair and venue both have a slug and a name; the venue's stand below `venue` in the file."""
    return replace(problem, at=f"venue.{problem.at}") if problem.at in _OF_THE_VENUE else problem


async def _findings(call: Awaitable[Any], file: str) -> list[Problem]:
    """What the server finds wrong with a file in a dry run."""
    try:
        await call
    except ApiRefused as refused:
        if refused.slug == "fair-unknown":
            return []  # A rival's draft of that slug: the fair's own check says that it is taken.
        if not of_the_file(refused):
            raise
        return problems_of(file, refused)
    return []


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
