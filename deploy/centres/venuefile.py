"""Reading a venue's file, and bringing it in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.client.api import Api
from deploy.fairs.entering import entered, known
from deploy.fairs.model import FolderInvalid, Problem

_VENUE: Final = (
    *("slug", "name", "city", "country", "time_zone", "organizer", "halls"),
    *("atoms", "opening_hours", "opening_exceptions", "office_hours", "policy"),
)
_REQUIRED: Final = ("slug", "name", "country", "time_zone", "atoms", "spaces")


@dataclass(frozen=True, slots=True)
class VenueFile:
    """A venue as the API takes it, its spaces, and whom the file names as its organizer."""

    path: str
    venue: dict[str, Any]
    spaces: list[dict[str, Any]]
    organizer: str | None

    @property
    def slug(self) -> str:
        """The venue's slug."""
        return str(self.venue["slug"])


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a venue's file."""

    slug: str
    atoms: int
    spaces: int
    changed: bool


def read_venue_file(path: Path) -> VenueFile:
    """A venue's file; what its fields mean is the server's to judge. Raises FolderInvalid."""
    name = path.name
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FolderInvalid(
            [Problem(name, "", f"cannot be read: {error.strerror}", "give the path of a file")]
        ) from error
    except UnicodeDecodeError as error:
        raise FolderInvalid([Problem(name, f"byte {error.start}", "is no UTF-8", "save it as UTF-8")]) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FolderInvalid([Problem(name, place, f"is no JSON: {error.msg}", "mend it there")]) from error
    if not isinstance(content, dict):
        raise FolderInvalid([Problem(name, "", "is no object", "begin it with { and the field slug")])
    problems = [Problem(name, field, "is missing", "add it") for field in _REQUIRED if field not in content]
    unknown = sorted(set(content) - {*_VENUE, "spaces"})
    problems += [Problem(name, field, "is not known", "leave it out") for field in unknown]
    spaces = content.get("spaces", [])
    if not isinstance(spaces, list) or not all(isinstance(space, dict) for space in spaces):
        problems.append(Problem(name, "spaces", "is no list of objects", "write one object for each space"))
    if not isinstance(content.get("slug", ""), str):
        problems.append(Problem(name, "slug", "is no text", "write it in quotes"))
    if problems:
        raise FolderInvalid(problems)
    venue = {field: content[field] for field in _VENUE if field in content and field != "organizer"}
    return VenueFile(name, venue, spaces, content.get("organizer"))


async def import_venue(file: VenueFile, api: Api, *, dry_run: bool = False) -> Imported:
    """Bring the venue in, then its spaces; twice changes nothing.

    Raises FolderInvalid with what the server finds wrong, ApiRefused, ApiUnreachable. A dry run of a venue that is not
    there yet checks the venue alone, because spaces are made of atoms that are there.
    """
    path = f"/api/catalog/venues/{file.slug}"
    before = await known(path, api)
    halls = {"halls": file.venue.get("halls", (before or {}).get("halls", []))}
    after = await entered(file.path, api.put(path, {**file.venue, **halls}, dry_run=dry_run))
    changed = before is None or after["version"] != before["version"]
    if file.spaces and not (dry_run and before is None):
        body = {"spaces": file.spaces}
        was = (
            {one["space"]: one["version"] async for one in api.pages(f"{path}/spaces", "items", "cursor")}
            if before
            else {}
        )
        put = await entered(file.path, api.put(f"{path}/spaces", body, dry_run=dry_run))
        changed |= any(was.get(one["space"]) != one["version"] for one in put["items"])
    return Imported(file.slug, len(file.venue.get("atoms", ())), len(file.spaces), changed)
