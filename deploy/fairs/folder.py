"""Reading a fair folder: everything that is wrong with it at once, each with its file and place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from deploy.fairs.addresses import StandIndex
from deploy.fairs.fairfile import FAIR_FILE, read_fair
from deploy.fairs.halls import read_hall
from deploy.fairs.model import FairFolder, FolderInvalid, HallPlan, ListedExhibitor, Problem, tidy
from deploy.fairs.table import read_table

HALLS: Final = "halls"
TABLE_FILE: Final = "exhibitors.csv"
CATEGORIES_FILE: Final = "categories.json"


def read_folder(path: Path, *, go_on: bool = False) -> FairFolder:
    """The folder's fair, halls and exhibitors.

    `fair.json` and at least one `halls/*.geojson` must be there; `exhibitors.csv` and `categories.json` may be missing.
    Raises FolderInvalid with every problem that can be seen without asking the server; with `go_on` only where the
    server could not be asked about the rest, which is where `fair.json` or no hall can be read.
    """
    if not path.is_dir():
        raise FolderInvalid([Problem(str(path), "", "is no folder", "give the folder that holds fair.json")])
    problems: list[Problem] = []
    warnings: list[Problem] = []
    fair = _read_object(path, FAIR_FILE, problems, required=True)
    settings, venue = read_fair(fair, problems, warnings) if fair is not None else ({}, {})
    halls = _halls(path, problems, warnings)
    table, exhibitors = read_table(path / TABLE_FILE, problems, warnings)
    categories = _read_object(path, CATEGORIES_FILE, problems, required=False)
    if categories is not None and table is not None:
        warnings += _unknown_categories(categories, table.codes)
    groups = _product_groups(categories or {}, problems)
    if groups:
        settings = {**settings, "product_groups": groups}
    if halls:
        warnings += _unknown_stands(halls, exhibitors)
    if problems and not (go_on and halls and fair is not None):
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


def _product_groups(categories: Mapping[str, Any], problems: list[Problem]) -> list[dict[str, Any]]:
    """The product groups as the API takes them; a name that is given as bare text is taken for English."""
    found = []
    for code, name in categories.items():
        names = {"en": name} if isinstance(name, str) else name
        if isinstance(names, dict) and names and all(isinstance(text, str) and text for text in names.values()):
            found.append({"code": tidy(code), "name": names})
        else:
            remedy = 'give a text, or one for each language, as {"en": "..."}'
            problems.append(Problem(CATEGORIES_FILE, code, "has no name", remedy))
    return found


def _unknown_categories(categories: Mapping[str, Any], used: Mapping[str, int]) -> list[Problem]:
    known = {tidy(code) for code in categories}
    return [
        Problem(TABLE_FILE, f"row {line}", f"category {code!r} is not in {CATEGORIES_FILE}", "name it there")
        for code, line in used.items()
        if code not in known
    ]


def _unknown_stands(halls: Sequence[HallPlan], exhibitors: Iterable[ListedExhibitor]) -> Iterator[Problem]:
    """Stands of the list that no floor plan shows; halls that cannot be read are told of elsewhere."""
    index = StandIndex([stand for hall in halls for stand in hall.stands])
    for row in exhibitors:
        for text in row.stands:
            listed = index.read(text)
            if listed.hall is not None and listed.hall not in index.halls:
                yield Problem(TABLE_FILE, f"row {row.line}", f"stand {text!r} is in a hall without a floor plan")
            elif not index.find(listed):
                yield Problem(TABLE_FILE, f"row {row.line}", f"stand {text!r} is on no floor plan")
