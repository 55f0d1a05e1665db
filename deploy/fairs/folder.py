"""Reading a fair folder: everything that is wrong with it at once, each with its file and place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from deploy.fairs.halls import read_hall
from deploy.fairs.model import FairFolder, FolderInvalid, HallPlan, Problem, tidy
from deploy.fairs.table import read_table

FAIR_FILE: Final = "fair.json"
HALLS: Final = "halls"
TABLE_FILE: Final = "exhibitors.csv"
CATEGORIES_FILE: Final = "categories.json"

_REQUIRED: Final = ("slug", "name", "venue", "starts", "ends", "time_zone", "currency")
_OPTIONAL: Final = ("hold_ttl_seconds", "hold_extensions_max", "held_booths_max")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACE: Final = ("city", "country")


def read_folder(path: Path, *, go_on: bool = False) -> FairFolder:
    """The folder's fair, halls and exhibitors.

    `fair.json` and at least one `halls/*.geojson` must be there; `exhibitors.csv` and `categories.json` may be missing.
    Raises FolderInvalid with every problem that can be seen without asking the server; with `go_on` only where the
    server could not be asked about the rest, which is where `fair.json` is wrong or no hall can be read.
    """
    if not path.is_dir():
        raise FolderInvalid([Problem(str(path), "", "is no folder", "give the folder that holds fair.json")])
    problems: list[Problem] = []
    warnings: list[Problem] = []
    fair = _read_object(path, FAIR_FILE, problems, required=True)
    settings, venue = _fair(fair, problems, warnings) if fair is not None else ({}, {})
    halls = _halls(path, problems, warnings)
    table, exhibitors = read_table(path / TABLE_FILE, problems, warnings)
    categories = _read_object(path, CATEGORIES_FILE, problems, required=False)
    if categories is not None and table is not None:
        warnings += _unknown_categories(categories, table.codes)
    if problems and not (go_on and halls and all(problem.file != FAIR_FILE for problem in problems)):
        raise FolderInvalid(problems)
    organizer = (fair or {}).get("organizer")
    return FairFolder(
        slug=settings["slug"],
        settings=settings,
        venue=venue,
        halls=tuple(halls),
        exhibitors=exhibitors,
        table=None if table is None else table.content,
        organizer=organizer if isinstance(organizer, str) else None,
        warnings=tuple(warnings),
        problems=tuple(problems),
    )


def _read_object(path: Path, file: str, problems: list[Problem], *, required: bool) -> Mapping[str, Any] | None:
    place = path / file
    if not place.is_file():
        if required:
            problems.append(Problem(file, "", "is missing", "add it; it says what the fair is called, where and when"))
        return None
    try:
        value = json.loads(place.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problems.append(Problem(file, f"byte {error.start + 1}", "is not UTF-8", "save the file as UTF-8"))
        return None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        problems.append(Problem(file, at, f"is not JSON: {error.msg}", "mend the file there"))
        return None
    if not isinstance(value, dict):
        problems.append(Problem(file, "", "holds no JSON object", 'write it as {"...": ...}'))
        return None
    return value


def _fair(
    fair: Mapping[str, Any], problems: list[Problem], warnings: list[Problem]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fair's settings and its venue, as the API takes them; what they mean is the server's to judge."""
    problems += _missing(fair, _REQUIRED, "")
    unknown = sorted(set(fair) - {*_REQUIRED, *_OPTIONAL, *_PLACE, "organizer"})
    warnings += [Problem(FAIR_FILE, field, "is not known and was left aside") for field in unknown]
    venue = _venue(fair, problems)
    problems += _no_slug("slug", fair.get("slug")) + _no_slug("venue.slug", venue.get("slug"))
    settings = {field: fair.get(field) for field in _REQUIRED} | {k: fair[k] for k in _OPTIONAL if k in fair}
    return {**settings, "name": _names(fair.get("name")), "venue": venue.get("slug")}, venue


def _venue(fair: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    given = fair.get("venue")
    place = {field: fair[field] for field in _PLACE if field in fair}
    if isinstance(given, str):
        return {"slug": given, "time_zone": fair.get("time_zone"), **place}
    if not isinstance(given, dict):
        if given not in (None, ""):
            problems.append(Problem(FAIR_FILE, "venue", "is no venue", "give slug, name, city and country"))
        return {}
    problems += _missing(given, ("slug", "name"), "venue.")
    known = {field: given[field] for field in _PLACE if field in given}
    zone = given.get("time_zone", fair.get("time_zone"))
    return {**place, **known, "slug": given.get("slug"), "name": _names(given.get("name")), "time_zone": zone}


def _missing(given: Mapping[str, Any], fields: Sequence[str], prefix: str) -> list[Problem]:
    absent = [field for field in fields if given.get(field) in (None, "", {})]
    return [Problem(FAIR_FILE, f"{prefix}{field}", "is missing", "add it") for field in absent]


def _no_slug(field: str, value: Any) -> list[Problem]:
    """Slugs become parts of addresses, so they are looked at before anything is asked."""
    if value in (None, "") or (isinstance(value, str) and _SLUG.fullmatch(value)):
        return []
    return [Problem(FAIR_FILE, field, f"{value!r} is no slug", "use lower-case words joined by hyphens")]


def _names(value: Any) -> Any:
    """A name by language; one that is given as bare text is taken for English."""
    return {"en": value} if isinstance(value, str) else value


def _halls(path: Path, problems: list[Problem], warnings: list[Problem]) -> list[HallPlan]:
    folder = path / HALLS
    files = sorted(file for file in folder.glob("*") if file.suffix.lower() in {".geojson", ".json"})
    if not files:
        problems.append(Problem(f"{HALLS}/", "", "holds no floor plan", "put one .geojson file a hall there"))
    halls: dict[str, HallPlan] = {}
    for file in files:
        plan = read_hall(file, f"{HALLS}/{file.name}", problems)
        if plan is None:
            continue
        if (first := halls.get(plan.hall)) is not None:
            problem = f"is of hall {plan.hall}, and so is {first.file}"
            problems.append(Problem(plan.file, "", problem, "give each hall one file"))
        halls.setdefault(plan.hall, plan)
        warnings += [Problem(plan.file, "", note) for note in plan.notes]
    return list(halls.values())


def _unknown_categories(categories: Mapping[str, Any], used: Mapping[str, int]) -> list[Problem]:
    known = {tidy(code) for code in categories}
    return [
        Problem(TABLE_FILE, f"row {line}", f"category {code!r} is not in {CATEGORIES_FILE}", "name it there")
        for code, line in used.items()
        if code not in known
    ]
